from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain

#: More of them are not counted: who has so many looks into the list.
MOST = 1_000


@dataclass(frozen=True)
class CareList:
    """A care list that a message about no customer may speak of.

    :param path: where it lies below ``/odoo/``
    :param domain: as the list begins with
    :param is_shared: whether its records may belong to all companies
    """

    model: str
    path: str
    domain: tuple
    is_shared: bool = False


_ENDING = (
    ("state", "=", "running"),
    ("is_renewed", "=", False),
    ("date_end", ">=", "today"),
    ("date_end", "<=", "today +30d"),
)
_SILENT = (
    "|",
    ("caredesk_last_contact", "<=", "today -90d"),
    "&",
    ("caredesk_last_contact", "=", False),
    ("create_date", "<", "today -89d"),
)
#: Keys are what the names of their fields begin with.
LISTS = {
    "birthday": CareList(
        "res.partner",
        "birthdays-soon",
        (("caredesk_is_external", "=", True), ("birthday_soon", "=", True)),
        is_shared=True,
    ),
    "contract": CareList(
        "caredesk.contract", "contracts-ending", (("kind", "=", "contract"), *_ENDING)
    ),
    "warranty": CareList(
        "caredesk.contract", "warranties-ending", (("kind", "=", "warranty"), *_ENDING)
    ),
    "silent": CareList(
        "res.partner",
        "not-cared-for",
        (("caredesk_is_external", "=", True), ("parent_id", "=", False), *_SILENT),
        is_shared=True,
    ),
}


class CaredeskAutomationRule(models.Model):
    """What a message about no customer can tell: how much the care lists hold, and where they are.

    Only for placeholders; the numbers are those that the lists show.
    """

    _inherit = "caredesk.automation.rule"

    birthday_count = fields.Char(compute="_compute_lists", export_string_translation=False)
    birthday_link = fields.Char(compute="_compute_links", export_string_translation=False)
    contract_count = fields.Char(compute="_compute_lists", export_string_translation=False)
    contract_link = fields.Char(compute="_compute_links", export_string_translation=False)
    warranty_count = fields.Char(compute="_compute_lists", export_string_translation=False)
    warranty_link = fields.Char(compute="_compute_links", export_string_translation=False)
    silent_count = fields.Char(compute="_compute_lists", export_string_translation=False)
    silent_link = fields.Char(compute="_compute_links", export_string_translation=False)

    @api.depends("company_id")
    @api.depends_context("tz")
    def _compute_lists(self):
        for rule in self:
            for name, care_list in LISTS.items():
                rule[f"{name}_count"] = rule._count_of(care_list)

    def _compute_links(self):
        for rule in self:
            for name, care_list in LISTS.items():
                rule[f"{name}_link"] = f"{rule.get_base_url()}/odoo/{care_list.path}"

    def _count_of(self, care_list):
        """Return how many a care list holds for the company of the rule, in words."""
        companies = [self.company_id.id] + [False] * care_list.is_shared
        domain = Domain(list(care_list.domain)) & Domain("company_id", "in", companies)
        # sudo: a number, for whom the rule writes to
        count = self.env[care_list.model].sudo().search_count(domain, limit=MOST + 1)
        return f"{MOST}+" if count > MOST else str(count)
