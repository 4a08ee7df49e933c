from odoo import api, models
from odoo.exceptions import UserError

#: Files a customer may send at once, and bytes of each.
_MOST_FILES, _MOST_BYTES = 10, 10 * 1024 * 1024
#: Endings of programs and scripts.
_REFUSED = frozenset(
    {"bat", "cmd", "com", "cpl", "dll", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "ps1",
     "reg", "scr", "vbe", "vbs", "wsf"}
)  # fmt: skip


class CaredeskUpload(models.AbstractModel):
    """The one place where files that come from outside are looked at before they are kept."""

    _name = "caredesk.upload"
    _description = "Check of Uploaded Files"

    @api.model
    def _check(self, files):
        """Return values of attachments for uploaded files.

        :param files: uploads of a form (``filename`` and ``read``)
        :raise UserError: too many, too large, empty or of a kind nobody needs; says which
        """
        files = [upload for upload in files if upload.filename]
        if len(files) > _MOST_FILES:
            raise UserError(self.env._("Send at most %(count)s files.", count=_MOST_FILES))
        return [self._checked(upload) for upload in files]

    @api.model
    def _checked(self, upload):
        name = upload.filename.replace("\x00", "").replace("\\", "/").rpartition("/")[2][:120]
        if name.rpartition(".")[2].lower() in _REFUSED:
            raise UserError(self.env._("Files like %(name)s are not accepted.", name=name))
        raw = upload.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            limit = _MOST_BYTES // (1024 * 1024)
            raise UserError(
                self.env._("%(name)s is larger than %(limit)s MB.", name=name, limit=limit)
            )
        if not raw:
            raise UserError(self.env._("%(name)s is empty.", name=name))
        return {"name": name, "raw": raw}
