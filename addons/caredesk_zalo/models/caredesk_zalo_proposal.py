from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .caredesk_zalo_contact_info import SHARED, shares_address


class CaredeskZaloProposal(models.Model):
    """A change of a customer's record that a Zalo customer's own words suggest.

    Anybody can claim a name and a number on Zalo, so what the company knows already is changed
    by a person who saw both values, never by itself.
    """

    _name = "caredesk.zalo.proposal"
    _description = "Zalo Proposal"
    _order = "id desc"
    _rec_name = "new_value"

    contact_id = fields.Many2one(
        "caredesk.zalo.contact",
        "Zalo Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="contact_id.company_id")
    kind = fields.Selection(
        [
            ("name", "Name"),
            ("phone", "Phone"),
            ("address", "Address"),
            ("link", "Same Customer"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    lead_id = fields.Many2one("crm.lead", readonly=True, ondelete="cascade", index="btree_not_null")
    old_value = fields.Char("Now", readonly=True)
    new_value = fields.Char("Proposed", readonly=True, required=True)
    state = fields.Selection(
        [("open", "To Decide"), ("accepted", "Accepted"), ("refused", "Refused")],
        default="open",
        required=True,
        readonly=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime("Decided On", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(contact_id, kind, COALESCE(partner_id, 0), COALESCE(lead_id, 0)) WHERE state = 'open'",
        "This is proposed already.",
    )

    @api.model
    def _propose(self, contact, record, kind, value):
        """Propose a value for a customer's record, in place of an older proposal of the kind."""
        is_partner = record._name == "res.partner"
        where = {
            "contact_id": contact.id,
            "kind": kind,
            "partner_id": is_partner and record.id,
            "lead_id": not is_partner and record.id,
        }
        former = self.search(
            [("state", "=", "open"), *((name, "=", known) for name, known in where.items())]
        )
        old = contact.name if kind == "link" else record[SHARED[record._name][kind]]
        values = {"old_value": old, "new_value": value}
        if former:
            former.write(values)
            return former
        return self.create({**where, **values})

    def action_accept(self):
        """Change the customer's record as proposed; the right to change it is the user's own.

        :raise UserError: somebody decided already
        """
        for proposal in self:
            proposal._decide("accepted")
            proposal._apply()

    def action_refuse(self):
        """Leave the customer's record as it is."""
        for proposal in self:
            proposal._decide("refused")

    def _decide(self, state):
        self.contact_id.check_access("write")
        if self.state != "open":
            raise UserError(self.env._("This proposal was decided already."))
        # sudo: proposals are the system's; whoever may change the customer decides on them
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )

    def _apply(self):
        """Write the proposed value and note the old one where it stood."""
        self.ensure_one()
        if self.kind == "link":
            # He may have become a lead before he told his number; the lead stays one.
            self.contact_id._link_to(self.partner_id, beside_lead=True)
            return
        record = self.partner_id or self.lead_id
        if self.kind == "address" and shares_address(record):
            raise UserError(
                self.env._(
                    "%s has the address of the company. Please change it there.",
                    record.display_name,
                )
            )
        record.write({SHARED[record._name][self.kind]: self.new_value})
        what = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        text = self.env._(
            "%(what)s changed as the customer shared on Zalo: %(old)s → %(new)s",
            what=what,
            old=self.old_value,
            new=self.new_value,
        )
        record.message_post(body=Markup("<p>%s</p>") % text)
