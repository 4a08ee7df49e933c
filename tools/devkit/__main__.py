"""The commands of `./run`."""

import importlib
import os
import subprocess
import sys
from dataclasses import dataclass

from . import process
from .errors import DevkitError

INTERRUPTED = 130


@dataclass(frozen=True)
class Command:
    """One verb: `module:function` below commands/ that does it, and one line of help."""

    target: str
    help: str

    def load(self):
        """The function `(argv) -> exit code`."""
        module, function = self.target.split(":")
        return getattr(importlib.import_module(f"tools.devkit.commands.{module}"), function)


COMMANDS = {
    "demo": Command("demo:demo", "from nothing to a running demo with data"),
    "up": Command("daily:up", "start Odoo on a database without demo data"),
    "down": Command("daily:down", "stop Odoo and PostgreSQL"),
    "logs": Command("daily:logs", "follow Odoo's log (-n LINES)"),
    "shell": Command("daily:shell", "Python shell in the database (-d NAME)"),
    "psql": Command("daily:psql", "SQL shell in the database (-d NAME)"),
    "seed": Command("data:seed", "add many tickets: --tickets N (-d NAME)"),
    "test": Command("dispatch:test", "all gates and tests, or one addon or path"),
    "lint": Command("dispatch:lint", "static checks, seconds"),
    "fmt": Command("dispatch:fmt", "put the sources into the agreed form"),
    "bench": Command("dispatch:bench", "benchmarks (--json FILE)"),
    "faults": Command("dispatch:faults", "fault and load suite (--json FILE)"),
    "trace": Command("dispatch:trace", "which test proves which requirement"),
    "pot": Command("translations:pot", "renew i18n/*.pot, merge into vi.po"),
    "shot": Command("shot:shot", "screenshot: URL FILE (--login, --lang, --width)"),
    "doctor": Command("doctor:doctor", "what was found, what is off, the cure"),
    "clean": Command("clean:clean", "remove everything that ./run made"),
}


def main(argv: list[str]) -> int:
    """Run one command; errors that the reader can cure are printed without a traceback."""
    if "--yes" in argv:
        argv = [word for word in argv if word != "--yes"]
        os.environ["CAREDESK_YES"] = "1"
    if not argv or argv[0] in {"help", "-h", "--help"}:
        print(overview())
        return 0
    name, rest = argv[0], argv[1:]
    if name not in COMMANDS:
        print(f"There is no command {name!r}.\n\n{overview()}", file=sys.stderr)
        return 2
    # What root makes here, the service account has to read.
    os.umask(0o022)
    process.install_signal_handlers()
    try:
        return COMMANDS[name].load()(rest) or 0
    except KeyboardInterrupt:
        print("\nInterrupted; stopping what was started.", file=sys.stderr)
        return INTERRUPTED
    except DevkitError as error:
        return _explain(error.cause, error.cure)
    except subprocess.CalledProcessError as error:
        return _explain(f"This command failed with {error.returncode}: {error.cmd}", _words(error))
    except OSError as error:
        return _explain(f"{error.strerror}: {error.filename}", _os_cure(error))
    finally:
        process.run_exit_callbacks()


def overview() -> str:
    """The help page."""
    lines = ["Usage: ./run COMMAND [options]", "  --yes    install missing packages unasked", ""]
    lines += [f"  {name:8} {command.help}" for name, command in COMMANDS.items()]
    lines += [f"  {'help':8} this page"]
    return "\n".join(lines)


def _explain(cause: str, cure: str) -> int:
    print(f"\nerror: {cause}", file=sys.stderr)
    if cure:
        print(f"cure:  {cure}", file=sys.stderr)
    return 1


def _words(error: subprocess.CalledProcessError) -> str:
    text = error.stderr or error.stdout or ""
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _os_cure(error: OSError) -> str:
    return "Free some disk space." if error.errno == 28 else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
