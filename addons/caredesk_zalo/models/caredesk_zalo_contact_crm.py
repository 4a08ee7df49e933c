from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from .caredesk_zalo_contact_info import SHARED, shares_address

#: As many of each model are offered; who has more of one number has another trouble.
MAX_MATCHES = 10
#: What the chat knows of a customer -> where contact and lead keep it.
PARTNER_FIELDS = SHARED["res.partner"] | {"email": "email"}
LEAD_FIELDS = SHARED["crm.lead"] | {"email": "email_from", "company_name": "partner_name"}


class CaredeskZaloContact(models.Model):
    """The customer's place in CRM: found, linked, merged, never made twice."""

    _inherit = "caredesk.zalo.contact"

    # === FINDING ===

    def _matches(self, phone, email):
        """Return the contacts and leads that have this phone or e-mail.

        :return: (list of (record, what agrees: "phone", "email" or "both"), number of further
            ones that the user may not see)
        """
        self.ensure_one()
        country = self.company_id.country_id or self.env.company.country_id
        partners = self.env["res.partner"]
        number = bool(phone) and partners._phone_format(
            number=self._normal_phone(phone), country=country, force_format="E164"
        )
        address = email_normalize(email or "")
        domain = Domain.OR(
            [Domain("phone_sanitized", "=", number)] * bool(number)
            + [Domain("email_normalized", "=", address)] * bool(address)
        )
        if domain.is_false():
            return [], 0
        domain &= Domain("company_id", "in", (self.company_id.id, False))
        found, hidden = [], 0
        for model, mine in ((partners, self.partner_id), (self.env["crm.lead"], self.lead_id)):
            wanted = domain & Domain("id", "!=", mine.id)
            records = model.search(wanted, limit=MAX_MATCHES)
            # sudo: only how many there are, so that nobody makes twice what he cannot see
            hidden += model.sudo().search_count(wanted, limit=MAX_MATCHES) - len(records)
            found += [(record, _agreement(record, number, address)) for record in records]
        return found, hidden

    # === LINKING ===

    def _link_to(self, record, beside_lead=False):
        """Attach the customer to a contact or lead that is there, which stays as it is.

        A raw customer, who was nothing but this voice, disappears in it.

        :param beside_lead: the lead the customer is already does not stand in the way
        :raise UserError: somebody linked the customer meanwhile
        :raise AccessError: the user may not read the record, or not change the raw customer
        """
        self.ensure_one()
        record.check_access("read")
        if self.partner_id or not beside_lead:
            self._check_unlinked()
        self._check_usable(record)
        if self.kind == "raw":
            self._give_up(self.lead_id, record)
        self._point_at(record)
        self._tell_linked(self.env._("Linked to %s.", record._get_html_link()))

    def _merge_into(self, record, values):
        """Overwrite a record with what the chat knows of the customer, and attach him to it.

        The record keeps its history, its owner and what the chat does not know; a company keeps
        its address. A raw customer the chat had made disappears in it. The old values stand in
        the record's log.

        :param values: what is known, by the keys of ``PARTNER_FIELDS`` and ``LEAD_FIELDS``
        :raise AccessError: the user may not change the record
        """
        self.ensure_one()
        self.check_access("write")
        record.check_access("write")
        self._check_usable(record)
        former = self.partner_id or self.lead_id
        if former != record and not self.has_made_record:
            self._check_unlinked()  # a person linked him: nothing of that disappears here
        record = self._person_of(record, values)
        if shares_address(record):
            values = {**values, "address": False}
        names = PARTNER_FIELDS if record._name == "res.partner" else LEAD_FIELDS
        new = {names[key]: value for key, value in values.items() if value and key in names}
        old = {name: record[name] for name in new if record[name] and record[name] != new[name]}
        record.write({name: value for name, value in new.items() if record[name] != value})
        if former and former != record:
            self._give_up(former, record)
        self._point_at(record)
        self._log_overwritten(record, old)
        self._tell_linked(self.env._("Merged into %s.", record._get_html_link()))

    def _person_of(self, record, values):
        """Return whom the chat is about: of a company, whose data stay its own, a person."""
        if record._name != "res.partner" or not record.is_company or record == self.partner_id:
            return record
        name = values.get("name") or self.name
        person = record.create({"name": name, "company_id": record.company_id.id})
        person.parent_id = record
        return person

    def _give_up(self, former, record):
        """Let what the customer was linked to before disappear in ``record``."""
        if former._name == "res.partner" == record._name:
            if shares_address(record) and not shares_address(former):
                # Merging fills what is empty, and that would be the company's address.
                former.sudo().write(dict.fromkeys(former._address_fields(), False))
            wizard = self.env["base.partner.merge.automatic.wizard"]
            wizard._merge((former | record).ids, record)
        elif former._name == "crm.lead" == record._name:
            former.check_access("write")
            record._merge_dependences(former)
            former.sudo().unlink()  # Odoo's merge does the same: who may write both may merge
        elif former._name == "crm.lead":
            former.check_access("write")
            former._handle_partner_assignment(force_partner_id=record.id, create_missing=False)
            if former.is_raw:
                former._zalo_move_history(record)
                former.sudo().unlink()  # it was nothing but this voice

    def action_unlink_customer(self):
        """Detach the customer from contact and lead; both stay as they are."""
        self.ensure_one()
        self.check_access("write")
        linked = self.partner_id or self.lead_id
        if not linked:
            return
        self.write({"partner_id": False, "lead_id": False})
        self._tell_linked(self.env._("No longer linked to %s.", linked._get_html_link()))

    def _customer_found(self, partner):
        """Point at the contact that the lead of these customers became."""
        for contact in self.filtered(lambda one: one.partner_id != partner):
            contact.partner_id = partner
            contact._complete_tickets()

    def _point_at(self, record):
        is_partner = record._name == "res.partner"
        values = {"partner_id": record.id} if is_partner else {"lead_id": record.id}
        if not is_partner:
            values["partner_id"] = record.partner_id.id
        self.write(values)
        self._complete_tickets()

    def _complete_tickets(self):
        """Give the customer's tickets their customer, as soon as he is known."""
        if not self.partner_id:
            return
        # sudo: whose tickets these are follows from the link, which was checked
        tickets_sudo = (
            self.env["caredesk.ticket"]
            .sudo()
            .search([("zalo_contact_id", "in", self.ids), ("partner_id", "=", False)])
        )
        tickets_sudo._own_code().write({"partner_id": self.partner_id.id})

    # === CHECKS AND NOTES ===

    def _check_unlinked(self):
        """Raise when the customer is linked; of two who link at once the second gets here.

        A raw customer is nobody yet.
        """
        linked = self.partner_id or self.lead_id
        if linked and self.kind != "raw":
            raise UserError(
                self.env._(
                    "%(customer)s is linked to %(record)s already.",
                    customer=self.name,
                    record=linked.sudo().display_name,  # the name is all that is told
                )
            )

    def _check_usable(self, record):
        """Raise when a customer cannot be this record: another company's, or put away."""
        if not record.active:
            raise UserError(self.env._("%s is archived. Restore it first.", record.display_name))
        self._check_same_company(record)

    def _check_same_company(self, record):
        if record.company_id and record.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(record)s belongs to %(company)s, the conversation does not.",
                    record=record.display_name,
                    company=record.company_id.name,
                )
            )

    @api.model
    def _log_overwritten(self, record, old):
        """Keep what a merge has overwritten in the log of the record."""
        if not old:
            return
        lines = Markup("").join(
            Markup("<li>%s: %s</li>") % (record._fields[name]._description_string(self.env), value)
            for name, value in old.items()
        )
        note = self.env._("Overwritten from a Zalo conversation. Before:")
        record.message_post(body=Markup("<p>%s</p><ul>%s</ul>") % (note, lines))

    def _tell_linked(self, text):
        """Note in the conversation what became of its customer."""
        if self.channel_id:
            self.channel_id.sudo()._zalo_post_note(text)  # sudo: agents outside it may link too


def _agreement(record, number, address):
    by_phone = number and record.phone_sanitized == number
    by_email = address and record.email_normalized == address
    if by_phone and by_email:
        return "both"
    return "phone" if by_phone else "email"
