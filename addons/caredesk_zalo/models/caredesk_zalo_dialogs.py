from odoo import models


class DiscussChannel(models.Model):
    """The dialogs of a Zalo conversation, for its buttons in Discuss and on the card."""

    _inherit = "discuss.channel"

    def zalo_action_transfer(self):
        """Return the dialog that hands the conversation over."""
        return self._zalo_dialog("caredesk.zalo.transfer", self.env._("Transfer Conversation"))

    def zalo_action_close(self):
        """Return the dialog that closes the conversation."""
        return self._zalo_dialog("caredesk.zalo.close", self.env._("Close Conversation"))

    def zalo_action_request_info(self):
        """Return the dialog that asks before the customer is asked for his data."""
        return self._zalo_dialog("caredesk.zalo.request", self.env._("Request Information"))

    def _zalo_dialog(self, model, title):
        self._zalo_customer("write")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_channel_id": self.id},
        }


class CaredeskZaloContact(models.Model):
    """The same dialogs, from the customer's card."""

    _inherit = "caredesk.zalo.contact"

    def action_transfer(self):
        """Open the dialog that hands the conversation over."""
        self.ensure_one()
        return self.channel_id.zalo_action_transfer()

    def action_close(self):
        """Open the dialog that closes the conversation."""
        self.ensure_one()
        return self.channel_id.zalo_action_close()

    def action_reopen(self):
        """Open the closed conversation again."""
        self.ensure_one()
        self.channel_id.zalo_reopen()

    def action_take(self):
        """Serve this customer, whom nobody serves."""
        self.ensure_one()
        self.channel_id.zalo_take()

    def action_request_info(self):
        """Open the dialog that asks before the customer is asked for his data."""
        self.ensure_one()
        return self.channel_id.zalo_action_request_info()
