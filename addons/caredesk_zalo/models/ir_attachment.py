from io import BytesIO

from PIL import Image

from odoo import models

from ..zalo_client import ZaloInvalid, limits


class IrAttachment(models.Model):
    """What Zalo wants to know of a file."""

    _inherit = "ir.attachment"

    def _zalo_check(self):
        """Check that Zalo takes a file.

        :raise ZaloInvalid: it does not
        """
        self.ensure_one()
        kind = limits.upload_kind(self.mimetype)
        if kind is None:
            raise ZaloInvalid("file_type", "")
        limits.check_upload(kind, self.mimetype, self.file_size)
        if kind == "gif":
            self._zalo_size()  # it is sent with its size

    def _zalo_size(self):
        """Return width and height of a picture in pixels.

        :raise ZaloInvalid: it is none
        """
        self.ensure_one()
        try:
            with Image.open(BytesIO(self.raw)) as picture:
                return picture.size
        except Exception as error:  # of many kinds: what is in the file comes from anywhere
            raise ZaloInvalid("file_type", "") from error
