from odoo import fields, models


class CaredeskZaloContact(models.Model):
    """A customer's first word makes a record of him, if the account says so: one, and once."""

    _inherit = "caredesk.zalo.contact"

    first_word_at = fields.Datetime("First Message", readonly=True)
    has_made_record = fields.Boolean(
        readonly=True, help="The lead or contact was made from Zalo, not linked by a person."
    )

    # === CRUD ===

    def write(self, vals):
        """Who is pointed at another record is no longer the one that was made from Zalo.

        What can be begun for him changes with it, also on screens that are open.
        """
        links = {"partner_id", "lead_id"} & vals.keys()
        if links and "has_made_record" not in vals:
            moved = self.filtered(
                lambda one: (
                    any(one[name] and one[name].id != vals[name] for name in links)
                    or ("partner_id" in links and vals["partner_id"])
                )
            )
            # sudo: a mark of the system; whoever links was checked
            super(CaredeskZaloContact, moved.sudo().filtered("has_made_record")).write(
                {"has_made_record": False}
            )
        result = super().write(vals)
        if links:
            # sudo: whoever sees a conversation knows the kind of its customer
            self.sudo().channel_id._zalo_push_side()
        return result

    # === BUSINESS ===

    def _first_word(self, moment):
        """Make the record that the account wants of somebody who writes for the first time.

        Somebody whose number the company knows is offered to be linked instead: nobody gets a
        second record by himself.
        """
        self.ensure_one()
        if self.first_word_at:
            return
        self.first_word_at = moment
        mode = self.oa_id.sync_mode
        if mode == "none" or self.partner_id or self.lead_id or self._propose_known_partner():
            return
        made = self._make_contact() if mode == "contact" else self._make_lead(mode == "raw")
        self.write(
            {
                "partner_id" if mode == "contact" else "lead_id": made.id,
                "has_made_record": True,
            }
        )

    def _make_lead(self, is_raw):
        return self.env["crm.lead"].create(
            {
                "name": self.env._("Zalo: %s", self.name),
                "type": "lead",
                "is_raw": is_raw,
                "contact_name": self.name,
                "phone": self.phone,
                "email_from": self.email,
                "street": self.address,
                "company_id": self.company_id.id,
                "source_id": self.env.ref("caredesk_zalo.utm_source_zalo").id,
                "user_id": self.user_id.id,
            }
        )

    def _make_contact(self):
        return self.env["res.partner"].create(
            {
                "name": self.name,
                "phone": self.phone,
                "email": self.email,
                "street": self.address,
                "company_id": self.company_id.id,
                "user_id": self.user_id.id,
            }
        )

    def _take_profile(self, profile):
        """The name comes after the first word: the record made of it gets it too."""
        former = self.name
        result = super()._take_profile(profile)
        if self.has_made_record and self.name != former:
            if self.partner_id.name == former:
                self.partner_id.name = self.name
            if self.lead_id.contact_name == former:
                self.lead_id.write(
                    {"contact_name": self.name, "name": self.env._("Zalo: %s", self.name)}
                )
        return result


class CaredeskZaloOa(models.Model):
    """What becomes of people who write to an account for the first time."""

    _inherit = "caredesk.zalo.oa"

    sync_mode = fields.Selection(
        [
            ("none", "Nothing"),
            ("raw", "A raw customer"),
            ("lead", "A lead"),
            ("contact", "A contact"),
        ],
        "First Message Makes",
        default="none",
        required=True,
        help="One record for each person, with the first message; later ones make none.",
    )
