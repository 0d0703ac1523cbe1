"""An expression near a point, and the ways to write it otherwise that may be proposed there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import comb, prod
from typing import Final

from stepcalc.errors import StepcalcError
from stepcalc.notation.forms import ONE, ZERO, Form, depending, multiply, numeral, postorder
from stepcalc.numeric.approach import Approach

MOST_FACTORED: Final = 60
"""Larger expressions are not factored: that could take for ever."""

MOST_TERMS: Final = 400
"""What may have more terms than this when it is multiplied out is not rewritten."""

MOST_COUNTED: Final = 8


@dataclass(frozen=True, slots=True)
class Near:
    """An expression near a point.

    Args:
        form: The expression.
        variable: Its letter.
        point: Where the letter goes.
        approach: Numbers on the way there.
    """

    form: Form
    variable: Form
    point: Form
    approach: Approach

    def varies(self, form: Form) -> bool:
        """Whether the letter stands in an expression."""
        return bool(depending([form], frozenset({self.variable})))

    def vanishes(self, form: Form) -> bool:
        """Whether an expression tends to 0, as far as numbers tell."""
        return self.approach.reaches(form, ZERO) is True


Proposal = tuple[str, Form]
"""The card that allows a rewriting, and what it gives."""

Way = Callable[[Near], Proposal | None]


def proposals(near: Near, ways: Sequence[Way]) -> Iterator[Proposal]:
    """Rewritings that may help, the plainest first; of what would be very long there are none."""
    import sympy

    if terms_of(near.form) > MOST_TERMS:
        return
    for propose in ways:
        try:
            found = propose(near)
        except (StepcalcError, NotImplementedError, sympy.PolynomialError):
            continue
        if found is not None and found[1] is not near.form:
            yield found


def terms_of(form: Form) -> int:
    """How many terms an expression, or what stands above or below its bar, may have when it is multiplied out.

    Examples:
        >>> from stepcalc.notation.forms import add, letter, number, power
        >>> terms_of(power(add(ONE, letter("x")), number(800)))
        801
    """
    counts: dict[Form, int] = {}
    for node in postorder(form):
        parts = [counts[arg] for arg in node.args]
        match node.head:
            case "sum":
                count = sum(parts)
            case "product":
                count = prod(parts)
            case "quotient":
                count = max(parts)
            case "power" if parts[0] > 1 and node.args[1].head == "number":
                times = min(abs(int(numeral(node.args[1]))), MOST_TERMS**2)
                # So many terms has a power of a sum of letters; MOST_COUNTED of them are enough to tell.
                count = comb(times + min(parts[0], MOST_COUNTED) - 1, times)
            case _:
                count = 1
        counts[node] = min(count, MOST_TERMS**2)
    return counts[form]


def fraction(form: Form) -> tuple[Form, Form]:
    """Top and bottom of an expression; products of quotients are taken together."""
    if form.head == "quotient":
        return form.args[0], form.args[1]
    if form.head == "product":
        pairs = [fraction(factor) if factor.head == "quotient" else (factor, ONE) for factor in form.args]
        above = [top for top, _ in pairs if top is not ONE]
        below = [bottom for _, bottom in pairs if bottom is not ONE]
        return multiply(*above), multiply(*below)
    return form, ONE


def factors_of(form: Form) -> tuple[Form, ...]:
    """The factors of a product; anything else is its only one."""
    return form.args if form.head == "product" else (form,)
