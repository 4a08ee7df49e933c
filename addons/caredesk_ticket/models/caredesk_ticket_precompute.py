from odoo import api, models

from .caredesk_ticket import CONTACT


class CaredeskTicket(models.Model):
    """Stored figures of new tickets, computed from plain values.

    The ORM would make a record in memory of each ticket, field by field, only to read five of
    them from it.
    """

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    @api.model
    def _add_precomputed_values(self, vals_list):
        # sudo: whether the user may see customer and type has been checked
        model_sudo = self.sudo()
        for vals in vals_list:
            model_sudo._precompute(vals)
        super()._add_precomputed_values(vals_list)

    @api.model
    def _precompute(self, vals):
        """Add contact details and search text to the complete values of a new ticket."""
        partner = self.env["res.partner"].browse(vals.get("partner_id") or ())
        for name, source in CONTACT.items():
            vals.setdefault(name, partner[source])
        if "name" in vals:
            source = {"description": False, **vals}
            vals["search_text"] = self._prepare_search_text(source, partner)
        kind = self.env["caredesk.ticket.type"].browse(vals.get("type_id") or ())
        if not kind.properties_definition:
            vals.setdefault("properties", {})
