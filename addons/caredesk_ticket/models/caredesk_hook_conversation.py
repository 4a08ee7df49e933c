from odoo import api, fields, models
from odoo.tools import SQL


class CaredeskHookConversation(models.Model):
    """Where a conversation of another system goes on here: on which ticket, or on which lead."""

    _name = "caredesk.hook.conversation"
    _description = "Conversation of an Inbound Hook"
    _order = "id desc"
    _rec_name = "external_id"

    source_id = fields.Many2one(
        "caredesk.hook.source", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="source_id.company_id")
    external_id = fields.Char("Conversation", required=True, readonly=True)
    ticket_id = fields.Many2one(
        "caredesk.ticket", readonly=True, ondelete="set null", index="btree_not_null"
    )
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _conversation_uniq = models.UniqueIndex(
        "(source_id, external_id)", "This conversation is known already."
    )

    # === BUSINESS ===

    @api.model
    def _claim(self, source, external_id):
        """Return the row of this conversation, made when it is new.

        Two first messages at once collide here: one of the two calls is tried again and then
        finds the ticket of the other.
        """
        self.env.cr.execute(
            SQL(
                "INSERT INTO caredesk_hook_conversation (source_id, external_id, create_uid,"
                " create_date) VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC')"
                " ON CONFLICT (source_id, external_id) DO NOTHING",
                source.id,
                external_id,
                self.env.uid,
            ),
            log_exceptions=False,  # two first messages at once: Odoo does the later one again
        )
        return self.search([("source_id", "=", source.id), ("external_id", "=", external_id)])

    @api.autovacuum
    def _gc_conversations(self):
        """Forget conversations whose ticket and lead are gone."""
        old = self.search([("ticket_id", "=", False), ("lead_id", "=", False)], limit=1000)
        old.unlink()
        return len(old), len(old) == 1000
