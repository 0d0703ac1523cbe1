"""What a rule of limits is: what it opens, how the answers are put together, and what it takes for granted.

A rule is replayed by whoever checks a step: :meth:`LimitRule.apply` gives the result from the step's bindings
and the answers to its goals. Which rule to take is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import StepcalcError
from stepcalc.messages import say
from stepcalc.notation.forms import INFINITY, MINUS_ONE, ONE, ZERO, Form, call, constant, negate, with_args
from stepcalc.rulebook.goals import Solve

if TYPE_CHECKING:
    from stepcalc.rulebook.law import Bindings

Pairs = tuple[tuple[Form, Form], ...]

MINUS_INFINITY: Final = negate(INFINITY)
UNDEFINED: Final = constant("undefined")
INFINITE: Final = (INFINITY, MINUS_INFINITY)


class UnfitError(StepcalcError):
    """A rule of limits was asked for where its hypotheses do not hold."""

    def __init__(self) -> None:
        super().__init__(say("limit-rule-unfit"), code="limit-rule-unfit")


@dataclass(frozen=True, slots=True)
class LimitRule:
    """One rule of limits.

    Args:
        compose: Puts the answer together from those of the goals that it asks ``solve`` for.
        holds: Whether the answers are such that the rule may be used.
        equal: Pairs of expressions that must be equal close to the point.
        passes: Whether "does not exist" may be handed on.
        numbers: Whether the answers are put together as numbers are, not as expressions in the letter.
    """

    compose: Callable[[Form, Mapping[str, Form], Solve], Form]
    holds: Callable[[Form, Mapping[str, Form], Solve], bool] = lambda *_: True
    equal: Callable[[Form, Mapping[str, Form]], Pairs] = lambda *_: ()
    passes: bool = False
    numbers: bool = True

    def apply(self, wanted: Form, bindings: Bindings, solve: Solve) -> Form:
        """The result of the rule for a goal.

        Raises:
            UnfitError: The rule does not say anything here.
        """
        bound = single(bindings)

        def answered(sought: Form) -> Form:
            answer = solve(sought)
            if answer is UNDEFINED and not self.passes:
                raise UnfitError
            return answer

        found = self.compose(wanted, bound, answered)
        if not self.holds(wanted, bound, answered):
            raise UnfitError
        return evaluated(found) if self.numbers else found

    def shown(self, wanted: Form, bindings: Bindings) -> Form:
        """What the rule turns a goal into, with the goals that it leaves open."""
        return self.compose(wanted, single(bindings), lambda sought: sought)


def single(bindings: Bindings) -> dict[str, Form]:
    """Bindings of single expressions."""
    return {name: bound for name, bound in bindings.items() if isinstance(bound, Form)}


def limit(subject: Form, variable: Form, point: Form, side: int = 0) -> Form:
    """The goal: the limit of ``subject`` as a letter goes to a point, from the right (1), left (−1), or both.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> len(limit(letter("x"), letter("x"), ZERO, 1).args)
        4
    """
    sides = {1: (ONE,), -1: (MINUS_ONE,), 0: ()}[side]
    return call("limit", subject, variable, point, *sides)


def side_of(wanted: Form) -> int:
    """The side from which a limit is sought: 1 right, −1 left, 0 both."""
    return 0 if len(wanted.args) == 3 else 1 if wanted.args[3] is ONE else -1


def is_limit(form: Form) -> bool:
    """Whether a form is the goal of finding a limit."""
    return form.head == "call" and form.label == "limit" and len(form.args) in (3, 4)


def evaluated(form: Form) -> Form:
    """The value of an expression in which numbers stand where the letter stood.

    Raises:
        UnfitError: It has none, as 0/0 or ∞ − ∞.
    """
    if not form.args:
        return form
    import sympy

    from stepcalc.notation.values import form_of, value

    found: Any = value(form)
    if found is sympy.oo:
        return INFINITY
    if found is -sympy.oo:
        return MINUS_INFINITY
    if found.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.AccumBounds, sympy.I):
        raise UnfitError
    if any(part.base == 0 for part in found.atoms(sympy.Pow)):
        raise UnfitError  # 0 to an exponent of unknown sign
    if found.is_Add and sympy.expand(found) == 0:
        return ZERO
    return form_of(found.replace(_is_root_of_square, lambda part: sympy.Abs(part.base.base)))


_HALF: Final = Fraction(1, 2)


def _is_root_of_square(part: Any) -> bool:
    """√(a²), which is |a| for real a."""
    return bool(part.is_Pow and part.exp == _HALF and part.base.is_Pow and part.base.exp == 2)


def of(wanted: Form, subject: Form) -> Form:
    """The same limit of another expression."""
    return with_args(wanted, (subject, *wanted.args[1:]))


def parts_of(wanted: Form, head: str) -> tuple[Form, ...]:
    """The parts of a subject of a given head.

    Raises:
        UnfitError: It has another.
    """
    subject = wanted.args[0]
    if subject.head != head:
        raise UnfitError
    return subject.args
