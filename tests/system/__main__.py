"""`./run faults [--json FILE] [ids…]`: run the scenarios in full size and report."""

import argparse
import json
import sys
import time
from pathlib import Path

from tools.devkit import database, process, toolchain
from tools.devkit.log import Log

from .harness import ChildFailed, scenario
from .scenarios import KEYS, SCENARIOS, load, needs


def main(argv: list[str] | None = None) -> int:
    """Run the scenarios that were asked for, all by default.

    :return: 0 when nothing was lost, duplicated or violated, else 1
    """
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="id", help=", ".join(SCENARIOS))
    parser.add_argument("--json", type=Path, help="write the report to this file")
    parser.add_argument("--small", action="store_true", help="the short form of ./run test")
    options = parser.parse_args(argv)
    if unknown := set(options.ids) - set(SCENARIOS):
        parser.error(f"unknown id {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    process.install_signal_handlers()
    tools = toolchain.current()
    try:
        reports = [
            _run(
                tools,
                scenario_id,
                database.template(tools, needs(scenario_id), log=Log()),
                options.small,
            )
            for scenario_id in options.ids or SCENARIOS
        ]
    finally:
        process.run_exit_callbacks()
    if options.json:
        kept = [{key: report[key] for key in KEYS} for report in reports]
        options.json.write_text(json.dumps({"scenarios": kept}, indent=2) + "\n")
    return 0 if all(report["ok"] for report in reports) else 1


def _run(tools, scenario_id: str, source: str, small: bool) -> dict:
    """Run one scenario and print its line, and what went wrong below it."""
    begin = time.monotonic()
    with scenario(tools, scenario_id, small=small, source=source) as ctx:
        try:
            report = load(scenario_id)(ctx)
        except ChildFailed as error:
            report = dict.fromkeys(KEYS, 0)
            report |= {"id": scenario_id, "violations": 1, "ok": False, "details": [str(error)]}
    figures = "  ".join(f"{key} {report[key]}" for key in KEYS[1:-1])
    verdict = "ok" if report["ok"] else "FAILED"
    seconds = time.monotonic() - begin
    print(f"{scenario_id:12} {verdict:6}  {figures}  [{seconds:.0f} s]", flush=True)
    for line in [*report.get("notes", ()), *report.get("details", ())]:
        print(f"    {line}", flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main())
