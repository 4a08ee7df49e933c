from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import email_normalize

#: What a customer may share, and the field of a contact or lead that holds the same.
SHARED = {
    "res.partner": {"name": "name", "phone": "phone", "address": "street"},
    "crm.lead": {"name": "contact_name", "phone": "phone", "address": "street"},
}
#: Where Zalo's customers live: a number without country belongs to it.
COUNTRY = "base.vn"


def shares_address(record):
    """Tell whether a record's address is its company's: written on a person, it changes both."""
    is_partner = record._name == "res.partner"
    return is_partner and bool(record.parent_id) and record.type == "contact"


class CaredeskZaloContact(models.Model):
    """What a customer shares of himself.

    His own card takes it as he says. On the customer's record of the company it fills what is
    empty; what stands there already is changed by nobody but a person, who sees both.
    """

    _name = "caredesk.zalo.contact"
    _inherit = ["caredesk.zalo.contact", "mail.thread"]

    email = fields.Char()
    info_requested_at = fields.Datetime("Asked for Information On", readonly=True)
    info_submitted_at = fields.Datetime("Shared Information On", readonly=True)
    proposal_ids = fields.One2many(
        "caredesk.zalo.proposal", "contact_id", "Proposals", domain=[("state", "=", "open")]
    )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normal(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(self._normal(vals))
        if vals.get("partner_id") or vals.get("lead_id"):
            for contact in self:
                contact._move_comments()
        return result

    @api.model
    def _normal(self, vals):
        """Return values with phone and e-mail in the form in which they can be compared."""
        if vals.get("phone"):
            vals = {**vals, "phone": self._normal_phone(vals["phone"])}
        if vals.get("email"):
            vals = {**vals, "email": email_normalize(vals["email"]) or vals["email"]}
        return vals

    @api.model
    def _normal_phone(self, number):
        """Return a number as ``+84 912 345 678``, whether Zalo or a person wrote it."""
        return (
            self._phone_format(
                number=number, country=self.env.ref(COUNTRY), force_format="INTERNATIONAL"
            )
            or number
        )

    # === WHAT THE CUSTOMER FILLED IN ===

    def _has_answered(self):
        """Tell whether the last request for information was answered."""
        asked, answered = self.info_requested_at, self.info_submitted_at
        return bool(asked and answered and answered >= asked)

    def _take_info(self, info, moment):
        """Keep what a customer filled in, and show it in the conversation.

        :param info: ``name, phone, address, birthday, gender``, any of them missing
        :param moment: when he did
        """
        self.ensure_one()
        known = {key: info[key] for key in ("name", "phone", "address", "gender") if key in info}
        if "birthday" in info:
            known["birthday"] = fields.Date.to_date(info["birthday"])
        known = self._normal(known)
        changes = Markup("<br>").join(self._info_lines(known))
        self.write({**known, "info_submitted_at": moment})
        self._show_name()
        self._pass_on(known)
        if not self.partner_id:
            self._propose_known_partner()
        title = self.env._("The customer shared:")
        self._conversation()._zalo_post_note(Markup("<p><b>%s</b><br>%s</p>") % (title, changes))

    def _info_lines(self, known):
        """Yield a line for each value, with the one it replaces."""
        labels = self.fields_get(list(known), ["string"])
        for key, value in known.items():
            shown = fields.Date.to_string(value) if key == "birthday" else value
            line = f"{labels[key]['string']}: {shown}"
            former = self[key]
            if former and former != value:
                line = self.env._("%(line)s (before: %(former)s)", line=line, former=former)
            yield escape(line)

    def _show_name(self):
        """Let guest and conversation have the customer's name."""
        if self.guest_id and self.guest_id.name != self.name:
            self.guest_id._update_name(self.name)
        if self.channel_id and self.channel_id.name != self.name:
            self.channel_id.name = self.name

    def _pass_on(self, known):
        """Give the customer's record what it lacks; what it has becomes a proposal."""
        for record in filter(None, (self.partner_id, self.lead_id)):
            record_sudo = record.sudo()  # the system's work; agents see what it does
            empty = {}
            for key, name in SHARED[record._name].items():
                if key not in known or (key == "address" and shares_address(record_sudo)):
                    continue
                if not record_sudo[name]:
                    empty[name] = known[key]
                elif not self._is_same(key, record_sudo[name], known[key]):
                    self.env["caredesk.zalo.proposal"]._propose(self, record_sudo, key, known[key])
            if empty:
                record_sudo.write(empty)

    def _is_same(self, key, old, new):
        """Tell whether two values say the same, however they are written."""
        if key == "phone":
            return self._normal_phone(old) == self._normal_phone(new)
        return " ".join(old.casefold().split()) == " ".join(new.casefold().split())

    def _propose_known_partner(self):
        """Offer to link the only customer of the company with this phone or e-mail."""
        intake = self.env["caredesk.intake"]
        partner = intake._find_partner(self.email, self.phone, self.company_id)
        if partner:
            self.env["caredesk.zalo.proposal"]._propose(self, partner, "link", partner.name)
        return partner

    # === COMMENTS OF COLLEAGUES ===

    def _comment_record(self):
        """Return the record on which colleagues comment on this customer."""
        self.ensure_one()
        return self.partner_id or self.lead_id or self

    def _move_comments(self):
        """Let comments made before the customer was known follow to his record."""
        record = self._comment_record()
        if record == self:
            return
        note = self.env.ref("mail.mt_note")
        # sudo: whoever may link the customer lets his comments go along
        self.sudo().message_ids.filtered(
            lambda message: message.message_type == "comment" and message.subtype_id == note
        ).write({"model": record._name, "res_id": record.id})
