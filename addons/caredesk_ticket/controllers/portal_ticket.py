import re

from werkzeug.exceptions import NotFound
from werkzeug.urls import url_quote

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from .portal_upload import checked_files, texts_only

#: What a customer may do with a ticket.
_STEPS = ("reply", "close", "reopen")


class TicketPortal(Controller):
    """The customer's page of one ticket, logged in or by the link in a mail.

    A ticket that does not exist, one of somebody else, and a wrong or old link give the same
    answer. Reading writes nothing; what is done comes by POST with Odoo's CSRF token.
    """

    @route(
        "/my/tickets/<int:ticket_id>", type="http", auth="public", website=True, readonly=True,
        methods=["GET"],
    )  # fmt: skip
    @texts_only
    def portal_ticket(self, ticket_id, access_token=None, created=None, **_options):
        """Show the ticket: how it stands, the conversation, what can be done."""
        if not access_token and request.env.user._is_public():
            return request.redirect(f"/web/login?redirect=/my/tickets/{ticket_id}")
        ticket_sudo = self._find(ticket_id, access_token)
        return self._render_ticket(ticket_sudo, access_token, is_new=bool(created))

    @route(
        "/my/tickets/<int:ticket_id>/files/<int:attachment_id>",
        type="http", auth="public", website=True, readonly=True, methods=["GET"],
    )  # fmt: skip
    @texts_only
    def portal_ticket_file(self, ticket_id, attachment_id, access_token=None, **_options):
        """Send a file of the public conversation, as a download whatever it contains."""
        ticket_sudo = self._find(ticket_id, access_token)
        file_sudo = ticket_sudo._portal_file(attachment_id)
        if not file_sudo:
            raise NotFound
        stream = request.env["ir.binary"]._get_stream_from(file_sudo)
        return stream.get_response(as_attachment=True)

    @route(
        "/my/tickets/<int:ticket_id>/<any(reply, close, reopen):step>",
        type="http", auth="public", website=True, methods=["POST"],
    )  # fmt: skip
    @texts_only
    def portal_ticket_step(self, ticket_id, step, access_token=None, text="", seen="", **_options):
        """Answer, close or reopen the ticket and come back to its page.

        What cannot be done is said on the page, and what was typed stays in it.
        """
        ticket_sudo = self._find(ticket_id, access_token)
        if not ticket_sudo._may_act_on_portal():
            raise NotFound
        try:
            with request.env.cr.savepoint():
                self._take(ticket_sudo, step, text, seen)
        except UserError as error:
            ticket_sudo.invalidate_recordset()
            return self._render_ticket(
                ticket_sudo, access_token, error=str(error), failed=step, typed=text
            )
        return request.redirect(self._address(ticket_sudo, access_token))

    # === HELPERS ===

    def _take(self, ticket_sudo, step, text, seen):
        if step == "close":
            ticket_sudo._portal_close()
            return
        files = checked_files()
        if step == "reply":
            ticket_sudo._portal_reply(text, files, seen)
        else:
            ticket_sudo._portal_reopen(text, files, seen)

    def _find(self, ticket_id, access_token):
        """Return the ticket (sudo) in the language and time zone of who looks at it."""
        ticket_sudo = request.env["caredesk.ticket"]._portal_find(ticket_id, access_token)
        if not ticket_sudo:
            raise NotFound
        user, context = request.env.user, {}
        if not user.tz or user._is_public():
            context["tz"] = ticket_sudo._portal_tz()
        if user._is_public():
            context["lang"] = request.env["res.lang"]._get_code(ticket_sudo._customer_lang())
        request.update_context(**context)
        return ticket_sudo.with_context(**context)

    def _address(self, ticket_sudo, access_token):
        link = f"?access_token={url_quote(access_token)}" if access_token else ""
        return f"{ticket_sudo.access_url}{link}"

    def _new_request_url(self, ticket_sudo):
        """Return where the customer opens another request, nothing where he can only write."""
        if not request.env.user._is_public():
            return f"/my/tickets/new?title={url_quote(ticket_sudo.name)}"
        company = request.env["caredesk.support.form"]._company_of_host(request.httprequest.host)
        return "/support" if company == ticket_sudo.company_id else ""

    def _render_ticket(self, ticket_sudo, access_token, **values):
        may_act = ticket_sudo._may_act_on_portal()
        # A token in the address of a logged in customer's own page is not passed on.
        token = access_token if access_token and not ticket_sudo._is_of_portal_user() else ""
        suffix = f"?access_token={url_quote(token)}" if token else ""
        target = ticket_sudo._merge_target()
        conversation = ticket_sudo._portal_conversation()
        values.update(
            page_name="caredesk_ticket",
            ticket=ticket_sudo,
            suffix=suffix,
            access_token=token,
            is_guest=request.env.user._is_public(),
            no_breadcrumbs=request.env.user._is_public(),
            may={step: may_act and ticket_sudo._portal_may(step) for step in _STEPS},
            has_ended=may_act and ticket_sudo._has_ended(),
            new_request_url=self._new_request_url(ticket_sudo),
            conversation=conversation,
            seen=f"after {conversation[-1]['id'] if conversation else 0}",
            history=ticket_sudo._portal_history(),
            answers=ticket_sudo._portal_answers(),
            promise=ticket_sudo._portal_promise(),
            rating_url=may_act and ticket_sudo._portal_rating_url(),
            merged_number=target.sudo().number if target != ticket_sudo else "",
            size_in_words=_size_in_words,
            file_hint=ticket_sudo._portal_file_hint(),
        )
        response = request.render("caredesk_ticket.portal_ticket", values)
        # The address holds the key of the ticket: no other site hears of it.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response


def _size_in_words(size):
    """Return a size in words, e.g. 1.4 MB."""
    for unit in ("B", "KB", "MB"):
        if size < 1000 or unit == "MB":
            break
        size /= 1000
    return re.sub(r"\.0$", "", f"{size:.1f}") + f" {unit}"
