from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..zalo_client import ZaloInvalid, bodies

#: The picture of the form where the account names no other; Zalo demands one.
PICTURE = "/caredesk_zalo/static/src/img/request_info.png"


class CaredeskZaloOa(models.Model):
    """The form by which an account asks its customers for their data."""

    _inherit = "caredesk.zalo.oa"

    request_title = fields.Char(
        "Title of the Form", translate=True, help="Up to 100 characters, the first line of it."
    )
    request_subtitle = fields.Char(
        "Text of the Form",
        translate=True,
        help="Up to 500 characters: what the customer gets for sharing his data.",
    )
    request_image_url = fields.Char(
        "Picture of the Form", help="Public address of a JPG or PNG; empty takes ours."
    )

    @api.constrains("request_title", "request_subtitle", "request_image_url")
    def _check_request_card(self):
        for account in self:
            try:
                bodies.request_info(*account._request_card())
            except ZaloInvalid as error:
                raise ValidationError(
                    self.env._("Zalo takes up to %s characters here.", error.maximum)
                ) from error
            address = account.request_image_url
            if address and not address.startswith(("https://", "http://")):
                raise ValidationError(self.env._("The picture needs a public web address."))

    def _request_card(self):
        """Return title, text and address of the picture of the form."""
        self.ensure_one()
        account = self.with_context(lang=self._language())
        env = account.env
        return (
            account.request_title or env._("Please share your contact details"),
            account.request_subtitle
            or env._(
                "So that we can look after you faster and better. By sending them you agree that "
                "we keep your details for this. Write to us whenever we should delete them."
            ),
            account.request_image_url or f"{account.get_base_url()}{PICTURE}",
        )
