from odoo import api, models, tools

from ..domain import sla


class CaredeskSlaPolicy(models.Model):
    """Policies as plain values, kept in memory: every new ticket asks for them."""

    _inherit = "caredesk.sla.policy"

    # === BUSINESS ===

    def _scope(self):
        """Return whose tickets this policy may hold for: (company, group or empty)."""
        self.ensure_one()
        return self.company_id, self.group_id

    @api.model
    @tools.ormcache("group_id")
    def _rules_of(self, group_id):
        """Return the rules that may hold for tickets of a group, cached: every create asks.

        :return: tuple of :class:`~odoo.addons.caredesk_ticket.domain.sla.Rule`
        """
        # sudo: promises hold for every ticket, whoever creates it
        group_sudo = self.env["caredesk.support.group"].sudo().browse(group_id)
        # Kept for everybody: nothing of the caller's context may get in.
        policies_sudo = (
            self.sudo()
            .with_context(active_test=True)
            .search(
                [
                    ("group_id", "in", (group_id, False)),
                    ("company_id", "=", group_sudo.company_id.id),
                ]
            )
        )
        return tuple(policy._prepare_rule(group_sudo) for policy in policies_sudo)

    def _prepare_rule(self, group=None):
        """Return this policy as plain values.

        :param group: whose tickets it is applied to, where the policy is for all groups
        """
        self.ensure_one()
        # Archived types, customers and tags included: without them the promise would be to all.
        asked = self.with_context(active_test=False)
        return sla.Rule(
            policy_id=self.active and self.id,
            target=self.target,
            seconds=round(self.hours * 3600),
            warn_seconds=self._warn_seconds(),
            calendar=self._calendar_of(group or self.group_id),
            pause_on=self.pause_on,
            stage_id=self.target == sla.STAGE and self.stage_id.id or None,
            type_ids=frozenset(asked.type_ids.ids),
            customer_ids=frozenset(asked.partner_ids.ids),
            tag_ids=frozenset(asked.tag_ids.ids),
            min_priority=self.min_priority,
            min_severity=self.min_severity,
        )

    def _warn_seconds(self):
        """Return after how many seconds people are warned, None for never."""
        return round(self.hours * 3600) * self.warn_percent // 100 or None

    def _calendar_of(self, group):
        """Return (calendar id, company id) for tickets of ``group``, None for clock hours."""
        calendar = self.use_working_hours and self._working_hours(group)
        return (calendar.id, self.company_id.id) if calendar else None

    def _working_hours(self, group):
        """Return the calendar in which this policy counts; empty when there is none."""
        return self.calendar_id or group.calendar_id or self.company_id.resource_calendar_id
