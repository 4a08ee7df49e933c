from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.rating.controllers.main import Rating

from ..models.caredesk_ticket_rating import RATES
from .portal_upload import texts_only


class TicketRatingController(http.Controller):
    """The page on which a customer says how satisfied he or she is.

    Opening it writes nothing, however often and by whichever program: mail servers open links
    to look for evil behind them. A wrong, an old and a used link get the same answer.
    """

    @http.route(
        "/support/rate/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    def caredesk_rating_page(self, token, rate=None, thanks=None, **_kwargs):
        """Show the faces and the comment, or thanks for the answer."""
        ticket_sudo = self._ticket(token)
        if not ticket_sudo:
            return self._gone()
        chosen = int(rate) if rate in {str(value) for value in RATES} else 0
        return self._page(ticket_sudo, token, chosen, thanks=bool(thanks and ticket_sudo.rated_at))

    @http.route(
        "/support/rate/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        max_content_length=64 * 1024,
    )
    @texts_only
    def caredesk_rating_submit(self, token, rate=None, comment="", **_kwargs):
        """Take the answer, then show the thanks under an address that can be opened again."""
        ticket_sudo = self._ticket(token)
        if not ticket_sudo or not self._is_customer(ticket_sudo):
            return self._gone()
        if rate not in {str(value) for value in RATES}:
            return self._page(ticket_sudo, token, 0, missing=True)
        try:
            ticket_sudo._rate(int(rate), comment)
        except UserError:
            return self._gone()  # its time ran out between the check and the writing
        return request.redirect(f"/support/rate/{token}?thanks=1", 303)

    # === TOOLING ===

    def _ticket(self, token):
        """Return the ticket that can be rated by ``token``, empty for any other token."""
        ticket_sudo = request.env["caredesk.ticket"]._by_rating_token(token)
        if not ticket_sudo or not ticket_sudo._rating_open_until():
            return ticket_sudo.browse()
        request.update_context(lang=ticket_sudo._customer_lang())
        return ticket_sudo.with_context(lang=request.env.context["lang"])

    def _is_customer(self, ticket_sudo):
        """Tell whether the visitor may be the customer: our own people rate nobody's work."""
        user = request.env.user
        return not user._is_internal() or user.partner_id == ticket_sudo.partner_id

    def _page(self, ticket_sudo, token, chosen, thanks=False, missing=False):
        rating = ticket_sudo._given_rating()
        values = {
            "ticket": ticket_sudo,
            "action": f"/support/rate/{token}",
            "chosen": chosen or int(rating.rating),
            "comment": rating.feedback or "",
            "until": ticket_sudo._rating_open_until(),
            "is_customer": self._is_customer(ticket_sudo),
            "missing": missing,
        }
        template = "rating_page_thanks" if thanks else "rating_page"
        return self._private(request.render(f"caredesk_ticket.{template}", values))

    def _gone(self):
        response = request.render("caredesk_ticket.rating_page_gone")
        response.status_code = 404
        return self._private(response)

    def _private(self, response):
        """Keep the link, which is the customer's key, out of caches, indexes and referrers."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response


class OdooRatingController(Rating):
    """Odoo's own rating pages, which know nothing of our limits."""

    @http.route()
    def action_open_rating(self, token, rate, **kwargs):
        """Lead to our page where a ticket is rated."""
        return self._to_our_page(token, rate) or super().action_open_rating(token, rate, **kwargs)

    @http.route()
    def action_submit_rating(self, token, rate=0, **kwargs):
        """Lead to our page where a ticket is rated."""
        return self._to_our_page(token, rate) or super().action_submit_rating(token, rate, **kwargs)

    def _to_our_page(self, token, rate):
        rating_sudo, record_sudo = self._get_rating_and_record(token)
        if rating_sudo.res_model != "caredesk.ticket":
            return None
        return request.redirect(record_sudo._rating_url(rate), 303, local=False)
