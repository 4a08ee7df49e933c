from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Bring the customer's accounts together; the cards are joined by loyalty itself."""
        # sudo: whoever may merge contacts joins what they gathered
        accounts_sudo = self.env["caredesk.customer.account"].sudo()
        found = accounts_sudo.search([("partner_id", "in", src_partners.ids)])
        given = [(account.company_id, account.gift_amount) for account in found]
        # Level changes belong to an account: those of the joined ones move before it goes.
        changes = {account: account._changes() for account in found}
        for account in found:
            kept = accounts_sudo._of(dst_partner, account.company_id)
            changes[account].write({"account_id": kept.id})
        found.unlink()
        super()._update_foreign_keys(src_partners, dst_partner)
        for company, gift_amount in given:
            kept = accounts_sudo._of(dst_partner, company)
            kept._read_sales()
            kept.gift_amount += gift_amount
            kept._set_level(self.env._("Contacts merged"))
