from math import isfinite

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from .portal_upload import checked_files, texts_only

#: Letters typed before anything is suggested, and letters of them that are read.
_LEAST, _READ = 4, 500
#: Kinds of a type's own fields that a customer can fill in.
_ASKED = ("char", "text", "integer", "float", "boolean", "date", "selection")


def _number(text):
    number = float(text.replace(",", "."))
    if not isfinite(number):
        raise ValueError(text)
    return number


class NewTicketPortal(Controller):
    """The form by which a customer who is logged in opens a ticket."""

    @route(
        "/my/tickets/new", type="http", auth="user", website=True, readonly=True, methods=["GET"]
    )
    @texts_only
    def portal_new_ticket(self, title="", **_options):
        """Show the empty form, with the title filled in where a link brings one."""
        return self._render_form({"typed_title": title[:200]})

    @route("/my/tickets/create", type="http", auth="user", website=True, methods=["POST"])
    @texts_only
    def portal_create_ticket(self, title="", text="", type_id="", seen="", **typed):
        """Open the ticket and show it; what is wrong is said on the form, nothing typed is lost."""
        user = request.env.user
        kind = self._chosen_type(type_id)
        try:
            files = checked_files()
            answers = self._answers(kind, typed)
            with request.env.cr.savepoint():
                ticket = request.env["caredesk.ticket"]._portal_create(
                    user, title, text, kind, answers, files, seen
                )
        except UserError as error:
            values = {"typed_title": title, "text": text, "type_id": kind.id, "typed": typed}
            return self._render_form({**values, "error": str(error)})
        return request.redirect(f"{ticket.access_url}?created=1")

    @route("/my/tickets/suggest", type="jsonrpc", auth="user", website=True)
    def portal_suggest(self, title="", text=""):
        """Return what may spare the customer the ticket: articles, and his open tickets.

        :return: ``{articles: [{id, question, answer}], tickets: [{number, name, url}]}``
        """
        title = title if isinstance(title, str) else ""
        text = text if isinstance(text, str) else ""
        words = f"{title} {text}".strip()[:_READ]
        user = request.env.user
        attempts = request.env["caredesk.form.attempt"]
        if len(words) < _LEAST or not attempts._may_ask(user.id):
            return {"articles": [], "tickets": []}
        articles = request.env["caredesk.knowledge.article"]._suggest_published(
            words, lang=request.env.lang, limit=3, company=user.company_id
        )
        tickets = request.env["caredesk.ticket"]._portal_similar(user, title[:_READ])
        return {
            "articles": articles,
            "tickets": [
                {"number": ticket.number, "name": ticket.name, "url": ticket.access_url}
                for ticket in tickets
            ],
        }

    # === HELPERS ===

    def _types(self):
        return request.env["caredesk.ticket"]._portal_types(request.env.user.company_id)

    def _chosen_type(self, type_id):
        types_sudo = self._types()
        return types_sudo.filtered(lambda kind: str(kind.id) == type_id)

    def _asked(self, kind):
        """Return the definitions of the type's own fields that customers fill in."""
        if not kind.ask_customers:
            return []
        return [one for one in kind.properties_definition or [] if one["type"] in _ASKED]

    def _answers(self, kind, typed):
        """Return ``{name: value}`` of the fields filled in, each of its kind.

        :raise UserError: one is not what it should be; says which
        """
        answers = {}
        for one in self._asked(kind):
            value = typed.get(f"property_{kind.id}_{one['name']}", "").strip()
            if value:
                answers[one["name"]] = self._converted(one, value)
        return answers

    def _converted(self, one, value):
        convert = {
            "integer": lambda text: int(text[:18]),
            "float": _number,
            "boolean": bool,
            "date": lambda text: fields.Date.to_string(fields.Date.to_date(text)),
            "selection": lambda text: dict(one.get("selection") or [])[text] and text,
        }.get(one["type"], lambda text: text.replace("\x00", "")[:2000])
        try:
            return convert(value)
        except (ValueError, KeyError, OverflowError) as error:
            label = one.get("string") or one["name"]
            text = request.env._("«%(value)s» does not fit %(field)s.", value=value, field=label)
            raise UserError(text) from error

    def _render_form(self, values):
        types_sudo = self._types()
        values = {
            "typed_title": "",  # «title» is the page's own
            "text": "",
            "type_id": types_sudo.id if len(types_sudo) == 1 else False,
            "typed": {},
            "error": "",
            **values,
            "types": types_sudo,
            "asked": {kind: self._asked(kind) for kind in types_sudo},
            "page_name": "caredesk_ticket_new",
            "seen": request.env["caredesk.ticket"]._portal_seen(request.env.user),
            "file_hint": request.env["caredesk.ticket"]._portal_file_hint(),
        }
        return request.render("caredesk_ticket.portal_new_ticket", values)
