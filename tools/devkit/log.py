"""Progress on the terminal: what was found or chosen, and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Log:
    """Writes one line per step to a stream; ASCII only, so that LANG=C terminals show it right."""

    def __init__(self, stream=None, quiet: bool = False) -> None:
        self.stream = stream or sys.stderr
        self.quiet = quiet

    def say(self, text: str = "") -> None:
        """Write a line whatever the verbosity."""
        print(text, file=self.stream, flush=True)

    def info(self, text: str) -> None:
        """Write a line unless quiet."""
        if not self.quiet:
            self.say(f"  {text}")

    def warn(self, text: str) -> None:
        """Write a line that the reader should not miss."""
        self.say(f"! {text}")

    @contextmanager
    def step(self, title: str) -> Iterator["Step"]:
        """Time a block; the closing line says what came out of it.

        Nothing is announced before the block ends unless it calls `Step.begin`, so that quick
        checks take one line and slow work takes two.
        """
        step = Step(self, title)
        yield step
        step.end()


class Step:
    """One timed block of `Log.step`."""

    def __init__(self, log: Log, title: str) -> None:
        self.log = log
        self.title = title
        self.result = "ok"
        self._started = time.monotonic()

    def begin(self, text: str) -> None:
        """Announce slow work before it starts."""
        self.log.info(f"{self.title}: {text} ...")

    def end(self) -> None:
        """Write the closing line."""
        seconds = time.monotonic() - self._started
        self.log.info(f"{self.title}: {self.result}  [{seconds:.1f} s]")
