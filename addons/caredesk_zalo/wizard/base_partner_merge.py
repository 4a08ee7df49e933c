from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """What two contacts became is not what Zalo made alone: no wish to be erased reaches it."""
        # sudo: a mark of the system; whoever merges was checked
        contacts_sudo = self.env["caredesk.zalo.contact"].sudo()
        merged = [("partner_id", "in", (src_partners | dst_partner).ids)]
        contacts_sudo.search([*merged, ("has_made_record", "=", True)]).write(
            {"has_made_record": False}
        )
        super()._update_foreign_keys(src_partners, dst_partner)
