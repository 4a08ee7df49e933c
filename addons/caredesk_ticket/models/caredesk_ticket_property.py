from markupsafe import Markup

from odoo import fields, models


class CaredeskTicketType(models.Model):
    _inherit = "caredesk.ticket.type"

    properties_definition = fields.PropertiesDefinition("Ticket Properties")


class CaredeskTicket(models.Model):
    """Fields of a type's own, which managers add without a programmer."""

    _inherit = "caredesk.ticket"

    # Odoo's own tracking would read them, and the type, at each press of a button.
    properties = fields.Properties(
        definition="type_id.properties_definition", copy=True, tracking=False
    )

    # === CRUD ===

    def write(self, vals):
        filled = {}
        if "type_id" in vals:
            for ticket in self:
                if ticket.type_id.id != vals["type_id"]:
                    filled[ticket] = ticket._properties_in_words()
        result = super().write(vals)
        for ticket, words in filled.items():
            if words:
                # sudo: the type was written by who may write it
                ticket.sudo()._log_lost_properties(words)
        return result

    # === BUSINESS ===

    def _properties_in_words(self):
        """Return the filled in properties of the present type as (label, value) in words."""
        self.ensure_one()
        kind_sudo = self.type_id.sudo()  # the labels are shown on the ticket anyway
        if not kind_sudo.properties_definition:
            return []
        values = self.read(["properties"])[0]["properties"]
        return [
            (one.get("string") or one["name"], self._property_in_words(one))
            for one in values
            if one.get("value")
        ]

    def _property_in_words(self, one):
        value, kind = one["value"], one["type"]
        if kind == "selection":
            return dict(one.get("selection") or []).get(value, value)
        if kind == "tags":
            names = {tag[0]: tag[1] for tag in one.get("tags") or []}
            return ", ".join(names.get(tag, tag) for tag in value)
        if kind == "many2one":
            return value[1]
        if kind == "many2many":
            return ", ".join(entry[1] or "" for entry in value)
        if kind == "boolean":
            return self.env._("Yes")
        return value

    def _log_lost_properties(self, words):
        """Keep what the former type's fields said: the new type does not have them."""
        lines = Markup("").join(Markup("<li>%s: %s</li>") % pair for pair in words)
        self._message_log(
            body=Markup("<p>%s</p><ul>%s</ul>")
            % (self.env._("The type changed. Its own fields said:"), lines)
        )
