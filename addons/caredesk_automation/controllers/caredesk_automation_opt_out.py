from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request


class AutomationOptOutController(http.Controller):
    """The page behind «Unsubscribe» in the messages of rules.

    Opening it changes nothing, since programs open links too; only its buttons do, and the button
    that mail programs show by themselves (RFC 8058), which comes without cookies or a form.
    """

    @http.route(
        "/caredesk/unsubscribe/<string:token>", type="http", auth="public", methods=["GET"],
        website=True, sitemap=False, readonly=True,
    )  # fmt: skip
    def show(self, token, **_params):
        """Show which address it is about and what it has chosen."""
        address, company = self._of_token(token)
        return self._page(token, address, company)

    @http.route(
        "/caredesk/unsubscribe/<string:token>", type="http", auth="public", methods=["POST"],
        website=True, sitemap=False, csrf=False,
    )  # fmt: skip
    def choose(self, token, choice="stop", **_params):
        """Note the choice and show it. The signed link stands for the right to choose."""
        address, company = self._of_token(token)
        request.env["caredesk.automation.opt.out"]._choose(address, company, choice == "again")
        return self._page(token, address, company)

    # === WHAT THE PAGE NEEDS ===

    def _of_token(self, token):
        found = request.env["caredesk.automation.opt.out"]._of_token(token)
        if not found:
            raise NotFound()
        address, company, lang = found
        if lang and request.env["res.lang"]._get_data(code=lang):
            request.update_context(lang=lang)
        return address, company

    def _page(self, token, address, company):
        values = {
            "token": token,
            "address": address,
            "company": company,
            "is_out": request.env["caredesk.automation.opt.out"]._is_out(address),
        }
        response = request.render("caredesk_automation.opt_out_page", values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
