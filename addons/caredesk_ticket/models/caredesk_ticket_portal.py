from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import consteq, email_normalize, hmac

from ..domain.search_text import search_terms
from ..domain.states import OPEN_STATES
from .mail_job import number_of
from .text_search import domain_of_term

#: How a request stands, in the customer's words.
PORTAL_STATES = [
    ("received", "Received"),
    ("working", "In Progress"),
    ("yours", "Waiting for You"),
    ("done", "Solved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
#: Days after its end that a ticket is opened by the links in mails.
PORTAL_LINK_DAYS = 180
_WAITS_FOR_CUSTOMER = [
    ("state", "=", "waiting"),
    ("waiting_reason", "=", "customer"),
    ("customer_replied", "=", False),
]


class CaredeskTicket(models.Model):
    """Which tickets a customer reaches on the portal, and by what.

    Customers have no right on the model: they come in by the pages of the portal alone, which
    ask here. A ticket is reached by its customer, when logged in, or by its link.
    """

    _name = "caredesk.ticket"
    _inherit = ["caredesk.ticket", "portal.mixin"]

    # Computed, so that no page, list or mail ever has to write a token, and so that another
    # customer or address makes the former links worthless.
    access_token = fields.Char(
        compute="_compute_access_token", exportable=False, groups="base.group_system"
    )
    portal_link_no = fields.Integer(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Counts how often the customer's link was renewed.",
    )
    portal_state = fields.Selection(
        PORTAL_STATES,
        string="State for the Customer",
        compute="_compute_portal_state",
        exportable=False,
    )

    # === COMPUTE ===

    @api.depends("partner_id", "email_from", "portal_link_no")
    def _compute_access_token(self):
        env = self.env(su=True)  # for the database's secret, of which nothing is shown
        for ticket in self:
            holder = (
                ticket.partner_id.id,
                email_normalize(ticket.email_from or "") or "",
                ticket.portal_link_no,
            )
            signed = ticket._origin and hmac(
                env, "caredesk_ticket.portal", (ticket._origin.id, *holder)
            )
            ticket.access_token = signed or False

    def _compute_access_url(self):
        for ticket in self:
            ticket.access_url = f"/my/tickets/{ticket.id}"

    @api.depends(
        "state", "waiting_reason", "customer_replied", "is_closed", "started_at", "merged_into_id"
    )
    def _compute_portal_state(self):
        for ticket in self:
            ticket.portal_state = ticket._state_for_customer()

    def _state_for_customer(self):
        self.ensure_one()
        if self.state in ("done", "cancelled"):
            return "closed" if self.is_closed else self.state
        if self.filtered_domain(_WAITS_FOR_CUSTOMER):
            return "yours"
        begun = self.started_at or self.state in ("in_progress", "waiting")
        return "working" if begun else "received"

    # === ACTIONS ===

    def action_renew_portal_link(self):
        """Make all links to this ticket worthless that were mailed so far; for managers."""
        for ticket in self:
            ticket.check_access("write")
            if not ticket._is_manager():
                raise AccessError(self.env._("Only managers renew the links of customers."))
            # sudo: checked in the lines before
            number = ticket.portal_link_no + 1
            ticket.sudo()._own_code().write({"portal_link_no": number})
        return True

    # === ACCESS ===

    def _portal_ensure_token(self):
        """Return the token of the ticket's link. There is always one, nothing is written."""
        self.ensure_one()
        return self.sudo().access_token  # the caller gives it to the customer

    def _sign_token(self, pid):
        # sudo: the token is no user's to read; its signature goes into the customer's mails
        return super(CaredeskTicket, self.sudo())._sign_token(pid)

    def _portal_link(self):
        """Return the address of the customer's page of this ticket, for mails to him.

        Whoever has it reads and answers this one ticket without logging in.
        """
        self.ensure_one()
        return f"{self.get_base_url()}{self.access_url}?access_token={self._portal_ensure_token()}"

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):  # noqa: A002 - Odoo's name
        """Hook: tokens open our own pages, not Odoo's general routes for messages.

        Those know nothing of the limits for files, nor of groups that do not name their people.
        """
        return super()._get_thread_with_access(thread_id, **kwargs)

    @api.model
    def _portal_domain(self, partner):
        """Return which tickets ``partner`` reaches when logged in: own ones, or the company's."""
        # sudo: a setting, not a secret
        params_sudo = self.env["ir.config_parameter"].sudo()
        if params_sudo.get_param("caredesk_ticket.portal_scope") == "company":
            company = partner.commercial_partner_id
            return Domain("partner_id.commercial_partner_id", "=", company.id)
        return Domain("partner_id", "=", partner.id)

    @api.model
    def _portal_find(self, ticket_id, access_token=None):
        """Return the ticket (sudo) that the present user may see on the portal, or none.

        None tells nothing: it is the same for a ticket that is not there, that is somebody
        else's, and for a link that is out of date.
        """
        # sudo: customers have no right on tickets; whose it is, is checked here
        ticket_sudo = self.sudo().browse(ticket_id).exists().filtered("active")
        if not ticket_sudo:
            return ticket_sudo
        token = (access_token or "").encode()
        is_right = token and consteq(ticket_sudo.access_token.encode(), token)
        if is_right and not ticket_sudo._is_portal_link_over():
            return ticket_sudo
        return ticket_sudo if ticket_sudo._is_of_portal_user() else ticket_sudo.browse()

    def _is_portal_link_over(self):
        """Tell whether the ticket ended so long ago that the links in old mails open it no more.

        Mailboxes are lost and sold with what is in them. The customer still gets in by logging in.
        """
        self.ensure_one()
        days = number_of(self.env, "portal_link_days", PORTAL_LINK_DAYS)
        ends = [end for end in (self.done_at, self.closed_at, self.cancelled_at) if end]
        if self.is_open or not days or not ends:
            return False
        return max(ends) < fields.Datetime.now() - timedelta(days=days)

    def _is_of_portal_user(self):
        """Tell whether the ticket is the present user's, who is logged in."""
        self.ensure_one()
        user = self.env.user
        if user._is_public():
            return False
        domain = self._portal_domain(user.partner_id) & Domain("id", "=", self.id)
        return bool(self.sudo().search_count(domain, limit=1))  # his own, by the domain

    def _may_act_on_portal(self):
        """Tell whether the present user, who reached the ticket, may speak as its customer.

        A colleague of ours who follows a customer's link only looks.
        """
        self.ensure_one()
        return not self.env.user._is_internal() or self._is_of_portal_user()

    @api.model
    def _portal_search_domain(self, text):
        """Return the domain of what a customer types into the search: every word must occur."""
        return Domain.AND(domain_of_term(term) for term in search_terms(text or ""))

    @api.model
    def _portal_filters(self):
        """Return ``{key: (label, domain)}`` of the list's filters."""
        return {
            "open": (self.env._("Open"), Domain("state", "in", OPEN_STATES)),
            "yours": (self.env._("Waiting for You"), Domain(_WAITS_FOR_CUSTOMER)),
            "done": (self.env._("Done"), Domain("state", "not in", OPEN_STATES)),
            "all": (self.env._("All"), Domain.TRUE),
        }
