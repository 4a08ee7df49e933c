from odoo import fields, models


class CrmLead(models.Model):
    """A lead that came from Zalo; raw as long as nobody looked at who that is."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "caredesk.zalo.customer"]

    is_raw = fields.Boolean("Raw Customer", help="Somebody nobody has sorted yet.", copy=False)
    zalo_contact_ids = fields.One2many(
        "caredesk.zalo.contact",
        "lead_id",
        string="Zalo Customers",
        groups="caredesk_zalo.group_agent",
    )
    zalo_converted_at = fields.Datetime("Converted on", readonly=True, copy=False)

    _raw_idx = models.Index("(id) WHERE is_raw")

    # === ACTIONS ===

    def action_qualify(self):
        """Make leads of raw customers."""
        self.is_raw = False
        # sudo: open conversations show what their customer is
        self.sudo().zalo_contact_ids.channel_id._zalo_push_side()

    # === BUSINESS ===

    def _merge_dependences(self, opportunities):
        """Bring the Zalo customers of merged leads along."""
        result = super()._merge_dependences(opportunities)
        # sudo: merging was checked; no conversation may lose its customer by it
        contacts_sudo = (
            self.env["caredesk.zalo.contact"].sudo().search([("lead_id", "in", opportunities.ids)])
        )
        # What two records became is not what Zalo made alone.
        contacts_sudo.write({"lead_id": self.id, "has_made_record": False})
        self.sudo().zalo_contact_ids.write({"has_made_record": False})
        return result

    def _handle_partner_assignment(
        self, force_partner_id=False, create_missing=True, with_parent=None
    ):
        """Point the Zalo customers at the contact their lead became."""
        result = super()._handle_partner_assignment(
            force_partner_id=force_partner_id,
            create_missing=create_missing,
            with_parent=with_parent,
        )
        for lead in self.filtered("partner_id"):
            # sudo: the lead was converted by who may; the conversation follows
            lead.sudo().zalo_contact_ids._customer_found(lead.partner_id)
        return result
