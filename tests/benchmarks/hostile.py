"""20,000 hostile inputs, each answered in time with a derivation or an error that says what to do.

    python -m tests.benchmarks.hostile [--count 20000] [--start 0] [--jobs 1]

A worker process answers them one after another. The clock of the answer holds what the command line does:
read, derive, tidy, verify, write out. Beside it stands everything: JSON and back, the SymPy value. The clock
counts the seconds of the processor, so that a busy machine changes little. An input that does not come back
is given up with its worker, and counted.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tests.hostile_inputs import Hostile, hostile

PROMISED_SECONDS = 2.0
GIVEN_UP_SECONDS = 25.0
MOST_BYTES = 4 << 30


@dataclass(frozen=True)
class Outcome:
    """What became of one input.

    Args:
        number: The input's number.
        kind: The generator that made it.
        end: ``derivation``, the code of an error, or ``traceback``, ``too slow``, ``died``.
        answer: Seconds that the answer took: reading, deriving, tidying, verifying, writing out.
        everything: Seconds that everything took.
        parts: Seconds of each part.
        shown: The input in one line, or the traceback.
    """

    number: int
    kind: str
    end: str
    answer: float = 0.0
    everything: float = 0.0
    parts: dict[str, float] | None = None
    shown: str = ""


def ask(given: Hostile) -> Outcome:
    """Answer one input in every way there is, with a clock on each."""
    import stepcalc
    from stepcalc.render.builder import build
    from stepcalc.render.plain import plain_text

    try:
        expression = given.build()
    except Exception as problem:  # SymPy's own: what it does not make cannot be handed in
        return Outcome(given.number, given.kind, f"not made by SymPy: {type(problem).__name__}")
    shown = shorten(expression) + (f"  {given.options}" if given.options else "")
    parts: dict[str, float] = {}
    last = time.process_time()

    def lap(name: str) -> None:
        nonlocal last
        now = time.process_time()
        parts[name] = now - last
        last = now

    end = "derivation"
    current = "diff"
    try:
        derivation = stepcalc.diff(expression, *given.letters, **given.options)
        lap("diff")
        current = "verify"
        verification = derivation.verify()
        lap("verify")
        end = f"derivation, {verification.status}"
        current = "write"
        plain_text(build(derivation, verification=verification), functions=derivation.rulebook.functions)
        lap("write")
        current = "json"
        assert derivation.steps is not None and derivation.conditions is not None
        stepcalc.Derivation.from_json(derivation.to_json())
        lap("json")
        current = "result"
        assert derivation.result is not None
        lap("result")
    except stepcalc.StepcalcError as error:
        lap(current)
        str(error)
        end = f"{type(error).__name__} {error.code}" + ("" if current == "diff" else f" in {current}")
    except Exception:
        end = "traceback"
        shown += "\n" + traceback.format_exc(limit=-6)
    answer = sum(parts.get(name, 0.0) for name in ("diff", "verify", "write"))
    return Outcome(given.number, given.kind, end, answer, sum(parts.values()), parts, shown)


def shorten(expression: Any) -> str:
    """An input on one line; what is no text may be too deep to be written."""
    try:
        text = repr(expression)
    except (RecursionError, ValueError):
        text = f"a {type(expression).__name__}"
    return text if len(text) < 160 else f"{text[:150]}... ({len(text)} characters)"


def _work(numbers: list[int], pipe: Connection) -> None:
    # Within Python's own bounds, and never more memory than a small machine has.
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    warnings.simplefilter("ignore")
    import stepcalc

    stepcalc.diff("x^2 sin x").verify()
    for number in numbers:
        pipe.send(number)
        pipe.send(ask(hostile(number)))
    pipe.send(None)


class Worker:
    """A process that answers inputs, and is replaced when it doesn't come back."""

    def __init__(self, numbers: list[int]) -> None:
        self.numbers = numbers
        self.outcomes: list[Outcome] = []
        self._start()

    def _start(self) -> None:
        self.pipe, other = multiprocessing.Pipe(False)
        self.process = multiprocessing.Process(target=_work, args=(self.numbers, other), daemon=True)
        self.process.start()
        other.close()
        self.current: int | None = None
        self.since = time.monotonic()
        self.ended = False

    def receive(self) -> None:
        """Take in what the process has to say."""
        try:
            said = self.pipe.recv()
        except EOFError:
            self._given_up("died")
            return
        self.since = time.monotonic()
        if said is None:
            self.ended = True
            self.process.join()
        elif isinstance(said, Outcome):
            self.outcomes.append(said)
            self.current = None
        else:
            self.current = said

    def look(self) -> None:
        """Give up what takes too long."""
        if not self.ended and time.monotonic() - self.since > GIVEN_UP_SECONDS:
            self._given_up("too slow")

    def _given_up(self, end: str) -> None:
        self.process.kill()
        self.process.join()
        if self.current is None:
            raise RuntimeError("the worker ended before it came to an input")
        given = hostile(self.current)
        late = GIVEN_UP_SECONDS
        shown = f"{shorten(given.build())}  {given.options}"
        self.outcomes.append(Outcome(given.number, given.kind, end, late, late, {}, shown))
        self.numbers = self.numbers[self.numbers.index(self.current) + 1 :]
        self._start()


def run(numbers: list[int], jobs: int) -> list[Outcome]:
    """The outcomes of the inputs of these numbers."""
    workers = [Worker(numbers[place::jobs]) for place in range(jobs)]
    while any(not worker.ended for worker in workers):
        busy = {worker.pipe: worker for worker in workers if not worker.ended}
        for pipe in wait(list(busy), timeout=1):
            busy[pipe].receive()  # type: ignore[index]
        for worker in workers:
            worker.look()
    return sorted((outcome for worker in workers for outcome in worker.outcomes), key=lambda one: one.number)


def report(outcomes: list[Outcome], seconds: float) -> bool:
    """Print the counts; whether every promise was kept."""
    ends = Counter(outcome.end for outcome in outcomes)
    print(f"{len(outcomes)} inputs in {seconds:.0f} s")
    for end, count in ends.most_common():
        print(f"{count:7}  {end}")
    print(
        "by kind: "
        + ", ".join(f"{kind} {count}" for kind, count in Counter(o.kind for o in outcomes).items())
    )
    bad = [outcome for outcome in outcomes if outcome.end in ("traceback", "died")]
    late = [outcome for outcome in outcomes if outcome.answer > PROMISED_SECONDS]
    later = [outcome for outcome in outcomes if outcome.everything > PROMISED_SECONDS]
    failed = [outcome for outcome in outcomes if outcome.end.endswith("failed")]
    owned = Path("owned").exists()
    print(
        f"\ntracebacks: {len(bad)}; answer after more than {PROMISED_SECONDS:g} s: {len(late)}; "
        f"everything after more: {len(later)}; failed their check: {len(failed)}; "
        f"something was executed: {'yes' if owned else 'no'}"
    )
    for title, found in (("tracebacks", bad), ("failed their check", failed)):
        if found:
            print(f"\n{title}")
        for outcome in found:
            print(f"{outcome.number:7} [{outcome.kind}] {outcome.shown}")
    print("\nslowest")
    for outcome in sorted(outcomes, key=lambda one: -one.everything)[: max(15, len(later))]:
        parts = " ".join(f"{name} {took:.2f}" for name, took in (outcome.parts or {}).items() if took > 0.05)
        times = f"{outcome.number:7} {outcome.answer:6.2f} {outcome.everything:6.2f}"
        print(f"{times} [{outcome.kind}] {outcome.end}: {parts}  {outcome.shown[:300]}")
    return not (bad or late or owned)


def main() -> int:
    """Run as many inputs as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--only", type=int, nargs="*", help="these numbers")
    parser.add_argument("--jobs", type=int, default=1)
    chosen = parser.parse_args()
    numbers = chosen.only or list(range(chosen.start, chosen.start + chosen.count))
    # Whatever an input could make appear, it would appear here.
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        begun = time.monotonic()
        kept = report(run(numbers, chosen.jobs), time.monotonic() - begun)
        os.chdir("/")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
