"""What it costs to typeset a sheet of a hundred problems with their solutions, beside deriving them.

    python -m tests.benchmarks.typesetting [--count 100] [--level 2] [--topics product,chain,quotient]

deriving      each problem derived, tidied and verified, without proposing and refusing others
laying out    the derivations become one document
markup        the document becomes Typst markup, each formula with its spoken text
typesetting   Typst makes the PDF (PDF/UA-1)

Processor seconds, the best of several runs, in turn.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import cycle
from typing import Any

from stepcalc.render.builder import Presentation, build
from stepcalc.render.document import Document, Problem, words
from stepcalc.render.pdf import pdf
from stepcalc.render.typst import typst_markup
from stepcalc.sheets.generate import generate
from stepcalc.trace.derivation import Derivation

RUNS = 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--level", type=int, default=2)
    parser.add_argument("--topics", default="product,chain,quotient")
    options = parser.parse_args()
    topics = options.topics.split(",")
    each = -(-options.count // len(topics))
    asks = [problem.ask for name in topics for problem in generate(name, options.level, each, 1)]
    asks = asks[: options.count]

    derivations: list[Derivation] = []
    document = Document(())
    best: dict[str, float] = {}
    for turn in cycle(range(RUNS)):
        derivations = timed(best, "deriving", lambda: [derived(ask) for ask in asks])
        document = timed(best, "laying out", lambda: laid_out(derivations))
        markup = timed(best, "markup", lambda: typst_markup(document))
        data = timed(best, "pdf", lambda: pdf(document))
        if turn == RUNS - 1:
            break
    best["typesetting"] = best.pop("pdf") - best["markup"]
    for name, seconds in best.items():
        print(f"{name:12s} {seconds:6.2f} s")
    pages = data.count(b"/Type /Page\n") or data.count(b"/Type/Page/")
    print(f"{len(asks)} problems, {len(markup):,} characters, {len(data):,} bytes, {pages} pages")
    ratio = (best["markup"] + best["typesetting"]) / best["deriving"]
    print(f"document to PDF over deriving and verifying: {ratio:.2f}")


def derived(ask: Any) -> Derivation:
    """A problem's derivation, verified."""
    derivation: Derivation = ask.derive()
    derivation.verify()
    return derivation


def laid_out(derivations: list[Derivation]) -> Document:
    """A sheet with solutions."""
    return Document(
        tuple(
            Problem(f"{number}.", document.blocks[0].content, "", document.blocks[1:], False)  # type: ignore[union-attr]
            for number, document in enumerate(
                (build(each, Presentation(), verification=each.verify()) for each in derivations), 1
            )
        ),
        title=words("A sheet")[0].text,  # type: ignore[union-attr]
    )


def timed(best: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    """What the work gives; its time is kept if it is the best."""
    start = time.process_time()
    found = work()
    best[name] = min(best.get(name, float("inf")), time.process_time() - start)
    return found


if __name__ == "__main__":
    main()
