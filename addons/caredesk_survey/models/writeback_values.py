"""Between what people answered, as text, and what a field of the customer takes."""

import math
from datetime import datetime

from odoo.exceptions import UserError
from odoo.tools import email_normalize

#: How people write days.
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_LONGEST = 256


def read_value(partner, name, text):
    """Return ``text`` as a value of the field ``name`` of ``partner``.

    :return: what ``write`` takes; a list of ids for tags
    :raise UserError: with the reason why it does not fit
    """
    field = partner._fields[name]
    text = (text or "").strip()
    if not text:
        raise UserError(partner.env._("The answer is empty."))
    if name in _BY_NAME:
        return _BY_NAME[name](partner, text)
    reader = _BY_TYPE.get(field.type)
    if reader is None:
        raise UserError(partner.env._("A field of this type cannot be filled."))
    return reader(partner, field, text)


def as_text(partner, name):
    """Return what the field ``name`` of ``partner`` holds, as people read it."""
    field, value = partner._fields[name], partner[name]
    if field.type in ("many2one", "many2many"):
        return "\n".join(value.mapped("display_name"))
    if field.type == "selection":
        return dict(field._description_selection(partner.env)).get(value, "")
    if field.type == "date":
        return value.isoformat() if value else ""
    return str(value) if value else ""


def _email(partner, text):
    address = email_normalize(text)
    if not address:
        raise UserError(partner.env._("«%(text)s» is no e-mail address.", text=text))
    return address


def _phone(partner, text):
    country = partner.country_id or partner.env.company.country_id
    number = partner._phone_format(number=text, country=country, force_format="INTERNATIONAL")
    if not number:
        raise UserError(partner.env._("«%(text)s» is no phone number.", text=text))
    return number


def _char(partner, _field, text):
    if len(text) > _LONGEST:
        raise UserError(partner.env._("The answer is too long for this field."))
    return text


def _text(_partner, _field, text):
    return text


def _date(partner, _field, text):
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise UserError(partner.env._("«%(text)s» is no date.", text=text))


def _number(partner, field, text):
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    whole = field.type == "integer"
    if not math.isfinite(value) or (whole and not value.is_integer()):
        raise UserError(partner.env._("«%(text)s» is no number.", text=text))
    return int(value) if whole else value


def _selection(partner, field, text):
    wanted = text.casefold()
    for key, label in field._description_selection(partner.env):
        if wanted in (str(key).casefold(), str(label).casefold()):
            return key
    raise UserError(partner.env._("«%(text)s» is not one of the values.", text=text))


def _record(partner, field, text):
    # sudo: names only, of the records a customer's field may point to
    found = partner.env[field.comodel_name].sudo().search([("display_name", "=", text)], limit=2)
    if not found:
        comodel = partner.env[field.comodel_name].sudo()
        found = comodel.search([(comodel._rec_name or "name", "=ilike", _plain(text))], limit=2)
    if len(found) != 1:
        raise UserError(partner.env._("There is no single record named «%(text)s».", text=text))
    return found.id


def _records(partner, field, text):
    return [_record(partner, field, line.strip()) for line in text.splitlines() if line.strip()]


def _plain(text):
    """Return ``text`` such that a pattern matches nothing but itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_BY_NAME = {"email": _email, "phone": _phone}
_BY_TYPE = {
    "char": _char,
    "text": _text,
    "date": _date,
    "integer": _number,
    "float": _number,
    "selection": _selection,
    "many2one": _record,
    "many2many": _records,
}
