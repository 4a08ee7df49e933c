from odoo import api, models
from odoo.exceptions import AccessError, UserError

#: What people write on a customer's card; all else is written by our own code, which is sudo.
_FOR_PEOPLE = frozenset(
    {
        "name",
        "phone",
        "email",
        "address",
        "gender",
        "birthday",
        "partner_id",
        "lead_id",
        "tag_ids",
        "is_starred",
    }
)
#: What makes a conversation one with a Zalo customer: whoever writes in it writes to him.
_OF_CONVERSATION = frozenset(
    {"zalo_contact_id", "zalo_oa_id", "zalo_status", "zalo_closed_at", "zalo_close_reason"}
)


class CaredeskZaloContact(models.Model):
    """Clocks, identity and agent of a customer are not typed, also not by RPC."""

    _inherit = "caredesk.zalo.contact"

    def write(self, vals):
        if not self.env.su:
            forbidden = {
                name for name in vals.keys() - _FOR_PEOPLE if not name.startswith("message_")
            }
            if forbidden:
                raise AccessError(
                    self.env._("%s cannot be changed by hand.", ", ".join(sorted(forbidden)))
                )
        return super().write(vals)


class DiscussChannel(models.Model):
    """Nobody makes a conversation with a Zalo customer but the worker that heard of him."""

    _inherit = "discuss.channel"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._zalo_check_guard(vals, vals.get("channel_type") == "zalo")
        return super().create(vals_list)

    def write(self, vals):
        self._zalo_check_guard(vals)
        return super().write(vals)

    @api.model
    def _zalo_check_guard(self, vals, is_zalo=False):
        if not self.env.su and (is_zalo or _OF_CONVERSATION & vals.keys()):
            raise AccessError(
                self.env._("Conversations with Zalo customers are made and kept by the system.")
            )

    def action_unfollow(self):
        """Who serves a customer does not just leave: nobody would hear of him any more."""
        # sudo: who serves the conversation he is in is no secret to its member
        if self.channel_type == "zalo" and self.sudo().zalo_agent_id == self.env.user:
            raise UserError(
                self.env._("You serve this customer. Transfer or close the conversation instead.")
            )
        return super().action_unfollow()
