from odoo import api, fields, models
from odoo.tools.misc import hmac

_KEY_SCOPE = "caredesk_zalo.erasure"


class CaredeskZaloErasure(models.Model):
    """What was erased of a customer, when and at whose wish; nothing of himself."""

    _name = "caredesk.zalo.erasure"
    _description = "Zalo Erasure"
    _order = "id desc"
    _rec_name = "create_date"

    oa_id = fields.Many2one(
        "caredesk.zalo.oa", "Official Account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="oa_id.company_id")
    contact_id = fields.Many2one(
        "caredesk.zalo.contact", "Anonymised Customer", readonly=True, ondelete="set null"
    )
    wished_by = fields.Selection(
        [("customer", "The customer, at Zalo"), ("admin", "An administrator")],
        required=True,
        readonly=True,
    )
    message_count = fields.Integer("Messages Emptied", readonly=True)
    file_count = fields.Integer("Files Deleted", readonly=True)
    event_count = fields.Integer("Events Emptied", readonly=True)
    record_name = fields.Char(
        "Anonymised Record", readonly=True, help="The lead or contact that was made from Zalo."
    )
    kept_name = fields.Char(
        "Kept Record",
        readonly=True,
        help="A customer of the company was linked by a person. Decide yourself what of it the "
        "law lets you keep.",
    )

    # whom it was about, told by nobody who does not have the person's id already
    person_key = fields.Char(
        readonly=True, index="btree_not_null", exportable=False, export_string_translation=False
    )
    until_ms = fields.Float(
        digits=(16, 0), readonly=True, exportable=False, export_string_translation=False
    )

    @api.model
    def _person_key(self, account, zalo_user_id):
        """Return what tells a customer of an account from all others without naming him."""
        # su: the secret of the database signs; it is not told
        return hmac(self.env(su=True), _KEY_SCOPE, (account.id, zalo_user_id))

    @api.model
    def _covers(self, account, zalo_user_id, happened_ms):
        """Tell whether somebody was erased after this: Zalo brings late what it could not before.

        :param happened_ms: milliseconds since 1970
        """
        erased = [
            ("person_key", "=", self._person_key(account, zalo_user_id)),
            ("until_ms", ">=", happened_ms),
        ]
        return bool(self.search_count(erased, limit=1))
