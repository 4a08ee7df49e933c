from odoo import api, fields, models

from .caredesk_care_schedule import BASES

#: A day in a later year is mistyped; from the year 9999 no months can be counted.
_LAST_YEAR = 2999


class SaleOrder(models.Model):
    _inherit = "sale.order"

    care_task_count = fields.Integer(
        compute="_compute_care_task_count", groups="caredesk_automation.group_care_user"
    )

    def _compute_care_task_count(self):
        counts = dict(
            self.env["caredesk.care.task"]._read_group(
                [("order_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["order_id"],
                ["__count"],
            )
        )
        for order in self:
            order.care_task_count = counts.get(order, 0)

    def _action_confirm(self):
        """Plan the care of what was bought; an order confirmed again gets new tasks."""
        result = super()._action_confirm()
        self.order_line._plan_all_care()
        self._care_amounts_changed()
        return result

    def _action_cancel(self):
        """Call off the care that has not happened yet."""
        result = super()._action_cancel()
        # sudo: whoever may cancel the order ends its care
        self.env["caredesk.care.task"].sudo().search(
            [("order_id", "in", self.ids), ("state", "in", ("planned", "confirmed"))]
        )._withdraw()
        self._care_amounts_changed()
        return result

    def write(self, vals):
        """A new delivery date moves the care that counts from it; lines move the amounts."""
        result = super().write(vals)
        if "commitment_date" in vals:
            self.filtered(lambda order: order.state == "sale")._move_care_to_delivery()
        if "order_line" in vals:
            self.filtered(lambda order: order.state == "sale")._care_amounts_changed()
        return result

    def _care_amounts_changed(self):
        """Bring the accumulated purchase amount of the customers up to date."""
        accounts = self.env["caredesk.customer.account"]
        for company, orders in self.grouped("company_id").items():
            accounts._refresh_sales(orders.partner_id, company)

    def _move_care_to_delivery(self):
        # sudo: whoever may change the order moves its care
        tasks = self.env["caredesk.care.task"].sudo()
        for order in self.filtered("commitment_date"):
            planned = tasks.search(
                [
                    ("order_id", "=", order.id),
                    ("state", "=", "planned"),  # confirmed: the customer agreed to the time
                    ("schedule_id.base_date", "=", "delivery"),
                    ("is_booking", "!=", True),  # the customer knows the time
                    ("sales_line_id.care_delivered_on", "=", False),  # a promise, no more
                ]
            )
            planned._count_from(order._care_day("delivery"))

    def _care_day(self, base):
        """Return the day from which care counts, in the company's time zone."""
        moment = self.date_order
        if base == "delivery":
            moment = self.commitment_date or self.expected_date or moment
        if moment.year > _LAST_YEAR:
            moment = self.date_order
        return self.env["caredesk.care.planner"]._day(self.company_id, moment)

    def action_care_tasks(self):
        """Open the care of this order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_automation.caredesk_care_task_action"
        )
        return action | {
            "domain": [("order_id", "=", self.id)],
            "context": {"default_partner_id": self.partner_id.id},
        }


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Plan the care of what is added to an order that is confirmed already."""
        lines = super().create(vals_list)
        added = lines.filtered(lambda line: line.state == "sale")
        added._plan_all_care()
        added.order_id._care_amounts_changed()
        return lines

    def write(self, vals):
        """Lines changed by themselves, as from the catalogue, move the amounts too."""
        changes_quantity = "product_uom_qty" in vals
        none_before = changes_quantity and self.filtered(lambda line: line.product_uom_qty <= 0)
        result = super().write(vals)
        if vals.keys() & {"product_uom_qty", "price_unit", "discount", "tax_ids"}:
            confirmed = self.filtered(lambda line: line.state == "sale")
            if changes_quantity:
                confirmed._care_follows_quantity(none_before)
            confirmed.order_id._care_amounts_changed()
        return result

    def _care_follows_quantity(self, none_before):
        """Call off the care of lines set to nothing; plan that of lines which were nothing.

        :param none_before: those of which nothing was ordered until now
        """
        none_now = self.filtered(lambda line: line.product_uom_qty <= 0)
        (none_now - none_before)._withdraw_care()
        ((self & none_before) - none_now)._plan_all_care()

    def _withdraw_care(self):
        """Call off the care of these lines that has not happened yet."""
        # sudo: whoever may change the order or give something back ends the care of it
        self.env["caredesk.care.task"].sudo().search(
            [("sales_line_id", "in", self.ids), ("state", "in", ("planned", "confirmed"))]
        )._withdraw()

    def _plan_all_care(self):
        """Plan what counts from any known day: a bill or a contract may be there already."""
        for base, _label in BASES:
            self._plan_care(base)

    def _plan_care(self, base, day=None, only=None):
        """Plan the care of these lines.

        :param base: a key of ``base_date`` of the schedules that apply
        :param day: counts from here; each line's own day for ``base`` when not given
        :param only: schedules; no other one plans anything
        :return: how many tasks were made
        """
        made = 0
        bought = self.filtered(lambda line: line.product_id and line.product_uom_qty > 0)
        bought -= bought._care_is_off()
        for company, lines in bought.grouped("company_id").items():
            if not any(self.env["caredesk.care.schedule"]._coverage(company.id, base)):
                continue  # nothing is covered: nothing to read
            days = dict.fromkeys(lines, day) if day else lines._care_days(base)
            made += self.env["caredesk.care.planner"]._plan(
                company,
                base,
                [
                    {
                        "partner_id": line.order_id.partner_id.id,
                        "product_id": line.product_id.id,
                        "day": days[line],
                        "user_id": line.order_id.user_id.id,
                        "sales_line_id": line.id,
                        "order_id": line.order_id.id,
                    }
                    for line in lines
                    if line in days
                ],
                only,
            )
        return made

    def _care_is_off(self):
        """Return the lines of cancelled orders, and those that were billed and given back."""
        off = self.filtered(lambda line: line.state == "cancel")
        # sudo: what was given back, whoever may read invoices
        for line_sudo in (self - off).sudo().filtered(lambda one: one.qty_invoiced <= 0):
            moves_sudo = line_sudo.invoice_lines.move_id
            if any(one.move_type == "out_refund" and one.state == "posted" for one in moves_sudo):
                off |= self.browse(line_sudo.id)
        return off

    def _care_days(self, base):
        """Return the day each line's care counts from; lines whose day is not known are left out.

        :return: ``{line: date}``, in the time zone of the company
        """
        if base == "invoice":
            return self._care_days_of_invoices()
        if base == "contract":
            # sudo: what was bought is cared for, whoever may read contracts
            contracts_sudo = self.env["caredesk.contract"].sudo()
            running = [("order_id", "in", self.order_id.ids), ("state", "=", "running")]
            starts = dict(contracts_sudo._read_group(running, ["order_id"], ["date_start:min"]))
            return {line: starts[line.order_id] for line in self if line.order_id in starts}
        days = {order: order._care_day(base) for order in self.order_id}
        delivered = base == "delivery"
        return {line: delivered and line.care_delivered_on or days[line.order_id] for line in self}

    def _care_days_of_invoices(self):
        days = {}
        # sudo: what was bought is cared for, whoever may read invoices
        for line in self.sudo().filtered(lambda one: one.qty_invoiced > 0):  # not given back
            moves = line.invoice_lines.move_id.filtered(
                lambda move: move.state == "posted" and move.move_type == "out_invoice"
            )
            if moves:
                days[line] = min(move.invoice_date or move.date for move in moves)
        return days


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Plan the care that counts from the invoice; call off that of what is given back."""
        posted = super()._post(soft)
        for move in posted.filtered(lambda one: one.move_type == "out_invoice"):
            day = move.invoice_date or move.date
            # sudo: whoever may post the invoice starts the care of what it bills
            move.sudo().invoice_line_ids.sale_line_ids._plan_care("invoice", day)
        refunds_sudo = posted.filtered(lambda one: one.move_type == "out_refund").sudo()
        lines = refunds_sudo.invoice_line_ids.sale_line_ids
        given_back = lines.filtered(lambda line: line.qty_invoiced <= 0)
        if given_back and not self.env.context.get("caredesk_invoice_corrected"):
            given_back._withdraw_care()
        return posted


class CaredeskCareTask(models.Model):
    _inherit = "caredesk.care.task"

    def _count_from(self, day):
        """Date planned tasks anew from another day.

        One that does not begin when its occasion says stays: somebody chose the time, or the
        schedule was changed since, which leaves what was made.
        """
        planner = self.env["caredesk.care.planner"]
        for company, tasks in self.grouped("company_id").items():
            works = planner._calendar_memo(company)
            for task in tasks.filtered(lambda one: one.occasion_id and one.base_day):
                was, shall = (
                    planner._occasion_vals(task.occasion_id, base, company, works)["date_start"]
                    for base in (task.base_day, day)
                )
                if task.date_start == was:
                    task.base_day = day
                    if shall != was:  # delivered as promised: reminders that went out were right
                        task.date_start = shall
