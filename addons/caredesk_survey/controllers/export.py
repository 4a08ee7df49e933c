from odoo import http
from odoo.http import content_disposition, request

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SurveyExport(http.Controller):
    """The file behind the dialog Export Survey History."""

    @http.route(
        "/caredesk/survey/export/<int:export_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, export_id):
        """Return the workbook the user asked for in a dialog of his own."""
        export = request.env["caredesk.survey.export"].browse(export_id).exists()
        if not export:
            raise request.not_found()
        export.check_access("read")  # one's own dialog only, by record rule
        content = export._render()
        name = request.env._("Survey history")
        return request.make_response(
            content,
            [
                ("Content-Type", _XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )
