from odoo import api, models
from odoo.tools import SQL


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
        # sudo: the same
        cards_sudo = (
            self.env["loyalty.card"].sudo().search([("partner_id", "in", src_partners.ids)])
        )
        super()._update_foreign_keys(src_partners, dst_partner)
        self._move_card_history(cards_sudo.filtered(lambda card: not card.active), dst_partner)
        for company, gift_amount in given:
            kept = accounts_sudo._of(dst_partner, company)
            kept._read_sales()
            kept.gift_amount += gift_amount
            kept._set_level(self.env._("Contacts merged"))

    @api.model
    def _move_card_history(self, emptied, dst_partner):
        """Let the history follow the points: loyalty adds up the points alone.

        :param emptied: cards whose points went to the card of the same program that is kept
        """
        history = self.env["loyalty.history"]
        history.flush_model(["card_id"])
        for program, cards in emptied.grouped("program_id").items():
            kept = cards.search(
                [("partner_id", "=", dst_partner.id), ("program_id", "=", program.id)], limit=1
            )
            # Past the ORM: rows of care never change by it, and these say the same as before.
            self.env.cr.execute(
                SQL(
                    "UPDATE loyalty_history SET card_id = %s WHERE card_id IN %s",
                    kept.id,
                    cards._ids,
                )
            )
        history.invalidate_model(["card_id"])
        emptied.invalidate_model(["history_ids"])

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        """Let rules know the kept customer as the one they have acted on, or are about to."""
        result = super()._update_reference_fields(src_partners, dst_partner)
        self._move_automation_runs(src_partners, dst_partner)
        return result

    @api.model
    def _move_automation_runs(self, src_partners, dst_partner):
        """Move what the ledger knows of joined customers: of equal occurrences one, if done that.

        What the kept customer has already stays as it is.
        """
        self.env.flush_all()
        # By way of the rules: the unique index of the ledger begins with them.
        self.env.cr.execute(
            SQL(
                "WITH chosen AS (SELECT DISTINCT ON (run.rule_id, run.occurrence, run.step) run.id"
                " FROM caredesk_automation_rule rule"
                " JOIN caredesk_automation_run run ON run.rule_id = rule.id"
                " AND run.res_model = 'res.partner' AND run.res_id IN %(joined)s"
                " WHERE NOT EXISTS (SELECT FROM caredesk_automation_run own"
                "  WHERE own.rule_id = run.rule_id AND own.res_model = run.res_model"
                "  AND own.res_id = %(kept)s AND own.occurrence = run.occurrence"
                "  AND own.step = run.step)"
                " ORDER BY run.rule_id, run.occurrence, run.step, run.state <> 'done', run.id),"
                " moved AS (UPDATE caredesk_automation_run SET res_id = %(kept)s FROM chosen"
                "  WHERE caredesk_automation_run.id = chosen.id RETURNING chosen.id)"
                " UPDATE caredesk_automation_log SET res_id = %(kept)s FROM moved"
                " WHERE run_id = moved.id AND res_model = 'res.partner'",
                joined=tuple(src_partners.ids),
                kept=dst_partner.id,
            )
        )
        self.env["caredesk.automation.run"].invalidate_model(["res_id"])
        self.env["caredesk.automation.log"].invalidate_model(["res_id"])

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Keep the latest contact: who was spoken with as one of them is not silent."""
        latest = max(
            filter(None, (src_partners + dst_partner).mapped("caredesk_last_contact")),
            default=False,
        )
        result = super()._update_values(src_partners, dst_partner)
        dst_partner.caredesk_last_contact = latest
        return result
