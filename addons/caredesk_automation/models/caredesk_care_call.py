import json
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Bigger bodies are refused before they are read: a ringing phone says little.
MOST_BYTES = 16 * 1024
_CALL_ID = re.compile(r"[\w.:@+-]{1,128}")
_NUMBER = re.compile(r"\+?[0-9 .()-]{3,24}")


class CaredeskCareCall(models.Model):
    """A call that rings now, told by the telephone system; it pops up on the agent's screen."""

    _name = "caredesk.care.call"
    _description = "Incoming Call"
    _order = "id desc"
    _rec_name = "number"

    source_id = fields.Many2one(
        "caredesk.hook.source", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="source_id.company_id", store=True, index=True)
    call_ref = fields.Char("Number of the Call", required=True, readonly=True)
    number = fields.Char("From Number", readonly=True)
    extension = fields.Char("Rang At", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    user_id = fields.Many2one("res.users", "Agent", readonly=True, ondelete="set null")

    _once = models.UniqueIndex("(source_id, call_ref)", "This call was told before.")
    _pace_idx = models.Index("(source_id, create_date)")

    # === CALLED BY THE ROUTE ===

    @api.model
    def _receive(self, key, incoming):
        """Take one signed message that a phone rings; the guards are those of the inbound hook.

        :param incoming: its body is JSON ``{"call_id", "from", "to"}``; ``to`` is an extension
        :return: HTTP status and the answer as a dict
        """
        hook = self.env["caredesk.hook"]
        source_sudo = self.env["caredesk.hook.source"]._of_key(key)
        # sudo: the caller proves to be the source; he has no user of ours
        calls_sudo = self.sudo()
        reason, body = hook._refusal(source_sudo, incoming, calls_sudo)
        if reason:
            return hook._refuse(reason, source_sudo, incoming)
        call = self._parse(body)
        if not call:
            return hook._refuse("payload", source_sudo, incoming, "", body)
        return 200, {"status": calls_sudo._ring(source_sudo, *call)}

    @api.model
    def _taken_last_minute(self, source):
        """Return how many calls of the source rang within a minute; the hook asks."""
        since = fields.Datetime.now() - timedelta(minutes=1)
        return self.search_count([("source_id", "=", source.id), ("create_date", ">=", since)])

    @api.model
    def _parse(self, body):
        """Return (call id, number, extension), None when the body is not as documented."""
        try:
            content = json.loads(body)
            call = [str(content[name]).strip() for name in ("call_id", "from", "to")]
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        ok = _CALL_ID.fullmatch(call[0]) and _NUMBER.fullmatch(call[1]) and len(call[2]) <= 64
        return call if ok else None

    @api.model
    def _ring(self, source, call_ref, number, extension):
        """Keep the call once, find the customer and show it to the agent."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO caredesk_care_call (source_id, company_id, call_ref, number,"
                " extension, create_date, write_date) VALUES (%s, %s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (source_id, call_ref) DO NOTHING RETURNING id",
                source.id,
                source.company_id.id,
                call_ref,
                number,
                extension,
                *[fields.Datetime.now()] * 2,
            )
        )
        row = self.env.cr.fetchone()
        if not row:
            return "repeated"
        call = self.browse(row[0])
        call.write(
            {"partner_id": call._caller().id, "user_id": call._agent().id},
        )
        if call.user_id:
            call.user_id._bus_send("caredesk_automation.incoming_call", call._popup())
        return "done"

    def _caller(self):
        company = self.company_id
        number = company.partner_id._phone_format(
            number=self.number, country=company.country_id, force_format="E164"
        )
        if not number:
            return self.env["res.partner"]
        return self.env["res.partner"].search(
            [("phone_sanitized", "=", number), ("company_id", "in", (company.id, False))],
            order="parent_id DESC, id",
            limit=1,
        )

    def _agent(self):
        return self.env["res.users"].search(
            [
                ("caredesk_extension", "=", self.extension),
                ("company_ids", "in", self.company_id.ids),
                ("share", "=", False),
            ],
            limit=1,
        )

    def _popup(self):
        """Return what the agent's screen shows and fills into the form."""
        return {
            "call_id": self.id,
            "number": self.number,
            "partner_id": self.partner_id.id,
            "partner_name": self.partner_id.name or "",
        }

    # === CALLED BY THE SCREEN ===

    @api.model
    def action_answer(self, call_id):
        """Open the form of a received call, filled in for a call that rang at the user's phone."""
        call_sudo = self.sudo().browse(call_id).exists()  # only the user's own call is used below
        self.env["caredesk.care.history"].check_access("create")
        if call_sudo.user_id != self.env.user:
            call_sudo = self.sudo().browse()
        form = self.env["caredesk.care.form"].search(
            [
                ("action", "=", "receive_call"),
                ("company_id", "in", (call_sudo.company_id.id, False)),
            ],
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive Call"),
            "res_model": "caredesk.care.history",
            "views": [(False, "form")],
            "context": {
                "default_action": "receive_call",
                "default_form_id": form.id,
                "default_medium": "phone",
                "default_partner_id": call_sudo.partner_id.id,
                "default_body": call_sudo.number or "",
            },
        }

    @api.autovacuum
    def _gc_calls(self):
        """Forget which phones rang after 90 days; what was noted of the calls stays."""
        before = fields.Datetime.now() - timedelta(days=90)
        old = self.search([("create_date", "<", before)], limit=5000, order="id")
        old.unlink()
        return len(old), len(old) == 5000


class ResUsers(models.Model):
    _inherit = "res.users"

    caredesk_extension = fields.Char(
        "Phone Extension",
        index="btree_not_null",
        help="Where the telephone system rings this person; incoming calls pop up for him or her.",
    )
