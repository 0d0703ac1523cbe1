"""Work shared out to processes, in order and in little memory; a crew of one works where it is called."""

from __future__ import annotations

import gc
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from types import TracebackType
from typing import Final, TypeVar

T = TypeVar("T")
U = TypeVar("U")

FEWEST_TASKS: Final = 6
"""Fewer tasks than this are done before other processes have started."""

AHEAD: Final = 8
"""So many tasks for each process are given out before their outcomes are asked for."""


class Crew:
    """Processes that work; a context manager, at whose end none is left.

    Args:
        workers: How many.
        tasks: How many tasks there will be at most; a few are done without other processes.

    Examples:
        >>> with Crew(1) as crew:
        ...     list(crew.map(abs, [-1, 2]))
        [1, 2]
    """

    def __init__(self, workers: int, *, tasks: int = 0) -> None:
        alone = workers < 2 or 0 < tasks < FEWEST_TASKS
        self._workers = 1 if alone else workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Crew:
        # The command line turns collecting off, which is for short work; what is there already stays for good.
        gc.freeze()
        gc.enable()
        if self._workers > 1:
            # A forked process has what was imported already; elsewhere each imports for itself.
            way = "fork" if sys.platform == "linux" else "spawn"
            self._pool = ProcessPoolExecutor(
                self._workers, mp_context=get_context(way), initializer=_follow_the_parent
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=problem is None, cancel_futures=True)
        if problem is not None:
            for process in processes:
                process.terminate()
        self._pool = None

    def map(self, do: Callable[[T], U], tasks: Iterable[T]) -> Iterator[U]:
        """What ``do`` gives for each task, in the order of the tasks.

        Args:
            do: A function that can be sent to another process.
            tasks: What it is done to; no more are taken than are being worked on.
        """
        if self._pool is None:
            yield from map(do, tasks)
            return
        waiting: deque[Future[U]] = deque()
        for task in tasks:
            waiting.append(self._pool.submit(do, task))
            if len(waiting) >= AHEAD * self._workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _follow_the_parent() -> None:
    """Leave interruptions to the parent, and end when it does, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    import os

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
