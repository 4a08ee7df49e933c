from odoo import api, models

from odoo.addons.mail.tools.discuss import Store

#: So many are shown beside what Discuss finds; who looks for more uses the list of customers.
FOUND = 8


class DiscussChannel(models.Model):
    """Conversations with Zalo customers in the search of Discuss, closed ones included."""

    _inherit = "discuss.channel"

    @api.model
    @api.readonly
    def zalo_search(self, term):
        """Return the newest conversations with customers of this name or phone.

        :param term: as typed: without accents, a phone in any form
        :return: dict with ``ids``, and ``data``: what Discuss keeps of them
        """
        wanted = [("search_any", "ilike", term), ("channel_id", "!=", False)]
        contacts = self.env["caredesk.zalo.contact"].search(wanted, limit=FOUND)
        channels = contacts.channel_id._filtered_access("read")
        return {"ids": channels.ids, "data": Store().add(channels).get_result()}
