from markupsafe import Markup

from odoo import http
from odoo.http import request

from ..models.caredesk_zalo_app import OAUTH_PATH


class ZaloConsent(http.Controller):
    """The way back from Zalo's page of consent, and the file that proves the domain."""

    @http.route(
        OAUTH_PATH,
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
        readonly=False,
    )
    def consent(self, code=None, oa_id=None, state=None, **_rest):
        """Keep the code of a consent and go back to the account, where a worker exchanges it.

        A GET that writes, as OAuth wants it: the signed state proves that this very user asked
        for it less than an hour ago, and the code counts once.
        """
        account = request.env["caredesk.zalo.oa"]._account_of_state(state or "")
        if not account or not account.has_access("write"):
            return self._say(request.env._("This consent was not asked for here, or too long ago."))
        if not code:
            return self._say(request.env._("Zalo sent no code back: the consent was not given."))
        account._consent_given(code, oa_id or "")
        return request.redirect(f"/odoo/action-caredesk_zalo.caredesk_zalo_oa_action/{account.id}")

    @http.route(
        "/zalo_verifier<string:code>.html",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def domain(self, code):
        """Show the file by which Zalo knows that the domain is ours."""
        # sudo: a visitor asks; the answer repeats only what he knows already
        app = request.env["caredesk.zalo.app"].sudo().search([("domain_code", "=", code)], limit=1)
        if not app:
            raise request.not_found()
        meta = Markup('<meta name="zalo-platform-site-verification" content="%s"/>')
        page = Markup("<html><head>%s</head><body></body></html>") % (meta % app.domain_code)
        return request.make_response(page)

    def _say(self, text):
        """Return a page with one sentence and the way home."""
        return request.render("caredesk_zalo.consent_result", {"text": text})
