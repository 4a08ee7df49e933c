import mimetypes
import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

from ..domain.mail_headers import clean_text
from .mail_job import number_of

#: File types taken from outside, by extension. A system parameter may name others.
_EXTENSIONS = (
    "jpg jpeg png gif webp heic bmp pdf txt csv log eml msg doc docx xls xlsx ppt pptx odt ods "
    "odp rtf zip rar 7z mp3 m4a wav ogg mp4 mov webm"
)
#: What the content of a file must look like where a browser would show it.
_SHOWN = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
          "webp": "image/webp", "bmp": "image/bmp", "pdf": "application/pdf"}  # fmt: skip
#: Never taken, whatever the parameter says: browsers or desktops would run them.
_NEVER = re.compile(
    r"bat|cmd|com|cpl|exe|hta|[psx]?html?|jar|js|lnk|mhtm?l?|msi|php\d?|pht|ps1|py|scr|sh|svgz?|"
    r"vb[es]|wsf|xht|x[ms]l"
)
_NAME_LETTERS = 120
_HEAD = 2048


class CaredeskUpload(models.AbstractModel):
    """Judges files that customers and other systems send: how many, how big, of what type.

    The one place for the portal, the public form and the inbound hook.
    """

    _name = "caredesk.upload"
    _description = "Limits of Uploaded Files"

    @api.model
    def _check(self, files):
        """Return values of attachments for ``files``; nothing is created.

        :param files: uploads of the request, or pairs (name, bytes); empty ones are left out
        :return: list of dicts with ``name``, ``raw`` and ``mimetype``
        :raise UserError: too many, too big, or of a type that is not taken
        """
        limits = self._limits()
        checked, total = [], 0
        for name, raw in self._contents(files, limits):
            total += len(raw)
            if len(checked) == limits["count"]:
                raise UserError(
                    self.env._("At most %(count)s files can be sent at once.", count=len(checked))
                )
            if len(raw) > limits["file"] or total > limits["total"]:
                self._raise_too_big(limits)
            checked.append(self._checked(name, raw))
        return checked

    @api.model
    def _attach(self, ticket_sudo, files_vals):
        """Put checked files on a ticket that was made or found for their sender."""
        return ticket_sudo.env["ir.attachment"].create(
            [
                {**vals, "res_model": ticket_sudo._name, "res_id": ticket_sudo.id}
                for vals in files_vals
            ]
        )

    @api.model
    def _limits(self):
        """Return the limits: ``count``, ``file`` and ``total`` (bytes), ``megabytes``."""
        megabytes = number_of(self.env, "upload_max_mb", 10)
        return {
            "count": number_of(self.env, "upload_max_files", 5),
            "megabytes": megabytes,
            "file": megabytes * 1024 * 1024,
            "total": number_of(self.env, "upload_max_total_mb", 25) * 1024 * 1024,
        }

    @api.model
    def _extensions(self):
        """Return the extensions taken, without the dot."""
        # sudo: a setting, not a secret
        params_sudo = self.env["ir.config_parameter"].sudo()
        given = params_sudo.get_param("caredesk_ticket.upload_types") or _EXTENSIONS
        return [one for one in re.findall(r"[a-z0-9]+", given.lower()) if not _NEVER.fullmatch(one)]

    @api.model
    def _contents(self, files, limits):
        """Yield (name, bytes) of each file that was chosen, reading no more than is allowed."""
        for one in files:
            if isinstance(one, tuple):
                name, raw = one
            else:
                name, raw = one.filename, one.read(limits["file"] + 1)
            if name or raw:
                yield name or "", raw

    @api.model
    def _checked(self, name, raw):
        name = self._safe_name(name)
        extension = name.rpartition(".")[2].lower() if "." in name else ""
        found = guess_mimetype(raw[:_HEAD], default="")
        wanted = _SHOWN.get(extension)
        is_lie = wanted and found != wanted
        if extension not in self._extensions() or is_lie or not raw:
            raise UserError(
                self.env._(
                    "%(name)s cannot be sent: it is empty or of a type that is not accepted. "
                    "Accepted are pictures, PDF, Office documents, text, sound, video and "
                    "archives.",
                    name=name,
                )
            )
        guessed = mimetypes.guess_type(f"x.{extension}")[0]
        return {
            "name": name,
            "raw": raw,
            "mimetype": wanted or guessed or "application/octet-stream",
        }

    @api.model
    def _safe_name(self, name):
        """Return the bare name of a file: no folders, no control characters, not too long."""
        base = re.split(r"[\\/]", clean_text(name))[-1]
        base = re.sub(r'[\x00-\x1f<>:"|?*\u202a-\u202e\u2066-\u2069]', "", base).strip(" .")
        stem, dot, extension = base.rpartition(".")
        if not dot:
            return base[:_NAME_LETTERS] or self.env._("file")
        return f"{stem[:_NAME_LETTERS] or 'file'}.{extension[:10]}"

    @api.model
    def _raise_too_big(self, limits):
        raise UserError(
            self.env._(
                "The files are too big: at most %(file)s MB each and %(total)s MB together.",
                file=limits["megabytes"],
                total=limits["total"] // (1024 * 1024),
            )
        )
