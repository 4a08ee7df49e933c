"""`./run clean`: remove everything that `./run` made."""

import argparse
import shutil

from tools.devkit import workspace
from tools.devkit.commands.daily import stop_everything
from tools.devkit.log import Log


def clean(argv: list[str]) -> int:
    """Stop all servers and remove the state folder: databases, Odoo, virtual environment, logs."""
    argparse.ArgumentParser(prog="./run clean", description=clean.__doc__).parse_args(argv)
    log = Log()
    place = workspace.locate()
    stop_everything(place, log, force=True)
    shutil.rmtree(place.state)
    link = place.root / workspace.STATE_NAME
    if link.is_symlink():
        link.unlink()
    log.info(f"removed {place.state}")
    if place.account.drop and place.account.name == workspace.SERVICE_ACCOUNT:
        log.info(f"the system account {place.account.name} stays; remove it with: userdel caredesk")
    return 0
