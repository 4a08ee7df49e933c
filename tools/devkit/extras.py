"""Programs that CareDesk can do without: what is off is said, not an error."""

import shutil

from . import debian, process
from .debian import Installer
from .errors import DevkitError
from .log import Log

PDF_PACKAGE = "wkhtmltopdf"
FONT_PACKAGE = "fonts-noto-core"


def pdf(installer: Installer, log: Log) -> str | None:
    """The program that makes PDF; installed when packages may be installed unasked."""
    _try(installer, log, PDF_PACKAGE, "PDF of reports", shutil.which(PDF_PACKAGE) is not None)
    return shutil.which(PDF_PACKAGE)


def fonts(installer: Installer, log: Log) -> None:
    """Fonts with Vietnamese letters, for PDF and screenshots; installed likewise."""
    _try(installer, log, FONT_PACKAGE, "Vietnamese letters in PDF", vietnamese_fonts() > 0)


def vietnamese_fonts() -> int:
    """How many fonts of this machine have all Vietnamese letters."""
    if not shutil.which("fc-list"):
        return 0
    command = ["fc-list", ":lang=vi", "family"]
    listed = process.run(command, check=False, capture_output=True, text=True)
    return len(listed.stdout.splitlines())


def _try(installer: Installer, log: Log, package: str, what: str, there: bool) -> None:
    if there:
        return
    if not installer.yes:
        log.warn(f"off: {what}. To have it: {' '.join(installer.command([package]))}")
        return
    if debian.have_apt() and debian.candidate(package) is None:
        # Debian dropped wkhtmltopdf after version 12.
        log.warn(f"off: {what}. This system's archive has no {package}; the Docker image does.")
        return
    try:
        installer.install([package], what)
    except DevkitError as error:
        log.warn(f"off: {what}. {error.cause}")
