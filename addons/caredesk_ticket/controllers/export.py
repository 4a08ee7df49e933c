from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

#: Formats a person may ask for by address.
_EXTENSIONS = ("xlsx", "docx", "pdf")


class TicketExport(http.Controller):
    """The files behind the buttons of the dialog Export Report."""

    @http.route(
        "/caredesk/ticket/export/<int:export_id>/<string:extension>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, export_id, extension):
        """Return one file of what the user asked for in a dialog of his own."""
        export = request.env["caredesk.ticket.export"].browse(export_id).exists()
        if extension not in _EXTENSIONS or not export:
            raise request.not_found()
        export.check_access("read")  # one's own dialog only, by record rule
        try:
            content, media_type = export._in_its_companies()._render(extension)
        except UserError as error:
            return request.make_response(
                str(error), [("Content-Type", "text/plain; charset=utf-8")], status=422
            )
        return request.make_response(
            content,
            [
                ("Content-Type", media_type),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(export._file_name(extension))),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )
