"""What holds at a point, fact by fact, and the same as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stepcalc.calculus.point_values import PointValue
from stepcalc.notation.forms import Form


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that holds at a point.

    Args:
        role: What ``form`` is: ``"function"``, ``"answer"``, ``"plane"``, ``"linear"``, ``"determinant"``,
            ``"minor"``, ``"eigenvalue"``, ``"slope"``, ``"tangent"``, ``"upright"``; or ``"verdict"``, a
            sentence alone.
        form: The value.
        text: What is said of it.
    """

    role: str
    form: Form | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PointReport:
    """What holds at a point.

    Args:
        letters: The letters that were given values.
        values: Their values.
        facts: What holds there, in the order in which it is said.
    """

    letters: tuple[Form, ...]
    values: tuple[Form, ...]
    facts: tuple[Fact, ...]

    @property
    def verdict(self) -> str:
        """The sentence that says what kind of point it is; empty where none does."""
        return next((fact.text for fact in self.facts if fact.role == "verdict"), "")


def as_data(found: PointValue | PointReport) -> dict[str, Any]:
    """What holds at a point as dictionaries, lists and one-line texts.

    Args:
        found: What :func:`stepcalc.calculus.at_points.report_at` or
            :func:`stepcalc.calculus.point_values.at_point` gave.

    Returns:
        What ``trace/schema.json`` describes under ``at``.

    Examples:
        >>> from stepcalc.calculus.point_values import at_point
        >>> from stepcalc.calculus.questions import diff
        >>> from stepcalc.notation.forms import number, letter
        >>> [fact["value"] for fact in as_data(at_point(diff("x^2"), {letter("x"): number(3)}))["facts"]]
        ['9', '6', '6x − 9']
    """
    from stepcalc.notation.unicode import one_line

    if isinstance(found, PointReport):
        facts = found.facts
    else:
        tangent = () if found.tangent is None else (Fact("tangent", found.tangent),)
        facts = (Fact("function", found.function), Fact("answer", found.derivative), *tangent)
    return {
        "point": {
            item.name: one_line(value) for item, value in zip(found.letters, found.values, strict=True)
        },
        "facts": [
            {
                "role": fact.role,
                "value": None if fact.form is None else one_line(fact.form),
                "text": fact.text,
            }
            for fact in facts
        ],
    }
