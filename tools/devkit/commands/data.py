"""`./run seed`: many tickets for trying out lists, reports and speed."""

import argparse

from tools.devkit import toolchain
from tools.devkit.commands import demo
from tools.devkit.log import Log


def seed(argv: list[str]) -> int:
    """Add tickets in bulk to a database."""
    parser = argparse.ArgumentParser(prog="./run seed", description=seed.__doc__)
    parser.add_argument("--tickets", type=int, required=True, metavar="N")
    parser.add_argument("-d", "--database", default=demo.DATABASE)
    options = parser.parse_args(argv)
    log = Log()
    tools = toolchain.ensure(log)
    demo.feed(tools, log, options.database, "--tickets", str(options.tickets))
    return 0
