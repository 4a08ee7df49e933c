from odoo import api, models

from .caredesk_ticket import CONTACT


class CaredeskTicket(models.Model):
    """Stored figures of new tickets, computed from plain values.

    The ORM would make a record in memory of each ticket, field by field, only to read four of
    them from it. Where the context brings defaults it is left to do so.
    """

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    @api.model
    def _precompute(self, vals_list):
        """Add contact details and search text to complete values of new tickets."""
        context = self.env.context
        derived = ("name", "description", "partner_id", "properties", *CONTACT)
        if any(f"default_{name}" in context for name in derived):
            return
        # sudo: whether the user may see customer and type has been checked
        partners_sudo = self.env["res.partner"].sudo()
        kinds_sudo = self.env["caredesk.ticket.type"].sudo()
        for vals in vals_list:
            partner_sudo = partners_sudo.browse(vals.get("partner_id") or ())
            for name, source in CONTACT.items():
                vals.setdefault(name, partner_sudo[source])
            if "name" in vals:
                source = {"description": False, **vals}
                vals["search_text"] = self._prepare_search_text(source, partner_sudo)
            if not kinds_sudo.browse(vals.get("type_id") or ()).properties_definition:
                vals.setdefault("properties", {})
