"""What it costs to typeset a sheet of a hundred problems with their solutions, beside deriving them.

    python -m tests.benchmarks.typesetting [--count 100] [--level 2] [--topics product,chain,quotient]

drawing       problems proposed, derived, verified and measured, those that were refused, too
deriving      each problem derived, tidied and verified, without proposing and refusing others
laying out    the derivations become one document
markup        the document becomes Typst markup, each formula with its spoken text
typesetting   Typst makes the PDF (PDF/UA-1)

Processor seconds, the best of several runs, in turn.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from stepcalc.render.builder import build
from stepcalc.render.document import Document, Problem, words
from stepcalc.render.pdf import pdf
from stepcalc.render.presentation import Presentation
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
    best: dict[str, float] = {}
    asks = timed(best, "drawing", partial(drawn, topics, options.level, each))[: options.count]
    for _ in range(RUNS):
        derivations = timed(best, "deriving", lambda: list(map(derived, asks)))
        document = timed(best, "laying out", partial(laid_out, derivations))
        markup = timed(best, "markup", partial(typst_markup, document))
        data = timed(best, "pdf", partial(pdf, document))
    best["typesetting"] = best.pop("pdf") - best["markup"]
    for name, seconds in best.items():
        print(f"{name:12s} {seconds:6.2f} s")
    pages = data.count(b"/Type /Page\n") or data.count(b"/Type/Page/")
    print(f"{len(asks)} problems, {len(markup):,} characters, {len(data):,} bytes, {pages} pages")
    ratio = (best["markup"] + best["typesetting"]) / best["deriving"]
    drawing = (best["markup"] + best["typesetting"]) / best["drawing"]
    print(f"document to PDF over deriving and verifying: {ratio:.2f}; over drawing the sheet: {drawing:.2f}")


def drawn(topics: Sequence[str], level: int, each: int) -> list[Any]:
    """Questions, drawn by topic and level."""
    return [problem.ask for name in topics for problem in generate(name, level, each, 1)]


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
