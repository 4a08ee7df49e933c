from odoo import models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """An invoice that is corrected gives nothing back: its care goes on."""
        wizard = self.with_context(caredesk_invoice_corrected=is_modify)
        return super(AccountMoveReversal, wizard).reverse_moves(is_modify)
