"""How hard a problem is, measured on its derivation: which rules, how many steps, how deep, how large the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from stepcalc.notation.forms import size
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.step import Step

FILE: Final = Path(__file__).with_name("difficulty.toml")


@dataclass(frozen=True, slots=True)
class Scale:
    """What makes a derivation hard, in points.

    Args:
        rules: What a step costs, by the short name of its card.
        default: What a step costs whose card is not among them.
        chain: What a step costs beside if the chain rule is needed for it.
        deeper: What each rule inside a rule costs.
        answer: What each part of the answer costs.
        question: What each part of the question costs.
        levels: The highest score of each level.
    """

    rules: Mapping[str, float]
    default: float
    chain: float
    deeper: float
    answer: float
    question: float
    levels: Sequence[float]


@cache
def scale() -> Scale:
    """The scale that ``difficulty.toml`` sets."""
    import tomllib

    read = tomllib.loads(FILE.read_text("utf-8"))
    return Scale(rules=read["rules"], **read["scale"])


def measure_level(derivation: Derivation) -> int:
    """The level of a derivation: 1 for the first exercises on a rule, 5 for the last.

    Examples:
        >>> from stepcalc import diff
        >>> [measure_level(diff(text)) for text in ("3x^4", "x^2 sin(x)", "x sin(3x)/(x^2 + 1)")]
        [1, 2, 4]
    """
    return level_of(score(derivation))


def level_of(score: float) -> int:
    """The level that a score belongs to; what is beyond the scale is of the highest level."""
    levels = scale().levels
    return next((level for level, most in enumerate(levels, 1) if score <= most), len(levels))


def score(derivation: Derivation) -> float:
    """How hard a derivation is, in points: its steps, its depth, and the sizes of question and answer."""
    points = scale()
    costs = {step: cost(step) for step in derivation.steps}
    return round(
        sum(costs.values())
        + points.deeper * max(0, _depth(derivation, costs) - 1)
        + points.answer * size(derivation.answer)
        + points.question * size(derivation.question.form),
        2,
    )


def cost(step: Step) -> float:
    """What a single step costs."""
    points = scale()
    return points.rules.get(step.card.id, points.default) + (points.chain if step.chain else 0)


def _depth(derivation: Derivation, costs: Mapping[Step, float]) -> int:
    """How many rules worth mentioning are inside each other at most."""
    found: dict[Step, int] = {}
    for step in reversed(derivation.steps):
        # In reading order a shared step may stand before one that uses it: those few count as they are known.
        below = max((found.get(part, 0) for part in step.substeps), default=0)
        found[step] = below + (costs[step] >= 1)
    return max((found[stage] for stage in derivation.stages), default=0)
