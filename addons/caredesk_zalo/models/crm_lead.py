from odoo import api, fields, models
from odoo.fields import Domain


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
    # Stored: Odoo counts the queries of merging and assigning leads, and few come from Zalo.
    has_zalo_contacts = fields.Boolean(
        compute="_compute_has_zalo_contacts",
        store=True,
        precompute=True,
        export_string_translation=False,
    )
    zalo_converted_at = fields.Datetime("Converted on", readonly=True, copy=False)

    _raw_idx = models.Index("(id) WHERE is_raw")

    # === COMPUTE ===

    @api.depends("zalo_contact_ids")
    def _compute_has_zalo_contacts(self):
        for lead in self:
            lead.has_zalo_contacts = bool(lead.zalo_contact_ids)

    # === CRUD ===

    def write(self, vals):
        """Point the Zalo customers who are no contact yet at the one their lead is given."""
        result = super().write(vals)
        given = self.filtered("has_zalo_contacts") if vals.get("partner_id") else self.browse()
        if given:
            partner = self.env["res.partner"].browse(vals["partner_id"])
            # sudo: who may change the lead says who it is; the conversation follows
            company_sudo = partner.sudo().company_id
            given.sudo().zalo_contact_ids.filtered(
                lambda one: (
                    not one.partner_id and (not company_sudo or company_sudo == one.company_id)
                )
            )._customer_found(partner)
        return result

    # === ACTIONS ===

    def action_qualify(self):
        """Make leads of raw customers."""
        self.is_raw = False
        # sudo: open conversations show what their customer is
        self.sudo().zalo_contact_ids.channel_id._zalo_push_side()

    # === BUSINESS ===

    def _zalo_move_history(self, record):
        """Move what was said, planned and filed on a raw customer to whom it turned out to be."""
        self.ensure_one()
        self.message_change_thread(record)
        model_id = self.env["ir.model"]._get_id(record._name)
        self.activity_ids.write({"res_model_id": model_id, "res_id": record.id})
        here = Domain("res_model", "=", self._name) & Domain("res_id", "=", self.id)
        meetings = here | Domain("opportunity_id", "=", self.id)
        # sudo: may be others' own; who may change the customer lets them follow, as Odoo's merge
        files_sudo = self.env["ir.attachment"].sudo().search(here)
        files_sudo.write({"res_model": record._name, "res_id": record.id})
        events_sudo = self.env["calendar.event"].sudo().with_context(active_test=False)
        events_sudo.search(meetings).write(
            {"res_model_id": model_id, "res_id": record.id, "opportunity_id": False}
        )

    def _merge_dependences(self, opportunities):
        """Bring the Zalo customers of merged leads along."""
        result = super()._merge_dependences(opportunities)
        if not any((self | opportunities).mapped("has_zalo_contacts")):
            return result
        # sudo: merging was checked; no conversation may lose its customer by it
        contacts_sudo = (
            self.env["caredesk.zalo.contact"].sudo().search([("lead_id", "in", opportunities.ids)])
        )
        # What two records became is not what Zalo made alone.
        contacts_sudo.write({"lead_id": self.id, "has_made_record": False})
        self.sudo().zalo_contact_ids.write({"has_made_record": False})
        return result
