from odoo import api, fields, models, tools

#: State of a ticket -> setting of the group that has the customer told of it.
STATUS_MAIL_FIELDS = {
    "in_progress": "status_mail_in_progress",
    "waiting": "status_mail_waiting",
    "done": "status_mail_done",
    "cancelled": "status_mail_cancelled",
}


class CaredeskSupportGroup(models.Model):
    """What a group's customers are told by mail without anybody writing it."""

    _inherit = "caredesk.support.group"

    status_mail_in_progress = fields.Boolean(
        "When Work Begins", help="The customer gets the status of the request by mail."
    )
    status_mail_waiting = fields.Boolean(
        "When It Waits", help="The customer gets the status of the request by mail."
    )
    status_mail_done = fields.Boolean(
        "When It Is Done", help="The customer gets the status and the result by mail."
    )
    status_mail_cancelled = fields.Boolean(
        "When It Is Cancelled", help="The customer gets the status of the request by mail."
    )
    auto_reply_ids = fields.One2many("caredesk.auto.reply", "group_id", string="Auto Replies")

    # === BUSINESS ===

    @api.model
    @tools.ormcache("group_id")
    def _status_mail_states(self, group_id):
        """Return the states whose beginning a group's customers are told of."""
        # sudo: a setting, not a secret
        group_sudo = self.sudo().browse(group_id)
        return frozenset(state for state, name in STATUS_MAIL_FIELDS.items() if group_sudo[name])
