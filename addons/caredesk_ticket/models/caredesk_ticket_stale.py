import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime, html2plaintext

#: Context key of the form: the values its user saw before changing them.
_SEEN = "caredesk_seen"
#: Context key of the form: fields in which its user takes what the other one wrote.
_TAKE_THEIRS = "caredesk_take_theirs"
#: Kinds of fields that are overwritten whole; lists of records are changed line by line.
_COMPARED = frozenset(
    {"boolean", "char", "date", "datetime", "float", "html", "integer", "many2one", "selection",
     "text"}
)  # fmt: skip
_SHOWN_CHARACTERS = 200


class StaleTicketError(UserError):
    """Somebody else changed fields meanwhile that are about to be overwritten.

    :param message: text for people
    :param conflicts: ``[{"name", "label", "user", "theirs", "mine", "seen"}]``; ``seen`` is
        their value as the form has to send it back to overwrite it knowingly
    """

    loglevel = logging.INFO  # a question to the user, no fault

    def __init__(self, message, conflicts):
        super().__init__(message)
        self.context = {"caredesk_conflicts": conflicts}


class CaredeskTicket(models.Model):
    """Nobody overwrites silently what a colleague has just changed.

    The form says which values its user saw in the fields he changed; only these are compared,
    so whatever clocks, routing or mail write meanwhile stops nobody. Calls without them, by
    RPC, imports or our own code, write as ever.
    """

    _inherit = "caredesk.ticket"

    def write(self, vals):
        seen = self.env.context.get(_SEEN)
        if not seen or len(self) != 1 or self._is_own_code():
            return super().write(vals)
        ticket = self.with_context(**{_SEEN: None, _TAKE_THEIRS: None})
        theirs = self.env.context.get(_TAKE_THEIRS) or ()
        vals = {name: value for name, value in vals.items() if name not in theirs}
        ticket._check_stale(vals, seen)
        return super(CaredeskTicket, ticket).write(vals) if vals else True

    def _check_stale(self, vals, seen):
        """Raise when a field of ``vals`` is no longer what the user saw.

        :param seen: ``{field: value}`` as the form read it, in the format of ``write``
        """
        self.ensure_one()
        self.check_access("write")
        self.check_access("read")  # the error shows what is there now
        conflicts = []
        for name in vals.keys() & seen.keys():
            field = self._fields.get(name)
            if field is None or field.type not in _COMPARED:
                continue
            now, was, new = (
                self[name],
                self._as_record_value(field, seen[name]),
                self._as_record_value(field, vals[name]),
            )
            if now not in (was, new):
                conflicts.append(self._describe_conflict(field, now, new))
        if conflicts:
            raise StaleTicketError(
                self.env._(
                    "While you were editing, somebody else changed: %(fields)s.",
                    fields=", ".join(conflict["label"] for conflict in conflicts),
                ),
                sorted(conflicts, key=lambda conflict: conflict["label"]),
            )

    def _as_record_value(self, field, value):
        cached = field.convert_to_cache(value, self, validate=False)
        return field.convert_to_record(cached, self)

    def _describe_conflict(self, field, theirs, mine):
        label = field.get_description(self.env, ["string"])["string"]
        seen = theirs.id if field.type == "many2one" else theirs
        if field.type in ("date", "datetime"):
            seen = field.to_string(theirs)
        return {
            "name": field.name,
            "label": label,
            "user": self._last_writer_of(field).sudo().name,  # of a ticket the user reads
            "theirs": self._shown(field, theirs),
            "mine": self._shown(field, self._visible(mine)),
            "seen": seen,
        }

    def _last_writer_of(self, field):
        """Return who changed ``field`` last, as far as it is tracked; else who wrote last."""
        # sudo: what the tracking shows below the ticket anyway
        track = (
            self.env["mail.tracking.value"]
            .sudo()
            .search(
                [
                    ("field_id.model", "=", self._name),
                    ("field_id.name", "=", field.name),
                    ("mail_message_id.model", "=", self._name),
                    ("mail_message_id.res_id", "=", self.id),
                ],
                order="id desc",
                limit=1,
            )
        )
        return track.mail_message_id.author_id or self.write_uid.partner_id

    def _visible(self, value):
        """Return what a caller named; of records only those the user may read."""
        if isinstance(value, models.BaseModel):
            return value.exists()._filtered_access("read")
        return value

    def _shown(self, field, value):
        """Return a value of ``field`` as people read it."""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "many2one":
            # sudo: of a ticket the user reads; what he named himself was filtered
            return value.sudo().display_name or ""
        if field.type == "html":
            return html2plaintext(value or "")[:_SHOWN_CHARACTERS]
        if field.type == "datetime":
            return format_datetime(self.env, value) if value else ""
        if field.type == "date":
            return format_date(self.env, value) if value else ""
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        return str(value or "")[:_SHOWN_CHARACTERS]
