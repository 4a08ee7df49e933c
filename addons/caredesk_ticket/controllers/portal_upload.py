from odoo.http import request


def checked_files():
    """Return values of attachments for the files of the request's form.

    :raise UserError: some of them are not taken; says which
    """
    uploads = request.httprequest.files.getlist("files")
    for upload in uploads:
        upload.seek(0)  # Odoo, when it repeats a request, rewinds the first one only
    return request.env["caredesk.upload"]._check(uploads)
