from functools import wraps

from werkzeug.datastructures import FileStorage

from odoo.http import request


def texts_only(endpoint):
    """Call ``endpoint`` without parameters that came as files: Odoo mixes them with the texts."""

    @wraps(endpoint)
    def without_files(self, **params):
        texts = {name: one for name, one in params.items() if not isinstance(one, FileStorage)}
        return endpoint(self, **texts)

    return without_files


def checked_files():
    """Return values of attachments for the files of the request's form.

    :raise UserError: some of them are not taken; says which
    """
    uploads = request.httprequest.files.getlist("files")
    for upload in uploads:
        upload.seek(0)  # Odoo, when it repeats a request, rewinds the first one only
    return request.env["caredesk.upload"]._check(uploads)
