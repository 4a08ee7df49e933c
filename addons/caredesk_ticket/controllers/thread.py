from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.thread import ThreadController


class KnowledgeThreadController(ThreadController):
    """Sending a message, wherever its composer is."""

    @http.route()
    def mail_message_post(self, *args, caredesk_article_ids=None, **kwargs):
        """Count the articles of the knowledge base that went into the message."""
        result = super().mail_message_post(*args, **kwargs)
        canned_response_ids = kwargs.get("canned_response_ids")
        if caredesk_article_ids or canned_response_ids:
            articles = request.env["caredesk.knowledge.article"]
            articles._count_sent(caredesk_article_ids, canned_response_ids)
        return result
