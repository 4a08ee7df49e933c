import re
from datetime import date, datetime

from markupsafe import Markup, escape

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import (
    format_amount,
    format_date,
    format_datetime,
    formatLang,
    frozendict,
    html2plaintext,
)

#: A placeholder in a text: two braces around a word.
PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_WORD = re.compile(r"^[a-z][a-z0-9_]*$")
#: What somebody may have meant as one: half of the braces, on one side or on both.
_HALF = re.compile(r"\{\{\s*\w*|\w*\s*\}\}")
_SINGLE = re.compile(r"\{\s*(\w+)\s*\}")
#: Decimals of numbers whose field does not say how many it has.
_DECIMALS = 6
#: Sources of what is known without a record.
_PEOPLE = ("recipient", "owner", "company")
#: Source of what only a message about no customer tells.
_LISTS = "lists"


class CaredeskAutomationMergeField(models.Model):
    """A word in a text that is replaced by what is known of customer, record or company.

    Fixed paths instead of expressions: nobody needs to know code, and nothing is run.
    """

    _name = "caredesk.automation.merge.field"
    _description = "Merge Field"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    token = fields.Char(
        "Placeholder", required=True, help="Stands in the text between two pairs of braces."
    )
    source = fields.Selection(
        [
            ("record", "Record"),
            ("customer", "Customer"),
            ("recipient", "Recipient"),
            ("owner", "Person in Charge"),
            ("company", "Company"),
            ("lists", "Care Lists"),
        ],
        required=True,
        default="record",
    )
    model = fields.Char("Records", help="Technical name of the records; for the source «Record».")
    path = fields.Char(required=True, help="Names of fields, joined by dots.")

    _token_uniq = models.UniqueIndex(
        "(token, COALESCE(model, ''))", "There is such a placeholder already."
    )

    @api.depends("name", "token")
    def _compute_display_name(self):
        for field in self:
            field.display_name = f"{field.name} {{{{{field.token}}}}}"

    @api.constrains("token", "source", "model", "path")
    def _check_path(self):
        for field in self:
            if not _WORD.match(field.token):
                raise ValidationError(
                    self.env._("A placeholder has small letters, digits and underscores only.")
                )
            if bool(field.model) != (field.source == "record"):
                raise ValidationError(
                    self.env._("Only a placeholder about the record names its kind.")
                )
            records = self.env.get(field._source_model())
            for name in field.path.split("."):
                known = records is not None and records._fields.get(name)
                if not known or known.groups:
                    raise ValidationError(
                        self.env._("«%(path)s» is no field people may read.", path=field.path)
                    )
                records = records[name] if known.relational else None

    def _source_model(self):
        people = {"customer": "res.partner", "recipient": "res.partner"}
        others = {"owner": "res.users", "company": "res.company"}
        lists = {_LISTS: "caredesk.automation.rule"}
        return {**people, **others, **lists}.get(self.source, self.model)

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        placeholders = super().create(vals_list)
        self.env.registry.clear_cache()
        return placeholders

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"token", "source", "model"}:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # === BUSINESS ===

    def _put_into(self, record, name):
        """Put the placeholder at the end of a text of ``record``, and empty what it was chosen by.

        :param record: has ``insert_field_id``
        """
        if not self:
            return
        word = f"{{{{{self.token}}}}}"
        if record._fields[name].type == "html":
            record[name] = (record[name] or Markup()) + Markup("<p>%s</p>") % word
        else:
            record[name] = f"{record[name] or ''}{word}"
        record.insert_field_id = False

    @api.model
    def _of_model(self, model, is_once=False):
        """Return the placeholders a text about records of ``model`` may hold, by their word.

        :param is_once: whether the text is about no record, and so about no customer either
        """
        # sudo: the names of placeholders are no secret
        ids = self.sudo()._ids_by_word(model, is_once)
        placeholders_sudo = self.sudo().browse(ids.values())
        return dict(zip(ids, placeholders_sudo, strict=True))

    @api.model
    @tools.ormcache("model", "is_once")
    def _ids_by_word(self, model, is_once):
        """Return the ids of the placeholders of :meth:`_of_model`: each message asks for them."""
        if is_once:
            domain = [("source", "in", (*_PEOPLE, _LISTS))]
        else:
            domain = [("source", "!=", _LISTS), ("model", "in", (model, False))]
        return frozendict({field.token: field.id for field in self.search(domain)})

    @api.model
    def _unknown_in(self, text, model, is_once=False):
        """Return what looks like a placeholder, as written, and means nothing for ``model``."""
        known = self._of_model(model, is_once)
        text = text or ""
        unknown = [one[0] for one in PLACEHOLDER.finditer(text) if one[1] not in known]
        rest = PLACEHOLDER.sub("", text)
        unknown += _HALF.findall(rest)
        return unknown + [one[0] for one in _SINGLE.finditer(rest) if one[1] in known]

    @api.model
    def _check_texts(self, record, names):
        """Check the texts of a rule in each language they are written in.

        :param record: message or step, whose fields ``names`` hold the texts
        :raise ValidationError: a placeholder that would stay as it is, or empty
        """
        rule = record.rule_id
        for code, _name in self.env["res.lang"].get_installed():
            there = record.with_context(lang=code)
            for name in names:
                if unknown := self._unknown_in(there[name], rule.model_name, rule._is_once()):
                    raise ValidationError(
                        self.env._(
                            "«%(word)s» is no placeholder for this trigger. Choose one from "
                            "«Insert Merge Field».",
                            word=unknown[0],
                        )
                    )

    @api.model
    def _fill(self, text, sources, model):
        """Return ``text`` with every placeholder replaced.

        :param text: plain text, or Markup, into which values go escaped
        :param sources: ``{source: record}``
        :param model: of the record; none for a text about no record
        """
        known = self._of_model(model, not model)
        is_html = isinstance(text, Markup)

        def value(match):
            field = known.get(match.group(1))
            if not field:
                # Somebody took the placeholder away: the text must not go out with a gap.
                raise ValidationError(
                    self.env._("«%(word)s» is no placeholder.", word=match.group(0))
                )
            shown = field._value_of(sources.get(field.source))
            if not is_html:
                return shown
            is_link = field.source == _LISTS and shown.startswith("http")
            return str(Markup('<a href="%s">%s</a>') % (shown, shown) if is_link else escape(shown))

        filled = PLACEHOLDER.sub(value, str(text))
        return Markup(filled) if is_html else filled  # noqa: S704 - values are escaped above

    def _value_of(self, record):
        """Return what the placeholder stands for, as people read it; empty where unknown."""
        if not record:
            return ""
        *way, last = self.path.split(".")
        for name in way:
            record = record[name][:1]
        if not record:
            return ""
        return self._shown(record, last)

    def _shown(self, record, name):
        field, value = record._fields[name], record[name]
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        if field.type in ("integer", "float", "monetary"):
            return self._shown_number(record, field, value)
        if field.type == "selection":
            return dict(field._description_selection(record.env)).get(value, "")
        if field.type == "boolean":
            return record.env._("Yes") if value else record.env._("No")
        if isinstance(value, datetime):
            return format_datetime(record.env, value, tz=record.env.context.get("tz"))
        if isinstance(value, date):
            return format_date(record.env, value)
        if field.type == "html":
            return html2plaintext(value or "")
        return str(value or "")

    def _shown_number(self, record, field, value):
        """Return a number as it is written in the language of ``record``."""
        if field.type == "integer":
            return str(value)  # not grouped: it may be a year or a number of something
        digits = None
        if field.type == "monetary":
            if currency := record[field.get_currency_field(record)]:
                return format_amount(record.env, value, currency)
        else:
            digits = field.get_digits(record.env)
        most = digits[1] if digits else _DECIMALS
        value = round(value, most) + 0.0  # plus zero: there is no «-0»
        # Zeros at the end tell nobody anything.
        decimals = next(count for count in range(most + 1) if round(value, count) == value)
        return formatLang(record.env, value, digits=decimals)
