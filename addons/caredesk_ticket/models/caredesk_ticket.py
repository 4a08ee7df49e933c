from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.states import OPEN_STATES
from .caredesk_ticket_stage import STATES

PRIORITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Very High")]
SEVERITIES = [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")]
CHANNELS = [
    ("manual", "Manual"),
    ("hotline", "Hotline"),
    ("email", "E-mail"),
    ("portal", "Portal"),
    ("website", "Website Form"),
    ("livechat", "Live Chat"),
    ("zalo", "Zalo"),
    ("facebook", "Facebook"),
    ("other", "Other"),
]
NATURES = [
    ("request", "Request"),
    ("question", "Question"),
    ("complaint", "Complaint"),
    ("feedback", "Feedback"),
]
WAITING_REASONS = [
    ("customer", "Waiting for the customer's reply"),
    ("not_now", "Cannot be done yet"),
]
#: contact detail of a ticket -> field of the customer it is taken over from
CONTACT = {"partner_name": "name", "email_from": "email", "phone": "phone"}


class CaredeskTicket(models.Model):
    """A request for support: fields only.

    What a ticket does lives in the files beside this one, each for one concern: creation,
    guard (what may be written), clock, flow (the buttons), assign, routing, search, SLA,
    notices and mail.
    """

    _name = "caredesk.ticket"
    _description = "Support Ticket"
    _inherit = ["mail.thread.cc", "mail.activity.mixin"]
    _order = "priority desc, severity desc, sla_deadline, id"
    _primary_email = "email_from"
    _mail_post_access = "read"
    _mail_thread_customer = True

    # identity
    number = fields.Char(readonly=True, copy=False)
    name = fields.Char("Title", required=True, tracking=True)
    description = fields.Html("Content", sanitize_attributes=True, sanitize_form=True)
    nature = fields.Selection(NATURES, default="request", required=True)
    channel = fields.Selection(
        CHANNELS, string="Intake Channel", default="manual", required=True, tracking=True
    )
    active = fields.Boolean(default=True)

    # relations
    type_id = fields.Many2one(
        "caredesk.ticket.type", string="Ticket Type", ondelete="restrict", tracking=True
    )
    group_id = fields.Many2one(
        "caredesk.support.group",
        string="Support Group",
        required=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    tag_ids = fields.Many2many("caredesk.ticket.tag", string="Tags")
    stage_id = fields.Many2one(
        "caredesk.ticket.stage",
        ondelete="restrict",
        copy=False,
        domain="['|', ('group_ids', '=', False), ('group_ids', '=', group_id)]",
        group_expand="_group_expand_stage_id",
    )
    user_id = fields.Many2one(
        "res.users", string="Performer", ondelete="restrict", copy=False, tracking=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        ondelete="set null",
        tracking=True,
        index="btree_not_null",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Company of Customer"
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Lead/Opportunity", ondelete="set null", index="btree_not_null"
    )
    partner_name = fields.Char(
        "Customer Name", compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    email_from = fields.Char(
        "E-mail", compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    phone = fields.Char(compute="_compute_contact", store=True, readonly=False, precompute=True)

    # state
    state = fields.Selection(
        STATES,
        default="unassigned",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    is_open = fields.Boolean(compute="_compute_is_open", search="_search_is_open")
    priority = fields.Selection(PRIORITIES, default="1", required=True, tracking=True)
    severity = fields.Selection(SEVERITIES, default="1", required=True, tracking=True)
    waiting_reason = fields.Selection(WAITING_REASONS, readonly=True, copy=False)
    customer_replied = fields.Boolean(
        readonly=True, copy=False, help="The customer wrote after the last answer."
    )
    cause = fields.Text(copy=False, tracking=True)
    result = fields.Text("Support Result", copy=False, tracking=True)
    cancel_reason = fields.Text(readonly=True, copy=False)
    source_message_id = fields.Char(readonly=True, copy=False)

    # plan and dates
    planned_start_at = fields.Datetime("Planned Start", copy=False)
    deadline_at = fields.Datetime("Planned Deadline", copy=False, tracking=True)
    assigned_at = fields.Datetime(readonly=True, copy=False)
    started_at = fields.Datetime(readonly=True, copy=False)
    first_response_at = fields.Datetime(readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", string="Completed by", readonly=True, copy=False)
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    is_closed = fields.Boolean("Closed", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", string="Closed by", readonly=True, copy=False)

    time_ids = fields.One2many("caredesk.ticket.time", "ticket_id", string="Time Lines")
    assignment_ids = fields.One2many(
        "caredesk.ticket.assignment", "ticket_id", string="Assignments"
    )

    # Each index serves a screen or a query that runs on every create; the partial ones hold
    # open tickets only, so they stay small however long the history is.
    _number_uniq = models.UniqueIndex("(company_id, number)", "Two tickets have this number.")
    _source_message_uniq = models.UniqueIndex(
        "(group_id, source_message_id) WHERE source_message_id IS NOT NULL",
        "This message has already made a ticket in this group.",
    )
    _queue_idx = models.Index(
        "(group_id, skill_key, priority DESC, severity DESC, sla_deadline, id)"
        " WHERE state = 'unassigned'"
    )
    _group_open_idx = models.Index(
        "(group_id, priority DESC, severity DESC, sla_deadline, id)"
        " WHERE state IN ('unassigned', 'todo', 'in_progress', 'waiting')"
    )
    _load_idx = models.Index("(user_id, state) WHERE state IN ('todo', 'in_progress', 'waiting')")
    _group_idx = models.Index("(group_id, id)")
    _user_idx = models.Index("(user_id, id) WHERE user_id IS NOT NULL")
    _type_idx = models.Index("(type_id, id) WHERE type_id IS NOT NULL")
    _creator_idx = models.Index("(create_uid, id)")
    _order_idx = models.Index("(priority DESC, severity DESC, sla_deadline, id)")

    def init(self):
        """Leave room in the pages of the table.

        A change of columns without index, like marking a thousand tickets as late, then stays
        in the page and touches none of the fifteen indexes.
        """
        self.env.cr.execute(SQL("ALTER TABLE caredesk_ticket SET (fillfactor = 85)"))

    # === COMPUTE ===

    @api.depends("number", "name")
    @api.depends_context("caredesk_number_only")
    def _compute_display_name(self):
        if self.env.context.get("caredesk_number_only"):
            for ticket in self:
                ticket.display_name = ticket.number
            return
        for ticket in self:
            ticket.display_name = f"{ticket.number or ''} {ticket.name or ''}".strip()

    @api.depends("partner_id")
    def _compute_contact(self):
        """Take the contact details over from the customer; what was typed in stays else."""
        for ticket in self:
            for name, source in CONTACT.items():
                ticket[name] = ticket.partner_id[source] or ticket[name]

    @api.depends("state")
    def _compute_is_open(self):
        for ticket in self:
            ticket.is_open = ticket.state in OPEN_STATES

    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "in" if True in value else "not in", OPEN_STATES)]
