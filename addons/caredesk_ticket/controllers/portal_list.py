from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .portal_upload import texts_only

#: Tickets on a page of the list.
_PER_PAGE = 20


class TicketListPortal(CustomerPortal):
    """The customer's start page and list of tickets. Reading only: nothing is written."""

    # === START PAGE ===

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        tickets_sudo, filters = self._tickets_sudo(), self._ticket_filters()
        if not counters:  # the page itself; else a call for the counters it names
            values["caredesk_open_count"] = tickets_sudo.search_count(filters["open"])
        if "caredesk_yours_count" in counters:
            values["caredesk_yours_count"] = tickets_sudo.search_count(filters["yours"])
        return values

    # === LIST ===

    @route(
        ["/my/tickets", "/my/tickets/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    @texts_only
    def portal_my_tickets(self, page=1, **options):
        """Show the customer's tickets.

        :param options: search, sortby, filterby and groupby as the search bar sends them; what
            is not among the choices counts as not given
        """
        tickets_sudo = self._tickets_sudo()
        sortings, groupings = self._ticket_sortings(), self._ticket_groupings()
        sortby = self._choice(options, "sortby", sortings, "newest")
        groupby_key = self._choice(options, "groupby", groupings, "none")
        filters = tickets_sudo._portal_filters()
        filterby = self._choice(options, "filterby", filters, "open")
        search = (options.get("search") or "")[:200]
        domain = self._ticket_filters()[filterby] & tickets_sudo._portal_search_domain(search)
        chosen = {"sortby": sortby, "groupby": groupby_key, "filterby": filterby, "search": search}
        pages = pager(
            url="/my/tickets",
            url_args=chosen,
            total=tickets_sudo.search_count(domain),
            page=page,
            step=_PER_PAGE,
        )
        order = groupings[groupby_key]["order"] + sortings[sortby]["order"]
        tickets = tickets_sudo.search(domain, order=order, limit=_PER_PAGE, offset=pages["offset"])
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="caredesk_tickets",
            groups=self._grouped_tickets(tickets, groupings[groupby_key]["field"]),
            pager=pages,
            default_url="/my/tickets",
            searchbar_sortings=sortings,
            searchbar_groupby=groupings,
            searchbar_filters={key: {"label": label} for key, (label, _d) in filters.items()},
            shows_author=len(tickets.partner_id) > 1,
            **chosen,
        )
        return request.render("caredesk_ticket.portal_my_tickets", values)

    # === HELPERS ===

    def _tickets_sudo(self):
        # sudo: customers have no right on tickets; each search names whose they are
        return request.env["caredesk.ticket"].sudo()

    def _ticket_filters(self):
        """Return the domain of each filter, among the tickets that the user reaches."""
        tickets_sudo = self._tickets_sudo()
        own = tickets_sudo._portal_domain(request.env.user.partner_id)
        filters = tickets_sudo._portal_filters()
        return {key: Domain(domain) & own for key, (_label, domain) in filters.items()}

    def _ticket_sortings(self):
        return {
            "newest": {"label": request.env._("Newest"), "order": "id desc"},
            "oldest": {"label": request.env._("Oldest"), "order": "id"},
            "number": {"label": request.env._("Number"), "order": "number"},
            "name": {"label": request.env._("Title"), "order": "name, id"},
        }

    def _ticket_groupings(self):
        return {
            "none": {"label": request.env._("None"), "order": "", "field": None},
            "state": {"label": request.env._("State"), "order": "state, ", "field": "portal_state"},
            "type": {
                "label": request.env._("Ticket Type"),
                "order": "type_id, ",
                "field": "type_id",
            },
        }

    def _choice(self, options, name, choices, default):
        value = options.get(name)
        return value if value in choices else default

    def _grouped_tickets(self, tickets, field):
        """Return [(title, tickets)] of a page; one group without title when nothing is grouped."""
        if not field:
            return [("", tickets)] if tickets else []
        if field == "portal_state":
            labels = dict(tickets._fields[field]._description_selection(request.env))
            groups = tickets.grouped(field)
            return [(labels[state], groups[state]) for state in labels if state in groups]
        without = request.env._("Without Type")
        return [(kind.name or without, group) for kind, group in tickets.grouped(field).items()]
