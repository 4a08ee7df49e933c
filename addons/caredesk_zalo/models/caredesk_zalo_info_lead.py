from odoo import fields, models


class CaredeskZaloOa(models.Model):
    _inherit = "caredesk.zalo.oa"

    info_makes_lead = fields.Boolean(
        "Shared Information Makes a Lead",
        help="A customer who fills in the form for information becomes a lead by it: the raw "
        "customer that is there, or a new one. Somebody the company knows is offered to be "
        "linked instead.",
    )


class CaredeskZaloContact(models.Model):
    """Who tells his phone number is somebody to sell to: the account may say so."""

    _inherit = "caredesk.zalo.contact"

    def _take_info(self, info, moment):
        result = super()._take_info(info, moment)
        if self.oa_id.info_makes_lead and not self.partner_id:
            self._become_lead()
        return result

    def _become_lead(self):
        """Make a lead of the raw customer, or a new one where there is neither."""
        if self.lead_id:
            if self.lead_id.is_raw:
                self.lead_id.action_qualify()
                self._tell_linked(self.env._("Converted to a lead: shared information."))
            return
        if self.proposal_ids:
            return  # a person says whether he is the one the company knows
        lead = self._make_lead(is_raw=False)
        self.write({"lead_id": lead.id, "has_made_record": True})
        self._tell_linked(self.env._("Added to CRM: %s", lead._get_html_link()))
