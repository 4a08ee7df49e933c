"""Fill a database: `python -m tools.demo_data --db NAME [--seed] [--mail FILE…] [--tickets N]`."""

import argparse
import sys
import time
from functools import partial
from pathlib import Path

from tools.demo_data import bulk, clones, company, feed, history, odoo_env


def main(argv: list[str]) -> int:
    """Do what was asked for, in a database that may be served by a running Odoo."""
    parser = argparse.ArgumentParser(prog="tools.demo_data", description=main.__doc__)
    parser.add_argument("--db", required=True, help="name of the database")
    parser.add_argument("--seed", action="store_true", help="the past of the demo company, once")
    parser.add_argument(
        "--mail", nargs="+", type=Path, default=[], metavar="FILE", help="raw mails"
    )
    parser.add_argument("--tickets", type=int, default=0, metavar="N", help="many tickets by SQL")
    options = parser.parse_args(argv)
    registry = odoo_env.open_registry(options.db)
    if options.seed or options.mail:
        _seed(registry, required=options.seed)
    if options.mail:
        for line in feed.feed(registry, options.mail):
            print(line, flush=True)
    if options.tickets:
        try:
            print(bulk.create(registry, options.tickets))
        except clones.NoModels as error:
            raise SystemExit(f"{error} Add --seed in a database with demo data.") from error
    return 0


def _seed(registry, required: bool) -> None:
    """Make the past first: the mails are answers to it, and meet the people it left busy."""
    begun = time.monotonic()
    number = odoo_env.retried(registry, partial(_past, required=required))
    if number:
        seconds = time.monotonic() - begun
        print(f"{number} tickets with two weeks of history in {seconds:.1f} s", flush=True)


def _past(env, required: bool) -> int:
    if not company.has_demo_people(env):
        if required:
            raise SystemExit("This database has no demo data: install the addons with --with-demo.")
        return 0
    return 0 if history.is_seeded(env) else history.seed(env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
