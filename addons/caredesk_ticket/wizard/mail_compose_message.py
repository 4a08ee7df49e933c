from odoo import models


class MailComposeMessage(models.TransientModel):
    """The full composer, to which an unfinished message can be taken."""

    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        """Count the articles that went into the message before it came here."""
        result = super()._action_send_mail(auto_commit=auto_commit)
        if article_ids := self.env.context.get("caredesk_article_ids"):
            self.env["caredesk.knowledge.article"]._count_sent(article_ids)
        return result
