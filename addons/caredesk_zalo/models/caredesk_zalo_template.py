from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_amount, format_date, format_datetime

#: Zalo's words for the state of a template, and ours.
STATES = {
    "ENABLE": "enabled",
    "PENDING_REVIEW": "pending",
    "REJECT": "rejected",
    "DISABLE": "disabled",
}


class CaredeskZaloTemplate(models.Model):
    """A text that Zalo has approved, with places for values.

    Templates reach customers who did not write for long, and those known by their phone only;
    each costs money. They are made in Zalo's console and read from there.
    """

    _name = "caredesk.zalo.template"
    _description = "Zalo Template"
    _order = "name, id"

    # identity, as Zalo has it
    name = fields.Char(required=True, readonly=True)
    oa_id = fields.Many2one(
        "caredesk.zalo.oa",
        "Official Account",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="oa_id.company_id")
    code = fields.Char("Template ID", required=True, readonly=True)
    state = fields.Selection(
        [
            ("enabled", "Approved"),
            ("pending", "Under Review"),
            ("rejected", "Rejected"),
            ("disabled", "Disabled"),
        ],
        readonly=True,
        default="pending",
        required=True,
    )
    quality = fields.Char(readonly=True)
    purpose = fields.Char(readonly=True)
    price = fields.Float("Price (VND)", readonly=True, digits=(16, 0))
    preview_url = fields.Char("Preview", readonly=True)
    active = fields.Boolean(default=True)
    param_ids = fields.One2many("caredesk.zalo.template.param", "template_id", "Values")

    # ours
    model = fields.Selection(
        [
            ("res.partner", "Contact"),
            ("caredesk.ticket", "Ticket"),
            ("sale.order", "Order"),
            ("crm.lead", "Lead"),
        ],
        "Filled From",
        default="res.partner",
        required=True,
        help="The kind of record the values are taken from.",
    )

    _code_uniq = models.Constraint("UNIQUE (oa_id, code)", "This template is known already.")

    # === READING FROM ZALO ===

    @api.model
    def _take(self, account, details):
        """Keep what Zalo says about the templates of an account.

        :param details: list of dicts as ``zalo_client`` gives them for single templates
        """
        known = {
            template.code: template
            for template in self.with_context(active_test=False).search(
                [("oa_id", "=", account.id)]
            )
        }
        for detail in details:
            code = str(detail.get("templateId") or "")
            if not code:
                continue
            values = self._values_of(detail)
            template = known.pop(code, None)
            if template:
                template.write(values)
            else:
                template = self.create({**values, "oa_id": account.id, "code": code})
            template._take_params(detail.get("listParams") or [])
        for gone in known.values():
            gone.state = "disabled"  # Zalo lists what may be sent, and nothing else

    @api.model
    def _values_of(self, detail):
        return {
            "name": str(detail.get("templateName") or detail.get("templateId")),
            "state": STATES.get(str(detail.get("status")), "disabled"),
            "quality": str(detail.get("templateQuality") or ""),
            "purpose": str(detail.get("templateTag") or ""),
            "price": _number(detail.get("price")),
            "preview_url": str(detail.get("previewUrl") or ""),
        }

    def _take_params(self, params):
        """Keep the places for values; where each is filled from stays as it was set."""
        known = {param.name: param for param in self.param_ids}
        for number, row in enumerate(params):
            name = str(row.get("name") or "")
            values = {
                "sequence": number,
                "kind": str(row.get("type") or ""),
                "is_required": bool(row.get("require")),
                "min_length": int(_number(row.get("minLength"))),
                "max_length": int(_number(row.get("maxLength"))),
            }
            if name in known:
                known.pop(name).write(values)
            elif name:
                self.param_ids.create({**values, "name": name, "template_id": self.id})
        self.param_ids.browse(param.id for param in known.values()).unlink()

    # === FILLING AND SENDING ===

    def _fill(self, record):
        """Return ``{place: value}`` as far as the record gives them."""
        return {param.name: param._value(record) for param in self.param_ids}

    def _check_values(self, values):
        """Raise when Zalo would refuse the values; the message names the place.

        :raise UserError: a value is missing, too short or too long
        """
        for param in self.param_ids:
            value = values.get(param.name) or ""
            what = {"place": param.name, "template": self.name}
            if not value and param.is_required:
                raise UserError(self.env._("%(template)s needs a value for %(place)s.", **what))
            if param.max_length and len(value) > param.max_length:
                raise UserError(
                    self.env._(
                        "%(template)s takes up to %(most)s characters for %(place)s.",
                        most=param.max_length,
                        **what,
                    )
                )
            if value and len(value) < param.min_length:
                raise UserError(
                    self.env._(
                        "%(template)s wants at least %(least)s characters for %(place)s.",
                        least=param.min_length,
                        **what,
                    )
                )

    def _send(self, values, contact=None, phone=None, record=None):
        """Queue the template for a customer; return the row of the outbox.

        :param values: ``{place: value}``
        :param contact: Zalo customer; without one it goes to whoever owns ``phone``
        :param record: what it is about; delivery and feedback are noted there
        :raise UserError: Zalo would refuse it
        """
        self.ensure_one()
        if self.state != "enabled":
            raise UserError(self.env._("Zalo has not approved %s.", self.name))
        self._check_values(values)
        number = False if contact else self._zalo_phone(phone)
        messages_sudo = self.env["caredesk.zalo.message"].sudo()  # the queue is the system's
        message = messages_sudo.create(
            {
                "kind": "template",
                "oa_id": self.oa_id.id,
                "contact_id": contact and contact.id,
                "phone": number,
                "template_id": self.id,
                "template_values": {name: value for name, value in values.items() if value},
                "text": self.name,
                "res_model": record and record._name,
                "res_id": record and record.id,
            }
        )
        messages_sudo._wake()
        return message

    @api.model
    def _zalo_phone(self, phone):
        """Return a phone number as Zalo wants it: 84… without a plus.

        :raise UserError: it is none of Vietnam
        """
        number = bool(phone) and self.env["res.partner"]._phone_format(
            number=phone, country=self.env.ref("base.vn"), force_format="E164"
        )
        if not number or not number.startswith("+84"):
            raise UserError(
                self.env._(
                    "Templates go to phone numbers of Vietnam; this is none: %s", phone or "—"
                )
            )
        return number[1:]


class CaredeskZaloTemplateParam(models.Model):
    """A place for a value in a template, and where the value comes from."""

    _name = "caredesk.zalo.template.param"
    _description = "Value in a Zalo Template"
    _order = "sequence, id"

    template_id = fields.Many2one(
        "caredesk.zalo.template", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char("Place", required=True, readonly=True)
    kind = fields.Char(readonly=True)
    is_required = fields.Boolean("Required", readonly=True)
    min_length = fields.Integer(readonly=True)
    max_length = fields.Integer(readonly=True)
    model = fields.Selection(related="template_id.model")
    path = fields.Char(
        "Filled With", help="The field whose value stands there, for example partner_id.name."
    )

    _name_uniq = models.Constraint("UNIQUE (template_id, name)", "This place is there already.")

    @api.constrains("path")
    def _check_path(self):
        for param in self:
            try:
                param._field_chain()
            except KeyError as error:
                raise ValidationError(
                    param.env._("There is no field %(path)s.", path=param.path)
                ) from error

    def _field_chain(self):
        """Return the fields along the path.

        :raise KeyError: the path leads nowhere
        """
        chain, model = [], self.env[self.template_id.model]
        for name in (self.path or "").split("."):
            if not name:
                continue
            field = model._fields[name]
            chain.append(field)
            if field.relational:
                model = self.env[field.comodel_name]
        return chain

    def _value(self, record):
        """Return the value for a record as people read it, cut to what Zalo takes; the user's
        rights on what the path passes apply."""
        if not self.path or not record or record._name != self.template_id.model:
            return ""
        value, field, holder = record, None, record
        for field in self._field_chain():
            holder = value[:1]
            value = holder[field.name]
        text = _shown(holder, field, value) if field else ""
        return text[: self.max_length] if self.max_length else text


def _shown(record, field, value):
    """Return a value as a customer reads it."""
    if field.relational:
        return ", ".join(value.mapped("display_name"))
    if value is False or value is None:
        return ""
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, "")
    if field.type == "date":
        return format_date(record.env, value, date_format="dd/MM/yyyy")
    if field.type == "datetime":
        return format_datetime(record.env, value, dt_format="HH:mm dd/MM/yyyy")
    if field.type == "monetary":
        currency = record[field.get_currency_field(record)]
        return format_amount(record.env, value, currency)
    return str(value)


def _number(value):
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return 0.0
