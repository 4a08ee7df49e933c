"""Stages side by side: each lane takes the next job whose surroundings are ready."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from ..report import Failure, StageResult, run_stage

#: How many jobs run at once. Most of them keep one core busy, and PostgreSQL a part of another.
LANES = 2


@dataclass(frozen=True)
class Job:
    """A stage, or a part of one.

    :ivar work: fills the result it is given.
    :ivar part: tells the parts of a stage apart; empty when there is only one.
    :ivar after: stages that must be over before it begins, if they run at all.
    """

    stage: str
    work: Callable[[StageResult], None]
    part: str = ""
    after: Collection[str] = ()


class Lanes:
    """Runs jobs in a few threads; those named first begin first, each as soon as it may.

    The work is done by other programs, so threads are enough to keep all cores busy.
    """

    def __init__(self, jobs: list[Job]) -> None:
        self._waiting = list(jobs)
        self._running: list[Job] = []
        self._stopped = False
        self._changed = threading.Condition()
        self.results: dict[str, StageResult] = {
            job.stage: StageResult(job.stage) for job in self._waiting
        }

    def run(self, lanes: int = LANES) -> list[StageResult]:
        """Run all jobs and return a result for each stage, in the order of their first jobs."""
        # Threads of a program that is interrupted must not keep it from ending.
        threads = [threading.Thread(target=self._lane, daemon=True) for _ in range(lanes)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            with self._changed:
                self._stopped = True
        return list(self.results.values())

    def _lane(self) -> None:
        while job := self._take():
            result = StageResult(job.stage, failures=[Failure(f"{job.stage} never ended")])
            try:
                result = run_stage(job.stage, job.work, job.part)
            finally:
                # Whatever became of it: who waits for this stage must not wait for ever.
                with self._changed:
                    self.results[job.stage].add(result)
                    self._running.remove(job)
                    self._changed.notify_all()

    def _take(self) -> Job | None:
        """Wait for a job that may begin; None when no more will."""
        with self._changed:
            while self._waiting and not self._stopped:
                job = next((one for one in self._waiting if self._may_begin(one)), None)
                if job:
                    self._waiting.remove(job)
                    self._running.append(job)
                    return job
                self._changed.wait()
        return None

    def _may_begin(self, job: Job) -> bool:
        unfinished = {one.stage for one in (*self._waiting, *self._running) if one is not job}
        return not unfinished.intersection(job.after)
