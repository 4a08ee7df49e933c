from odoo import fields, models


class CrmLead(models.Model):
    """A lead that came from Zalo; raw as long as nobody looked at who that is."""

    _inherit = "crm.lead"

    is_raw = fields.Boolean("Raw Customer", help="Somebody nobody has sorted yet.", copy=False)
    zalo_contact_ids = fields.One2many("caredesk.zalo.contact", "lead_id", "Zalo Customers")

    _raw_idx = models.Index("(id) WHERE is_raw")

    def action_qualify(self):
        """Make leads of raw customers."""
        self.is_raw = False
