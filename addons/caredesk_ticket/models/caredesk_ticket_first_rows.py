from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.tools import SQL


class CaredeskTicket(models.Model):
    """What a new ticket comes with: time line, promises, assignment, followers, first line."""

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    def _add_first_rows(self, now, by_hand, promises):
        """Write what new tickets come with, all of it in one statement.

        :param by_hand: for each ticket whether its creator named the performer
        :param promises: for each ticket the values of its service levels
        """
        partner_of = self._partners_of_staff()
        assignments = self._prepare_first_assignments(now, by_hand)
        rows_of = {
            "caredesk.ticket.time": [
                ticket._prepare_time_vals(now, ticket.state) for ticket in self
            ],
            "caredesk.ticket.assignment": assignments,
            "caredesk.sla.status": [
                {"ticket_id": ticket.id, **row}
                for ticket, rows in zip(self, promises, strict=True)
                for row in rows
            ],
            "mail.message": self._prepare_first_lines(partner_of.get(self.env.uid)),
        }
        followers = self._follower_statements(partner_of)
        self.env["caredesk.direct.insert"]._insert(rows_of, followers)
        # They were cached as empty when the tickets were made.
        written = {*rows_of, "mail.followers"}
        for field in self._fields.values():
            if field.type == "one2many" and field.comodel_name in written:
                field._invalidate_cache(self.env, self._ids)
        self.env["caredesk.ticket.assignment"]._notify_screens(assignments)

    def _prepare_first_assignments(self, now, by_hand):
        """Return the log of the performers that new tickets got while they were created."""
        assignments = self.env["caredesk.ticket.assignment"]
        return [
            assignments._with_notice(
                {
                    **ticket._prepare_assignment(
                        now, "assign" if named else "auto", ticket.user_id.id
                    ),
                    "from_user_id": False,
                }
            )
            for ticket, named in zip(self, by_hand, strict=True)
            if ticket.user_id
        ]

    def _partners_of_staff(self):
        """Return ``{user id: partner id}`` of performers and creator, active employees only."""
        people = self.user_id | self.env.user
        return {user.id: user.partner_id.id for user in people if user.active and not user.share}

    def _follower_statements(self, partner_of):
        """Return the statements that make creator, performer and customer followers.

        :param partner_of: ``{user id: partner id}`` of the people concerned
        """
        quiet = self.env.context.get("mail_create_nosubscribe")
        staff_ids, customer_ids = self._follower_subtype_ids()
        rows = []
        for ticket in self:
            staff = {partner_of.get(ticket.user_id.id)}
            if not quiet:
                staff.add(partner_of.get(self.env.uid))
            wanted = dict.fromkeys(staff - {None}, staff_ids)
            customer = ticket.partner_id
            if customer.active:
                wanted.setdefault(
                    customer.id, customer_ids if customer.partner_share else staff_ids
                )
            rows += [(ticket.id, partner_id, kinds) for partner_id, kinds in wanted.items()]
        if not rows:
            return {}
        return {
            "wanted": SQL(
                "SELECT * FROM (VALUES %s) AS row (res_id, partner_id, kinds)", SQL(", ").join(rows)
            ),
            "followers": SQL(
                "INSERT INTO mail_followers (res_model, res_id, partner_id)"
                " SELECT %s, res_id, partner_id FROM wanted RETURNING id, res_id, partner_id",
                self._name,
            ),
            "kinds": SQL(
                "INSERT INTO mail_followers_mail_message_subtype_rel"
                " (mail_followers_id, mail_message_subtype_id)"
                " SELECT id, unnest(kinds::int[]) FROM followers JOIN wanted"
                " USING (res_id, partner_id)"
            ),
        }

    @api.model
    def _follower_subtype_ids(self):
        default, _internal, external = self.env["mail.message.subtype"].default_subtypes(self._name)
        return default.ids, external.ids

    def _prepare_first_lines(self, author_id):
        """Return the first line of each conversation: who created it, through which channel."""
        env = self.env
        if not env.context.get("lang"):  # mail comes without a language
            env = self.with_context(lang=self._lang_of_company(self.company_id[:1].id)).env
        channels = dict(self._fields["channel"]._description_selection(env))
        note_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        messages = self.env["mail.message"]
        now = fields.Datetime.now()
        return [
            {
                "model": self._name,
                "res_id": ticket.id,
                # Escaped: what is written past the ORM is not sanitized either.
                "body": Markup("<p>%s</p>")
                % env._("Ticket created: %(channel)s", channel=channels[ticket.channel]),
                "author_id": author_id,
                "message_id": messages._get_message_id({"model": self._name, "res_id": ticket.id}),
                "message_type": "notification",
                "subtype_id": note_id,
                "is_internal": True,
                "date": now,
            }
            for ticket in self
        ]

    @api.model
    @tools.ormcache("company_id")
    def _lang_of_company(self, company_id):
        """Return the language a company speaks."""
        # sudo: its language is no secret to who makes a ticket of it
        return self.env["res.company"].sudo().browse(company_id).partner_id.lang
