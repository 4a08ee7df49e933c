"""`./run bench [--json FILE] [ids…]`: measure, print the table, write the report."""

import argparse
import json
import sys
from pathlib import Path

from tools.devkit import process, toolchain
from tools.devkit.errors import DevkitError
from tools.devkit.log import Log

from . import (
    birthday,
    care,
    create,
    export,
    million,
    parallel,
    reapply,
    sla_due,
    survey,
    zalo,
)
from .metric import Metric

#: Modules that measure several rows at once, and those that measure one.
SEVERAL = (create, million, zalo)
SINGLE = {
    "route_parallel": parallel,
    "sla_due_scan": sla_due,
    export.ROW: export,
    birthday.ROW: birthday,
    care.ROW: care,
    survey.ROW: survey,
}
IDS = (*(row for module in SEVERAL for row in module.ROWS), *SINGLE)
#: Measured only when asked for by name: have no peer, so they are printed and in no report.
ON_DEMAND = ("sla_reapply", "read_growth")


def main(argv: list[str] | None = None) -> int:
    """Measure the rows that were asked for, all by default.

    :return: 0 when they could be measured; a missed target is printed and reported, no error
    """
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="id", help=", ".join((*IDS, *ON_DEMAND)))
    parser.add_argument("--json", type=Path, help="write the report to this file")
    parser.add_argument(
        "--most", type=int, default=million.MILLION, help="the largest crowd of read_growth"
    )
    options = parser.parse_args(argv)
    known = (*IDS, *ON_DEMAND)
    if unknown := set(options.ids) - set(known):
        parser.error(f"unknown id {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    process.install_signal_handlers()
    try:
        metrics = _measure(options.ids or list(IDS), options.most)
    except DevkitError as error:
        print(f"{error.cause}\n    {error.cure}", file=sys.stderr)
        return 1
    finally:
        process.run_exit_callbacks()
    if options.json:
        report = {"metrics": [metric.as_json() for metric in metrics]}
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0


def _measure(ids: list[str], most: int) -> list[Metric]:
    tools, log = toolchain.current(), Log()
    metrics = []
    for module in SEVERAL:
        if rows := [row for row in module.ROWS if row in ids]:
            metrics += module.measure(tools, rows, log)
    for row, module in SINGLE.items():
        if row in ids:
            metrics.append(module.measure(tools, log))
    for metric in metrics:
        print(metric.as_text(), flush=True)
    if "sla_reapply" in ids:
        print("\n".join(reapply.measure(tools, log)), flush=True)
    if "read_growth" in ids:
        print("\n".join(million.growth(tools, log, most)), flush=True)
    return metrics


if __name__ == "__main__":
    sys.exit(main())
