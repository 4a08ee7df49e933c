"""`./run shot`: a picture of a page, taken with the system's Chromium."""

import argparse
import json
import shutil
from pathlib import Path

from tools.devkit import server, toolchain
from tools.devkit.commands.demo import SERVER
from tools.devkit.commands.dispatch import caller_path
from tools.devkit.errors import DevkitError
from tools.devkit.log import Log

LANGUAGES = {"vi": "vi_VN", "en": "en_US"}


def shot(argv: list[str]) -> int:
    """Take a screenshot of a page, logged in or not, in one of the two languages."""
    parser = argparse.ArgumentParser(prog="./run shot", description=shot.__doc__)
    parser.add_argument("url", help="address of the page; a path alone means the running demo")
    parser.add_argument("file", type=Path, help="PNG file to write")
    parser.add_argument("--login", help="log in as this user first")
    parser.add_argument("--password", help="of that user (default: the login)")
    parser.add_argument("--lang", choices=sorted(LANGUAGES), help="language of the page")
    parser.add_argument("--width", type=int, default=1280, help="in pixels (default 1280)")
    parser.add_argument("--height", type=int, default=800, help="in pixels (default 800)")
    parser.add_argument("--full", action="store_true", help="the whole page, not only the window")
    options = parser.parse_args(argv)
    tools = toolchain.ensure(Log(), odoo=False, pg=False, dev=True, chromium=True)
    picture = tools.workspace.var / "tmp/shot.png"
    order = {
        "url": _address(tools, options.url),
        "file": str(picture),
        "login": options.login,
        "password": options.password or options.login,
        "lang": LANGUAGES.get(options.lang),
        "width": options.width,
        "height": options.height,
        "full": options.full,
        "chromium": tools.chromium,
    }
    command = [tools.python, "-m", "tools.devkit.screenshot"]
    tools.run_logged(command, "shot.log", "Taking the screenshot", input=json.dumps(order).encode())
    target = caller_path(options.file)
    shutil.copyfile(picture, target)
    picture.unlink()
    print(target)
    return 0


def _address(tools: toolchain.Toolchain, url: str) -> str:
    if not url.startswith("/"):
        return url
    running = server.find(tools.workspace, SERVER)
    if running is None:
        raise DevkitError(
            "The demo does not run.", "Start it (./run demo), or give a whole address."
        )
    return running.url + url
