from odoo import api, models

#: So many of the newest tickets, orders and activities are shown; the rest is a click away.
SHOWN = 5


class DiscussChannel(models.Model):
    """Who the customer is, beside the conversation with him."""

    _inherit = "discuss.channel"

    @api.readonly
    def zalo_panel(self):
        """Return what the panel beside a Zalo conversation shows to this user.

        :return: dict with ``customer``, ``record`` (the contact or lead he is, or False),
            ``tags``, ``tickets``, ``orders``, ``activities`` and ``can`` (what is offered)
        :raise AccessError: the user may not see the conversation or its customer
        """
        self.ensure_one()
        self.check_access("read")
        contact = self.zalo_contact_id
        if not contact:
            return False
        contact.check_access("read")
        record = (contact.partner_id or contact.lead_id)._filtered_access("read")
        return {
            "customer": contact._panel_customer(),
            "record": bool(record) and contact._panel_record(record),
            "tags": contact.tag_ids._filtered_access("read").read(["name", "color"]),
            "tickets": contact._panel_tickets(),
            "orders": contact._panel_orders(),
            "activities": contact._panel_activities(),
            "can": contact._panel_offers(),
        }

    def _zalo_side(self):
        contact_sudo = self.zalo_contact_id.sudo()  # whoever reads the conversation may know it
        return {**super()._zalo_side(), "kind": contact_sudo.kind}


class CaredeskZaloContact(models.Model):
    """The parts of the panel; a bridge adds its own."""

    _inherit = "caredesk.zalo.contact"

    def _panel_customer(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "kind_label": kinds[self.kind],
            "account": self.oa_id.name,
            "phone": self.phone,
            "email": self.email,
            "address": self.address,
            "is_follower": self.is_follower,
            "is_starred": self.is_starred,
        }

    def _panel_record(self, record):
        """Return what the company keeps of the customer."""
        is_partner = record._name == "res.partner"
        return {
            "model": record._name,
            "id": record.id,
            "name": record.display_name,
            "phone": record.phone,
            "email": record.email if is_partner else record.email_from,
            "address": record.contact_address_inline if is_partner else record.street,
            "company": record.parent_id.name if is_partner else record.partner_name,
            "owner": record.user_id.name,
        }

    def _panel_tickets(self):
        tickets = self.env["caredesk.ticket"]
        if not tickets.has_access("read"):
            return []
        mine = [("zalo_contact_id", "=", self.id)]
        if self.partner_id:
            mine = ["|", *mine, ("partner_id", "=", self.partner_id.id)]
        states = dict(tickets._fields["state"]._description_selection(self.env))
        return [
            {"id": one.id, "name": f"{one.number} {one.name}", "state": states[one.state]}
            for one in tickets.search(mine, order="id desc", limit=SHOWN)
        ]

    def _panel_orders(self):
        orders = self.env["sale.order"]
        if not self.partner_id or not orders.has_access("read"):
            return []
        states = dict(orders._fields["state"]._description_selection(self.env))
        found = orders.search([("partner_id", "=", self.partner_id.id)], limit=SHOWN)
        return [{"id": one.id, "name": one.name, "state": states[one.state]} for one in found]

    def _panel_activities(self):
        """Return what is planned for the customer: his activities, and meetings to come.

        What was planned on the chat's card stays there when he is linked.
        """
        record = self._comment_record()._filtered_access("read")
        activities = self.activity_ids | record.activity_ids
        return [
            {
                "id": one.id,
                "name": one.summary or one.activity_type_id.name,
                "date": one.date_deadline,
                "user": one.user_id.name,
            }
            for one in activities.sorted("date_deadline")[:SHOWN]
        ]

    def _panel_offers(self):
        """Return what the user is offered to do with this customer, by name."""
        may = self.env.user.has_group
        sells = self.env["crm.lead"].has_access("create")
        linked = bool(self.partner_id or self.lead_id)
        return {
            "edit": self.has_access("write"),
            "add_to_crm": sells and self.kind in ("unlinked", "raw"),
            "unlink": self.has_access("write") and linked,
            "convert": sells and bool(self.lead_id) and not self.partner_id,
            "opportunity": sells and linked,
            "ticket": may("caredesk_ticket.group_creator"),
            "order": bool(self.partner_id) and self.env["sale.order"].has_access("create"),
        }
