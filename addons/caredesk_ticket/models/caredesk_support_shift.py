from odoo import api, fields, models
from odoo.tools import SQL

#: Where the working hours of a seat come from: the person's own, the group's, the company's.
_RESOURCE = SQL(
    "LEFT JOIN LATERAL (SELECT own.id, own.calendar_id FROM resource_resource own"
    " WHERE own.user_id = member.user_id AND own.active"
    " AND (own.company_id = grp.company_id OR own.company_id IS NULL)"
    " ORDER BY own.company_id, own.id LIMIT 1) resource ON TRUE"
)


class CaredeskSupportGroup(models.Model):
    """Shifts and leave: routing leaves out who is not at work, if the group wants it."""

    _inherit = "caredesk.support.group"

    count_member_hours = fields.Boolean(
        "Count Working Hours of Members",
        tracking=True,
        help="Who is on leave or outside his or her working hours gets no tickets "
        "automatically: the hours of the employee's own calendar, else those of the group.",
    )
    release_when_away = fields.Boolean(
        "Hand Back When Away",
        tracking=True,
        help="When a member goes away, his or her tickets on which work has not begun go back "
        "to the queue.",
    )

    # === CRUD ===

    def write(self, vals):
        result = super().write(vals)
        if "count_member_hours" in vals:
            self.env["caredesk.dispatcher"]._dispatch(self)
        return result

    # === BUSINESS ===

    def _off_duty(self, now):
        """Return the ids of the seats of ``self`` whose people are on leave or off shift.

        One query for all groups; none when no group counts the hours of its members.

        :param now: naive UTC datetime
        """
        counting = self.filtered("count_member_hours")
        if not counting:
            return frozenset()
        return frozenset(
            member_id
            for member_id, on_duty in self.env["caredesk.support.member"]
            ._on_duty(counting, now)
            .items()
            if not on_duty
        )


class CaredeskSupportMember(models.Model):
    _inherit = "caredesk.support.member"

    # === CRUD ===

    def write(self, vals):
        result = super().write(vals)
        if vals.get("is_away"):
            self._hand_back()
        return result

    # === BUSINESS ===

    @api.model
    def _on_duty(self, groups, now):
        """Return ``{member id: whether the person is at work}`` for the seats of ``groups``.

        Working hours are kept in memory month by month, so this is one query. A seat without
        a calendar is always at work.
        """
        for model in ("caredesk.support.member", "resource.resource", "resource.calendar.leaves"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT member.id, COALESCE(resource.calendar_id, grp.calendar_id),
                       grp.company_id,
                       EXISTS (SELECT FROM resource_calendar_leaves absence
                                WHERE absence.resource_id = resource.id
                                  AND absence.time_type = 'leave'
                                  AND absence.date_from <= %(now)s AND absence.date_to > %(now)s)
                  FROM caredesk_support_member member
                  JOIN caredesk_support_group grp ON grp.id = member.group_id
                  %(resource)s
                 WHERE member.group_id = ANY(%(groups)s) AND member.active
                """,
                now=now,
                resource=_RESOURCE,
                groups=groups.ids,
            )
        )
        at_work = {}
        for calendar in {(row[1], row[2]) for row in rows}:
            at_work[calendar] = self._hours_of(calendar).next_change(now)[0]
        return {
            member_id: at_work[calendar_id, company_id] and not on_leave
            for member_id, calendar_id, company_id, on_leave in rows
        }

    @api.model
    def _hours_of(self, calendar):
        """Return the working hours of (calendar id or None, company id)."""
        return self.env["resource.calendar"]._caredesk_hours(calendar if calendar[0] else None)

    def _shifts(self, now, until):
        """Return the calendar and the leave of each of these people.

        :return: ``{user id: ((calendar id or None, company id), [(from, until) of leave])}``;
            of somebody with several seats, those of the first one
        """
        for model in ("resource.resource", "resource.calendar.leaves"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (member.user_id) member.user_id,
                       COALESCE(resource.calendar_id, grp.calendar_id,
                                company.resource_calendar_id),
                       grp.company_id,
                       ARRAY(SELECT ARRAY[absence.date_from, absence.date_to]
                               FROM resource_calendar_leaves absence
                              WHERE absence.resource_id = resource.id
                                AND absence.time_type = 'leave'
                                AND absence.date_from < %(until)s AND absence.date_to > %(now)s)
                  FROM caredesk_support_member member
                  JOIN caredesk_support_group grp ON grp.id = member.group_id
                  JOIN res_company company ON company.id = grp.company_id
                  %(resource)s
                 WHERE member.id = ANY(%(members)s)
                 ORDER BY member.user_id, member.id
                """,
                now=now,
                until=until,
                resource=_RESOURCE,
                members=self.ids,
            )
        )
        return {
            user_id: ((calendar_id, company_id), [tuple(leave) for leave in leaves])
            for user_id, calendar_id, company_id, leaves in rows
        }

    def _hand_back(self):
        """Put what these people have not begun back into the queue of groups that want it."""
        # sudo: who may set somebody away was checked; the tickets move, seen or not
        tickets_sudo = (
            self.env["caredesk.ticket"]
            .sudo()
            .search(
                [
                    ("user_id", "in", self.user_id.ids),
                    ("state", "=", "todo"),
                    ("group_id.release_when_away", "=", True),
                ]
            )
        )
        begun = self.env["caredesk.ticket.time"].sudo()
        begun = begun.search([("ticket_id", "in", tickets_sudo.ids), ("kind", "=", "work")])
        begun_by = {(line.ticket_id, line.user_id) for line in begun}
        for user, tickets in tickets_sudo.grouped("user_id").items():
            untouched = tickets.filtered(lambda one, user=user: (one, user) not in begun_by)
            untouched._release(self.env._("%(user)s is away", user=user.name))
