from odoo import models


class CaredeskZaloMessage(models.Model):
    """An invitation that Zalo refuses goes out by the next way of the survey."""

    _inherit = "caredesk.zalo.message"

    def _fail(self, reason, code):
        super()._fail(reason, code)
        # sudo: invitations of the system, for the worker of the outbox
        entries_sudo = self.env["survey.user_input"].sudo()
        waiting = [("zalo_message_id", "in", self.ids), ("state", "=", "new")]
        self.env["caredesk.ticket"]._tell_each(
            entries_sudo.search(waiting), type(entries_sudo)._invite_instead
        )
