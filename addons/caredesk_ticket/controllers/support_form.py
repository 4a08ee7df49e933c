from http import HTTPStatus

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.caredesk_support_form import MOST
from .portal_upload import texts_only

_SESSION_KEY = "caredesk_form_number"
_CAPTCHA = "caredesk_support"
#: Bytes a request may have beyond its files: the texts and the borders between the parts.
_MARGIN = 1024 * 1024


def _most_bytes(_controller):
    return request.env["caredesk.upload"]._limits()["total"] + _MARGIN


class SupportFormController(http.Controller):
    """The public form: shows it, takes it, says thank you."""

    @http.route(
        "/support",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
        sitemap=True,
    )
    def form(self, **_params):
        return self._render({}, self._company())

    @http.route(
        "/support",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        max_content_length=_most_bytes,
    )
    @texts_only
    def send(self, **params):
        company = self._company()
        form = request.env["caredesk.support.form"]
        files = request.httprequest.files.getlist("files")
        for one in files:
            one.seek(0)  # Odoo, when it repeats a request, rewinds the first of a name only
        try:
            with request.env.cr.savepoint():
                ticket_sudo = form._submit(
                    company,
                    params,
                    files,
                    request.httprequest.remote_addr,
                    token=params.get("token") or "",
                    trap=params.get("website_url") or "",
                    captcha=self._check_captcha,
                )
        except UserError as error:
            return self._render(params, company, error.args[0])
        request.session[_SESSION_KEY] = ticket_sudo.number
        return request.redirect("/support/thanks")

    @http.route(
        "/support/thanks",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def thanks(self, **_params):
        number = request.session.get(_SESSION_KEY)
        if not number:
            return request.redirect("/support")
        values = {"number": number, "company": self._company()}
        return request.render("caredesk_ticket.support_form_thanks", values)

    @http.route("/support/suggest", type="jsonrpc", auth="public", website=True)
    def suggest(self, text="", **_params):
        """Return published articles that fit what the visitor has typed so far.

        Of one internet connection so many questions a minute are answered, more get nothing.
        """
        company = self._company()
        attempts = request.env["caredesk.form.attempt"]
        if not attempts._may_ask(attempts._key(request.httprequest.remote_addr)):
            return []
        articles = request.env["caredesk.knowledge.article"]
        text = text[:200] if isinstance(text, str) else ""
        return articles._suggest_published(text, lang=request.env.lang, company=company, limit=3)

    def _check_captcha(self):
        """Ask the captcha module, if there is one; what it says is for those who set it up."""
        try:
            request.env["ir.http"]._verify_request_recaptcha_token(_CAPTCHA)
        except UserError as error:
            raise UserError(
                request.env._(
                    "We could not make sure that a person sends this. Please send it again in a "
                    "moment; if that does not help, write to us by e-mail."
                )
            ) from error

    def _company(self):
        form = request.env["caredesk.support.form"]
        company = form._company_of_host(request.httprequest.host)
        if not company:
            raise request.not_found()
        return company

    def _render(self, typed, company, error=""):
        form = request.env["caredesk.support.form"]
        user = request.env.user
        visitor = user._is_public()
        limits = request.env["caredesk.upload"]._limits()
        values = {
            "company": company,
            "captcha": _CAPTCHA,
            "error": error,
            "extensions": request.env["caredesk.upload"]._extensions(),
            "limits": limits,
            "files_help": request.env._(
                "At most %(count)s files, %(file)s MB each, %(total)s MB together.",
                count=limits["count"],
                file=limits["megabytes"],
                total=limits["total"] // (1024 * 1024),
            ),
            "most": MOST,
            "partner": user.partner_id if not visitor else None,
            # Sent again after a mistake, the form stays the one that was opened first.
            "token": typed.get("token") if error and typed.get("token") else form._new_token(),
            "typed": {name: str(typed.get(name) or "") for name in [*MOST, "type_id"]},
            "types": form._types(company),
        }
        response = request.render("caredesk_ticket.support_form", values)
        if error:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
