import io

from werkzeug.datastructures import FileStorage

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CareDeskCase
from .intake_common import PNG


@tagged("post_install", "-at_install")
class TestUpload(CareDeskCase):
    """Files from outside: how many, how big, of what type (IE-16)."""

    def _check(self, *files):
        return self.env["caredesk.upload"]._check(files)

    def _refused(self, *files):
        with self.assertRaises(UserError) as caught:
            self._check(*files)
        return caught.exception.args[0]

    def _set(self, name, value):
        self.env["ir.config_parameter"].set_param(f"caredesk_ticket.{name}", value)

    def test_good_files_become_values_of_attachments(self):
        """IE-16: pairs and uploads alike; an empty field of a form is no file."""
        upload = FileStorage(io.BytesIO(PNG), filename="a.PNG", content_type="text/html")
        empty = FileStorage(io.BytesIO(b""), filename="")
        checked = self._check(("notes.txt", b"abc"), upload, empty)
        self.assertEqual(
            [(one["name"], one["mimetype"]) for one in checked],
            [("notes.txt", "text/plain"), ("a.PNG", "image/png")],
        )
        self.env["ir.attachment"].create(checked)

    def test_dangerous_types_are_refused(self):
        """IE-16: what a browser or a desktop would run, by any name; also if a setting says so."""
        self._set("upload_types", "svg html php exe png js xhtml php5 pht")
        for name in ("a.svg", "a.html", "a.HTM", "a.php", "a.php5", "a.pht", "a.exe", "a.js",
                     "a.xhtml", "a", "", ".png", "a.png.html", "a.png\0.html"):  # fmt: skip
            self._refused((name, b"<svg onload=alert(1)>"))
        self._check(("a.png", PNG))

    def test_a_picture_has_to_be_one(self):
        """IE-16: HTML or a drawing with a script, named like a picture, is not taken."""
        for raw in (b"<html><script>1</script></html>", b"<svg xmlns='x'/>", b"MZ\x90", b"%PDF-1"):
            self._refused(("a.png", raw))
        self._refused(("a.pdf", PNG))

    def test_names_lose_folders_and_tricks(self):
        """IE-16: no path, no control or direction characters, no endless names."""
        cases = {
            "../../etc/passwd.txt": "passwd.txt",
            "C:\\boot\\ảnh.txt": "ảnh.txt",
            "a\u202etxt.exe.txt": "atxt.exe.txt",
            "a\r\nb.txt": "ab.txt",
            "x" * 500 + ".txt": "x" * 120 + ".txt",
            '<img src="x">.txt': "img src=x.txt",
        }
        for name, wanted in cases.items():
            self.assertEqual(self._check((name, b"abc"))[0]["name"], wanted)

    def test_count_and_sizes_are_limited(self):
        """IE-16: at most so many, so big each, so big together; never read further than needed."""
        self._set("upload_max_files", 2)
        self._set("upload_max_mb", 1)
        self._set("upload_max_total_mb", 1)
        small, half = ("a.txt", b"x"), ("b.txt", b"x" * 600_000)
        self._check(small, half)
        self.assertIn("2", self._refused(small, small, small))
        self._refused(half, half)
        stream = io.BytesIO(b"x" * 5_000_000)
        self._refused(FileStorage(stream, filename="big.txt"))
        self.assertEqual(stream.tell(), 1024 * 1024 + 1)

    def test_an_empty_file_is_told(self):
        """IE-16: a file without content is a mistake of the sender, not silently dropped."""
        self._refused(("a.txt", b""))
