from odoo import fields, models


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
