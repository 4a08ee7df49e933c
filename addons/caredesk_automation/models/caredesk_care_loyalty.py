from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.float_utils import float_compare

from ..domain.care_balance import DIGITS

#: What a row of ours says; these never change once they are written.
_FACTS = {"issued", "used", "card_id", "order_model", "order_id", "description"}
_OURS = "caredesk.care.history"


class LoyaltyHistory(models.Model):
    _inherit = "loyalty.history"

    order_id = fields.Many2oneReference(index="btree_not_null")  # entries show their rows

    def write(self, vals):
        """Leave the rows of care as they were written, whoever asks.

        :raise UserError: a mistake is reversed by cancelling the care entry
        """
        if vals.keys() & _FACTS:
            self._refuse_ours()
        return super().write(vals)

    def unlink(self):
        """Leave the rows of care where they are.

        :raise UserError: a mistake is reversed by cancelling the care entry
        """
        self._refuse_ours()
        return super().unlink()

    def _refuse_ours(self):
        if any(row.order_model == _OURS for row in self):
            raise UserError(
                self.env._("What care gave or deducted is not changed; cancel the care entry.")
            )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """Keep back the points that have to remain on the card, while rewards are chosen."""
        points = super()._get_real_points_for_coupon(coupon, post_confirm)
        if self.env.context.get("caredesk_keep_points") and self._is_care_points(coupon):
            points = max(points - self.company_id.caredesk_points_keep, 0)
        return points

    def _get_claimable_rewards(self, forced_coupons=None):
        """Offer points only to customers who bought often enough before."""
        keeping = self.with_context(caredesk_keep_points=True)
        rewards = super(SaleOrder, keeping)._get_claimable_rewards(forced_coupons)
        return {
            coupon: claimable
            for coupon, claimable in rewards.items()
            if not self._is_care_points(coupon) or self._has_bought_enough()
        }

    def _apply_program_reward(self, reward, coupon, **kwargs):
        """Refuse points to customers who did not buy often enough yet."""
        if self._is_care_points(coupon) and not self._has_bought_enough():
            return {
                "error": self.env._(
                    "Points can be used after %s purchases.",
                    self.company_id.caredesk_points_min_orders,
                )
            }
        keeping = self.with_context(caredesk_keep_points=True)
        return super(SaleOrder, keeping)._apply_program_reward(reward, coupon, **kwargs)

    def action_confirm(self):
        """Check once more that enough points remain: others may have used some since.

        :raise UserError: too few would remain
        """
        for order in self:
            keep = order.company_id.caredesk_points_keep
            used = order.order_line.filtered("points_cost").coupon_id
            for coupon in used.filtered(order._is_care_points) if keep else ():
                left = coupon.sudo().points + min(order._get_point_changes()[coupon], 0)
                if float_compare(left, keep, precision_digits=DIGITS) < 0:
                    raise UserError(order.env._("At least %s points have to remain.", f"{keep:g}"))
        return super().action_confirm()

    def _action_cancel(self):
        """Take back what the orders gave, unless the customer has spent it already.

        :raise UserError: a card of points or credit would fall below zero
        """
        confirmed = self.filtered(lambda order: order.state == "sale")
        # sudo: what is on the cards, whoever may cancel the orders
        changes = confirmed.sudo()._get_point_changes()
        programs = confirmed._care_programs()
        given = {
            card: change
            for card, change in changes.items()
            if change > 0 and card.program_id in programs
        }
        result = super()._action_cancel()
        for card, change in given.items():
            if float_compare(card.points, 0, precision_digits=DIGITS) < 0:
                raise UserError(confirmed._words_of_spent(card, change))
        return result

    def _words_of_spent(self, card, change):
        """Return why orders that gave ``change`` cannot be cancelled, and the way out."""
        return self.env._(
            "%(orders)s cannot be cancelled: it gave %(given)s, and the card %(card)s of "
            "%(customer)s has only %(left)s left. First cancel the orders on which they were used, "
            "or give the missing %(missing)s by a care entry.",
            orders=", ".join(self.mapped("name")),
            given=card._format_points(change),
            card=card.code,
            customer=card.partner_id.name,
            left=card._format_points(card.points + change),
            missing=card._format_points(-card.points),
        )

    def _care_programs(self):
        company_sudo = self.company_id.sudo()  # which programs are care's is no secret
        return company_sudo.caredesk_points_program_id | company_sudo.caredesk_credit_program_id

    def _is_care_points(self, coupon):
        # sudo: which program holds the points is no secret of anybody
        company_sudo = self.company_id.sudo()
        return bool(coupon) and coupon.sudo().program_id == company_sudo.caredesk_points_program_id

    def _has_bought_enough(self):
        least = self.company_id.caredesk_points_min_orders
        if not least:
            return True
        # sudo: a bare count of the customer's own orders
        return least <= self.sudo().search_count(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
            ],
            limit=least,
        )
