"""Row `export_xlsx_100k`: a hundred thousand tickets into a workbook, beside xlsxwriter alone.

The peer writes the very cells of our file, read back before, with nothing but a loop around it.
Each file is written by a process of its own, whose memory says what the export takes.
"""

import json
import resource
import tempfile
from pathlib import Path
from statistics import median

from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from . import crowd
from .metric import Metric
from .subject import Subject, timed

ROW = "export_xlsx_100k"
COUNT = 100_000
ROUNDS = 5
TARGET = 1.6
#: Megabytes of resident memory, at the most.
MEMORY = 300
DATABASE = "caredesk_bench_export"


def measure(tools: Toolchain, log: Log, count: int = COUNT) -> Metric:
    """Let our export and the bare writer take turns."""
    with crowd.subjects(tools, {DATABASE: count}, "bench.export", log) as subjects:
        cells = subjects[count].ask("dump_cells", count)
        ours, theirs, peaks = [], [], []
        for number in range(ROUNDS + 1):
            exporter, writer = (Subject(tools, DATABASE, "bench.export") for _side in range(2))
            seconds, megabytes = exporter.ask("export", count)
            alone = writer.ask("write_cells", cells)
            for subject in (exporter, writer):
                subject.close()
            if number:  # round 0 warms up
                ours.append(seconds)
                theirs.append(alone)
                peaks.append(megabytes)
        subjects[count].ask("forget", cells)
    wrong = []
    if max(peaks) > MEMORY:
        wrong.append(f"{max(peaks):.0f} MB of memory at the peak, at most {MEMORY} are allowed")
    log.say(f"{ROW}: {median(peaks):.0f} MB of resident memory at the peak, Odoo included")
    return Metric(ROW, "s", "xlsxwriter alone", TARGET, ours, theirs, wrong, at_most=True)


# --- in processes of their own ---


def prepare(worker) -> None:
    """Nothing: the database is ready."""


def export(worker, count: int) -> tuple[float, float]:
    """Export as a manager; return the seconds and the peak of resident memory in megabytes."""
    with worker.env() as env, tempfile.TemporaryFile() as stream:
        dialog = _dialog(env)
        seconds = timed(dialog._write_xlsx, stream, _domain(env, count))
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def dump_cells(worker, count: int) -> str:
    """Write every cell of our file into a file of plain rows; return its path."""
    import openpyxl

    with worker.env() as env, tempfile.TemporaryFile() as stream:
        _dialog(env)._write_xlsx(stream, _domain(env, count))
        stream.seek(0)
        book = openpyxl.load_workbook(stream, read_only=True)
        sheet = book.worksheets[0]
        with tempfile.NamedTemporaryFile("w", delete=False) as cells:
            for row in sheet.iter_rows():
                values = [_plain(cell) for cell in row]
                cells.write(json.dumps(values) + "\n")
    return cells.name


def write_cells(worker, cells: str) -> float:
    """Write the plain rows with xlsxwriter and nothing else; return the seconds of writing."""
    rows = [json.loads(line) for line in Path(cells).read_text().splitlines()]
    with tempfile.TemporaryFile() as stream:
        return timed(_write, stream, rows)


def forget(worker, cells: str) -> None:
    """Remove the plain rows."""
    Path(cells).unlink()


def _dialog(env):
    manager = env.ref("caredesk_ticket.user_son")
    return env(user=manager)["caredesk.ticket.export"]


def _domain(env, count: int) -> list:
    tickets = env["caredesk.ticket"].search([], order="id desc", limit=count)
    return [("id", ">=", tickets[-1:].id)]


def _plain(cell):
    """Return what xlsxwriter is to write into a cell: a text, a number or nothing."""
    from openpyxl.utils.datetime import to_excel

    value = cell.value
    return value if value is None or isinstance(value, str | int | float) else to_excel(value)


def _write(stream, rows: list[list]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        # Cells with a style, like ours.
        text = book.add_format({"valign": "top"})
        number_style = book.add_format({"valign": "top", "num_format": "0.00"})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value, text)
                elif value is not None:
                    sheet.write_number(number, place, value, number_style)
