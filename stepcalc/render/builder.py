"""A derivation becomes a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepcalc.render import networks
from stepcalc.render.closing import closing
from stepcalc.render.columns import chain_of_each, chains
from stepcalc.render.document import Block, Document
from stepcalc.render.opening import opening
from stepcalc.render.presentation import Presentation
from stepcalc.render.source import source
from stepcalc.render.steps import steps
from stepcalc.render.telling import OWN, Telling
from stepcalc.trace.derivation import Derivation

if TYPE_CHECKING:
    from stepcalc.calculus.point_reports import PointReport
    from stepcalc.calculus.point_values import PointValue
    from stepcalc.trace.verification import Verification


def build(
    derivation: Derivation,
    presentation: Presentation | None = None,
    *,
    verification: Verification | None = None,
    point: PointValue | PointReport | None = None,
) -> Document:
    """The document that tells a derivation.

    Args:
        derivation: What is told.
        presentation: How; numbered steps at normal detail if not given.
        verification: The outcome of checking, which is stated if given.
        point: Values at a point, which are stated if given.

    Returns:
        The document, for a writer to put into a format.
    """
    told = presentation or Presentation()
    found = parts(derivation, told, verification=verification, point=point)
    blocks = (*found.opening, *found.working, *found.closing)
    return Document(
        blocks, notation=told.notation or "leibniz", source=source(derivation) if told.runs else ""
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """The blocks of a document by what they are: the question, the working, the answer."""

    opening: tuple[Block, ...]
    working: tuple[Block, ...]
    closing: tuple[Block, ...]


def parts(
    derivation: Derivation,
    told: Presentation,
    *,
    verification: Verification | None = None,
    point: PointValue | PointReport | None = None,
) -> Parts:
    """What :func:`build` puts into one document, for those who lay it out themselves.

    Args:
        derivation: What is told.
        told: How.
        verification: The outcome of checking, which is stated if given.
        point: Values at a point, which are stated if given.
    """
    telling = Telling(derivation, told, verification)
    own = OWN.get(derivation.question.kind)
    before = own.opening(derivation) if own else opening(telling)
    part = told.upto is not None or told.hint
    working: Iterator[Block] = iter(())  # where a table tells what the steps found
    if own is None and told.style == "chain" and not part:
        working = chains(telling)
    elif own is None or told.detail == "full" or part:
        working = steps(telling)
    elif told.style == "chain":
        working = chain_of_each(telling)
    if derivation.question.kind == networks.ONE_WEIGHT:
        working = map(networks.in_partials, working)
    after: Iterator[Block] = iter(())
    if not part:
        after = own.closing(derivation, verification) if own else closing(telling, point)
    return Parts(tuple(before), tuple(working), tuple(after))
