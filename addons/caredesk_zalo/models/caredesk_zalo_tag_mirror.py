import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.caredesk_ticket.models.conflicts import is_waited_for, stand_aside

from ..zalo_client import ZaloError, ZaloRetryable

_logger = logging.getLogger(__name__)

#: Times a change that Zalo refuses for the moment is tried.
MAX_ATTEMPTS = 6
#: Seconds before the second try; each further one waits three times as long.
FIRST_PAUSE = 30
#: Changes looked up at once.
BATCH = 50
KEPT_DAYS = 30
#: In the context: the change came from Zalo and need not go back there.
FROM_ZALO = "zalo_tags_from_zalo"


class CaredeskZaloTagChange(models.Model):
    """A tag that the account at Zalo is to learn of: written with the change, sent by a worker.

    To tag twice does no harm at Zalo, so what a dying worker left is simply done again.
    """

    _name = "caredesk.zalo.tag.change"
    _description = "Zalo Tag to Mirror"
    _order = "id desc"

    contact_id = fields.Many2one(
        "caredesk.zalo.contact", "Customer", required=True, readonly=True, ondelete="cascade",
        index=True,
    )  # fmt: skip
    oa_id = fields.Many2one(related="contact_id.oa_id")
    name = fields.Char("Tag", required=True, readonly=True)
    is_given = fields.Boolean("Given", readonly=True, help="Else it is taken away.")
    state = fields.Selection(
        [("pending", "Pending"), ("done", "Done"), ("failed", "Failed")],
        default="pending",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_try_at = fields.Datetime(readonly=True)
    reason = fields.Char(readonly=True)

    _pending_idx = models.UniqueIndex(
        "(contact_id, name) WHERE state = 'pending'", "This change waits already."
    )
    _queue_idx = models.Index("(id) WHERE state = 'pending'")

    # === BUSINESS ===

    @api.model
    def _queue(self, changes):
        """Queue changes; the newest of a customer and a tag is the one that counts.

        :param changes: list of ``(id of the customer, name of the tag, given or taken)``
        """
        if not changes:
            return
        now = self.env.cr.now()
        for contact_id, name, is_given in changes:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO %s (contact_id, name, is_given, state, attempts,
                                       create_uid, create_date)
                       VALUES (%s, %s, %s, 'pending', 0, %s, %s)
                       ON CONFLICT (contact_id, name) WHERE state = 'pending'
                       DO UPDATE SET is_given = EXCLUDED.is_given, next_try_at = NULL""",
                    SQL.identifier(self._table),
                    contact_id,
                    name,
                    is_given,
                    self.env.uid,
                    now,
                )
            )
        self.invalidate_model()
        self.env.ref("caredesk_zalo.ir_cron_tags").sudo()._trigger()  # sudo: a system job

    @api.model
    def _cron_mirror(self):
        """Cron: tell Zalo which tags customers were given and lost."""
        commit = self.env["ir.cron"]._commit_progress
        last = 0
        while batch := self._next(last):
            for number, change in enumerate(batch, start=1):
                if change.try_lock_for_update():
                    change._mirror()
                if is_waited_for(self.env):  # who tags many customers at once goes first
                    stand_aside(self.env)
                    commit(1, remaining=0)
                    return
                if not commit(1, remaining=len(batch) - number):
                    return
            last = batch[-1].id

    @api.model
    def _next(self, last):
        due = ["|", ("next_try_at", "=", False), ("next_try_at", "<=", fields.Datetime.now())]
        waiting = [("id", ">", last), ("state", "=", "pending")]
        return self.search(
            [*waiting, ("oa_id.state", "=", "connected"), *due], order="id", limit=BATCH
        )

    def _mirror(self):
        """Tell Zalo of one change; one that it refuses for good hinders no other."""
        self.ensure_one()
        user_id, name = self.contact_id.zalo_user_id, self.name
        try:
            if self.is_given:
                self.oa_id._call(lambda client: client.users.tag(user_id, name))
            else:
                self.oa_id._call(lambda client: client.users.untag(user_id, name))
        except ZaloRetryable as error:
            self._try_later(error)
        except ZaloError as error:
            self.write({"state": "failed", "reason": error.reason})
        else:
            self.write({"state": "done", "reason": False})

    def _try_later(self, error):
        attempts = self.attempts + 1
        pause = FIRST_PAUSE * 3 ** (attempts - 1)
        self.write(
            {
                "attempts": attempts,
                "reason": error.reason,
                "state": "failed" if attempts >= MAX_ATTEMPTS else "pending",
                "next_try_at": fields.Datetime.now() + timedelta(seconds=pause),
            }
        )

    @api.autovacuum
    def _gc(self):
        """Forget what Zalo learnt long ago."""
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        old = self.search(
            [("state", "!=", "pending"), ("create_date", "<", before)], limit=1000, order="id"
        )
        old.unlink()
        return len(old), len(old) == 1000


class CaredeskZaloOa(models.Model):
    _inherit = "caredesk.zalo.oa"

    mirrors_tags = fields.Boolean(
        "Mirror Tags",
        help="Shared tags of the account's customers are kept the same here and at Zalo. Tags of "
        "one's own stay here.",
    )


class CaredeskZaloContact(models.Model):
    """Tags given or taken here go to Zalo; those given or taken there come here."""

    _inherit = "caredesk.zalo.contact"

    def write(self, vals):
        mirrored = self._mirrored() if "tag_ids" in vals else self.browse()
        before = {contact.id: contact._shared_tag_names() for contact in mirrored}
        result = super().write(vals)
        changes = []
        for contact in mirrored:
            now = contact._shared_tag_names()
            former = before[contact.id]
            changes += [(contact.id, name, True) for name in sorted(now - former)]
            changes += [(contact.id, name, False) for name in sorted(former - now)]
        self.env["caredesk.zalo.tag.change"].sudo()._queue(changes)  # sudo: the system's queue
        return result

    def _mirrored(self):
        """Return those whose tags are mirrored, with all rights; the caller may write them."""
        if self.env.context.get(FROM_ZALO):
            return self.browse().sudo()
        return self.sudo().filtered("oa_id.mirrors_tags")

    def _shared_tag_names(self):
        return set(self.tag_ids.filtered("is_shared").mapped("name"))

    def _take_profile(self, profile):
        """A new customer brings the tags the account has given him at Zalo."""
        result = super()._take_profile(profile)
        info = profile.get("tags_and_notes_info")
        names = info.get("tag_names") if isinstance(info, dict) else None
        if self.oa_id.mirrors_tags and isinstance(names, list):
            self._take_tags(names, is_given=True)
        return result

    def _take_tags(self, names, is_given):
        """Give or take shared tags, because Zalo says so."""
        tags = self.env["caredesk.tag"]._shared(names, make=is_given)
        command = Command.link if is_given else Command.unlink
        if tags:
            self.with_context(**{FROM_ZALO: True}).write({"tag_ids": [command(t.id) for t in tags]})
            self.channel_id._zalo_push_side()


class CaredeskTag(models.Model):
    _inherit = "caredesk.tag"

    @api.model
    def _shared(self, names, make=False):
        """Return the shared tags of these names, whatever their case.

        :param make: make those that are missing
        """
        found = self.browse()
        for name in dict.fromkeys(" ".join(str(name).split())[:100] for name in names):
            if not name:
                continue
            pattern = name.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
            tag = self.search([("name", "=ilike", pattern), ("is_shared", "=", True)], limit=1)
            found |= tag or (self.create({"name": name, "is_shared": True}) if make else tag)
        return found


class CaredeskZaloEvent(models.Model):
    """What happens to tags at Zalo."""

    _inherit = "caredesk.zalo.event"

    def _handlers(self):
        return super()._handlers() | {
            "add_user_to_tag": self._on_tag,
            "remove_user_from_tag": self._on_tag,
            "remove_tag": self._on_tag,
        }

    def _on_tag(self, event):
        """Give or take a tag; what we said ourselves comes back and changes nothing."""
        tag = event.body.get("tag")
        if not self.oa_id.mirrors_tags or not isinstance(tag, dict):
            return "ignored"
        name = str(tag.get("name") or "")
        user_ids = tag.get("user_ids")
        users = [str(one) for one in user_ids] if isinstance(user_ids, list) else []
        contacts = self.env["caredesk.zalo.contact"]
        mine = [("oa_id", "=", self.oa_id.id)]
        if event.name == "remove_tag":
            tags = self.env["caredesk.tag"]._shared([name])
            found = contacts.search([*mine, ("tag_ids", "in", tags.ids)]) if tags else contacts
        else:
            found = contacts.search([*mine, ("zalo_user_id", "in", users)])
        for contact in found:
            contact._take_tags([name], is_given=event.name == "add_user_to_tag")
        return "done" if found else "ignored"
