from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

BASES = [
    ("order", "Order Confirmation"),
    ("delivery", "Delivery Date of the Order"),
    ("invoice", "Invoice"),
    ("contract", "Start of the Contract"),
]


class CaredeskCareScheduleGroup(models.Model):
    """Schedules that belong together, such as all that follows a spa course.

    Products and categories of the group get every schedule in it.
    """

    _name = "caredesk.care.schedule.group"
    _description = "Care Schedule Group"
    _inherit = ["caredesk.care.keep", "caredesk.forgetful"]
    _order = "name, id"

    name = fields.Char(required=True)
    description = fields.Text()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    schedule_ids = fields.One2many("caredesk.care.schedule", "group_id", string="Schedules")
    product_ids = fields.Many2many(
        "product.template", "caredesk_care_group_product_rel", string="Products"
    )
    category_ids = fields.Many2many(
        "product.category", "caredesk_care_group_category_rel", string="Product Categories"
    )

    @api.model
    def _uses(self):
        return [("caredesk.care.schedule", "group_id")]


class CaredeskCareSchedule(models.Model):
    """The occasions on which customers are cared for after a purchase.

    Tasks are made from it when something is bought; a later change of the schedule leaves them as
    they are.
    """

    _name = "caredesk.care.schedule"
    _description = "Care Schedule"
    _inherit = ["caredesk.care.keep", "caredesk.forgetful"]
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    group_id = fields.Many2one(
        "caredesk.care.schedule.group",
        string="Care Schedule Group",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
    )
    product_ids = fields.Many2many(
        "product.template",
        "caredesk_care_schedule_product_rel",
        "schedule_id",
        "product_id",
        string="Products",
        help="Whoever buys one of these gets the care of this schedule.",
    )
    category_ids = fields.Many2many(
        "product.category",
        "caredesk_care_schedule_category_rel",
        string="Product Categories",
        help="Products of these categories, and of the categories below them.",
    )
    base_date = fields.Selection(
        BASES, required=True, default="order", help="The day from which all occasions count."
    )
    repurchase = fields.Selection(
        [("add", "One more series"), ("restart", "Start again, drop what is still planned")],
        string="Same Product Bought Again",
        required=True,
        default="add",
    )
    move_to_workday = fields.Boolean(
        "Move off Days without Work",
        default=True,
        help="Care that would fall on a weekend or a public holiday moves to the next working day.",
    )
    responsible_kind = fields.Selection(
        [
            ("salesperson", "Salesperson of the order"),
            ("user", "A certain person"),
            ("group", "A support group, in turn"),
        ],
        string="Responsible",
        required=True,
        default="salesperson",
    )
    user_id = fields.Many2one("res.users", string="Person", domain="[('share', '=', False)]")
    support_group_id = fields.Many2one(
        "caredesk.support.group",
        domain="[('company_id', '=', company_id)]",
        ondelete="restrict",
    )
    line_ids = fields.One2many(
        "caredesk.care.occasion", "schedule_id", string="Care Occasions", copy=True
    )

    @api.model
    def _uses(self):
        return [("caredesk.care.task", "schedule_id"), ("caredesk.care.invite", "schedule_id")]

    # === CONSTRAINTS ===

    @api.constrains("responsible_kind", "user_id", "support_group_id")
    def _check_responsible(self):
        for schedule in self:
            if schedule.responsible_kind == "user" and not schedule.user_id:
                raise ValidationError(self.env._("Say which person is responsible."))
            if schedule.responsible_kind == "group" and not schedule.support_group_id:
                raise ValidationError(self.env._("Say which support group is responsible."))

    @api.constrains("line_ids", "active")
    def _check_occasions(self):
        for schedule in self:
            if schedule.active and not schedule.line_ids:
                raise ValidationError(
                    self.env._(
                        "The schedule «%(name)s» has no care occasion: nobody would be cared for.",
                        name=schedule.name,
                    )
                )

    @api.constrains("company_id", "group_id", "support_group_id")
    def _check_companies(self):
        for schedule in self:
            companies = schedule.group_id.company_id | schedule.support_group_id.company_id
            if companies - schedule.company_id:
                raise ValidationError(
                    self.env._("The groups have to belong to the company of the schedule.")
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse a schedule without occasions, also where none are named at all."""
        schedules = super().create(vals_list)
        schedules.filtered(lambda one: not one.line_ids)._check_occasions()
        return schedules

    def copy_data(self, default=None):
        """Name a copy differently."""
        names = [self.env._("%s (copy)", schedule.name) for schedule in self]
        return [
            dict(vals, name=name)
            for vals, name in zip(super().copy_data(default), names, strict=True)
        ]

    # === BUSINESS ===

    @api.model
    @ormcache("company_id", "base")
    def _coverage(self, company_id, base):
        """Return ``({template id: schedule ids}, {category id: schedule ids})``."""
        by_product, by_category = {}, {}
        # sudo: a purchase starts its care whoever confirms it
        for schedule in self.sudo().search(
            [("company_id", "=", company_id), ("base_date", "=", base)]
        ):
            group = schedule.group_id.filtered("active")
            for product_id in (schedule.product_ids | group.product_ids).ids:
                by_product.setdefault(product_id, []).append(schedule.id)
            for category_id in (schedule.category_ids | group.category_ids).ids:
                by_category.setdefault(category_id, []).append(schedule.id)
        return by_product, by_category

    @api.model
    def _covering(self, template, company, base, only=None):
        """Return the schedules that cover a product in a company; one without category has none.

        :param only: schedules to choose from; all when not given
        """
        by_product, by_category = self._coverage(company.id, base)
        found = set(by_product.get(template.id, ()))
        for category_id in (template.categ_id.parent_path or "").split("/"):
            if category_id:
                found.update(by_category.get(int(category_id), ()))
        covering = self.browse(sorted(found))
        return covering if only is None else covering & only

    def action_tasks(self):
        """Open the tasks made from this schedule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_automation.caredesk_care_task_action"
        )
        return action | {"domain": [("schedule_id", "=", self.id)], "context": {}}
