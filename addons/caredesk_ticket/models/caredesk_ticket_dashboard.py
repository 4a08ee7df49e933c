from pytz import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..domain.periods import Period
from .dashboard_count import DashboardCount

_DEFAULT_PERIOD = "days30"


class CaredeskTicketDashboard(models.AbstractModel):
    """The figures of the dashboard: what is open now, and what a period brought.

    Each figure is a domain. It is counted with the rights of the user, many of them in one
    statement, and the screen opens the very same domain.
    """

    _name = "caredesk.ticket.dashboard"
    _description = "Support Dashboard"

    @api.model
    @api.readonly
    def get_figures(self, filters=None):
        """Return all the dashboard shows, in a fixed number of queries. Called by the screen.

        :param filters: ``{"period": 'today', 'week', 'days30', 'month' or 'custom', "date_from",
            "date_to": days as 'YYYY-MM-DD' for 'custom', "group_id": a support group or False}``
        :return: ``{"filters", "groups": [{"id", "name"}], "figures": {name: {"value", "count",
            "domain"}}, "charts": {"open" or "received": {dimension: [{"key", "label", "count",
            "domain"}]}}, "trend": {"unit", "points": [{"from", "to", "received", "completed",
            "received_domain", "completed_domain"}]}, "waiting_days", "is_empty"}``
        :raise AccessError: for people who do not serve tickets
        :raise UserError: the period makes no sense
        """
        if not self.env.user.has_group("caredesk_ticket.group_agent"):
            raise AccessError(self.env._("The dashboard is for support employees."))
        filters = filters if isinstance(filters, dict) else {}
        period = self._period(filters)
        groups = self._groups()
        group = groups.filtered(lambda one: one.id == filters.get("group_id"))
        scope = Domain("group_id", "=", group.id) if group else Domain.TRUE
        tickets = self.env["caredesk.ticket"]
        count = DashboardCount(tickets, scope, period)
        return {
            "filters": {
                "period": filters.get("period") or _DEFAULT_PERIOD,
                "date_from": fields.Date.to_string(period.first),
                "date_to": fields.Date.to_string(period.last),
                "group_id": group.id,
            },
            "groups": [{"id": one.id, "name": one.name} for one in groups],
            "figures": count.figures,
            "charts": {"open": count.open_charts, "received": count.received_charts},
            "trend": {"unit": period.unit, "points": count.trend},
            "waiting_days": tickets._waiting_too_long_days(),
            "is_empty": count.is_empty,
        }

    @api.model
    def _groups(self):
        """Return the groups to choose from: those whose tickets the user sees."""
        domain = [("company_id", "in", self.env.companies.ids)]
        if not self.env.user.has_group("caredesk_ticket.group_intake"):
            domain.append(("member_ids.user_id", "=", self.env.uid))
        return self.env["caredesk.support.group"].search(domain)

    @api.model
    def _period(self, filters):
        today = UTC.localize(fields.Datetime.now()).astimezone(self.env.tz).date()
        name = filters.get("period") or _DEFAULT_PERIOD
        try:
            if name != "custom":
                return Period.named(name, today)
            return Period(*(fields.Date.to_date(filters[end]) for end in ("date_from", "date_to")))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError(
                self.env._("Choose a period that begins before it ends and is not too long.")
            ) from error
