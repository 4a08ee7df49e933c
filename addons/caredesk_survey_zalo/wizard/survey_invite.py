from odoo import fields, models
from odoo.exceptions import UserError


class SurveyInvite(models.TransientModel):
    """The dialog to invite people, by Zalo too."""

    _inherit = "survey.invite"

    caredesk_channel = fields.Selection(
        selection_add=[("zalo", "Zalo")], ondelete={"zalo": "set default"}
    )

    def _send_mail(self, answer):
        """Queue the invitation by the chosen way."""
        if self.caredesk_channel != "zalo":
            return super()._send_mail(answer)
        if not answer._invite_by_zalo():
            raise UserError(
                self.env._(
                    "%(name)s has not written on Zalo lately, so Zalo takes no message.",
                    name=answer.partner_id.name or answer.email,
                )
            )
        return self.env["mail.mail"]
