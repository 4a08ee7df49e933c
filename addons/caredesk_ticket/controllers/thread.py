from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.thread import ThreadController

#: Articles counted for one message at most.
_MOST = 50


class KnowledgeThreadController(ThreadController):
    """Sending a message, wherever its composer is."""

    @http.route()
    def mail_message_post(self, *args, caredesk_article_ids=None, **kwargs):
        """Count the articles of the knowledge base that went into the message."""
        result = super().mail_message_post(*args, **kwargs)
        article_ids = _ids_in(caredesk_article_ids)
        canned_ids = _ids_in(kwargs.get("canned_response_ids"))
        if article_ids or canned_ids:
            articles = request.env["caredesk.knowledge.article"]
            articles._count_sent(article_ids, canned_ids)
        return result


def _ids_in(values) -> list[int]:
    """Return the different positive numbers in what a browser sent."""
    items = values if isinstance(values, list) else []
    return list(dict.fromkeys(item for item in items if type(item) is int and item > 0))[:_MOST]
