"""A curve given by an equation, at one of its points: its slope, its tangent, and how it bends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from stepcalc.calculus.exact_values import value_at
from stepcalc.calculus.point_reports import Fact, PointReport
from stepcalc.calculus.point_values import is_finite, outside
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, letters_of
from stepcalc.trace.display import outcome

if TYPE_CHECKING:
    from stepcalc.trace.derivation import Derivation
    from stepcalc.trace.step import Step


def curve_at(derivation: Derivation, point: Mapping[Form, Form]) -> PointReport:
    """What holds at a point of a curve: slope and tangent, upright or not, and the second derivative.

    Args:
        derivation: The answer to a question about a curve, of first or second order.
        point: A value for each letter of the equation.

    Returns:
        Exact values, and the tangent's equation.

    Raises:
        UsageError: A letter has no value, the equation has none there, or the point is not on the curve.

    Examples:
        >>> from stepcalc.calculus.dependence import implicit
        >>> from stepcalc.notation.forms import letter, number
        >>> x, y = letter("x"), letter("y")
        >>> report = curve_at(implicit("x^2 + y^2 = 25"), {x: number(3), y: number(4)})
        >>> [fact.role for fact in report.facts]
        ['answer', 'tangent']
    """
    zero, x, y = derivation.stages[0].goal.args
    wanted = [item for item in (x, y, *derivation.question.held) if item in letters_of(zero)]
    missing = [item.name for item in wanted if item not in point]
    if missing:
        example = ",".join(f"{item.name}=1" for item in wanted)
        raise UsageError(
            say("point-missing", letters=", ".join(missing), example=example), code="point-missing"
        )
    here = _Point(derivation, point, x, y)
    here.check_on_curve(zero)
    return PointReport(tuple(point), tuple(point.values()), tuple(here.facts()))


class _Point:
    """A point of a curve."""

    def __init__(self, derivation: Derivation, point: Mapping[Form, Form], x: Form, y: Form) -> None:
        self.derivation = derivation
        self.point = point
        self.x, self.y = x, y

    def value(self, form: Form) -> Any:
        """An expression there."""
        found = value_at(form, self.point, self.derivation.rulebook)
        if not is_finite(found):
            raise outside(self.x, self.point)
        return found

    def check_on_curve(self, zero: Form) -> None:
        """Refuse a point at which the two sides of the equation differ."""
        import sympy

        apart = sympy.nsimplify(self.value(zero))
        if apart != 0 and not apart.equals(0):
            from stepcalc.notation.unicode import one_line
            from stepcalc.notation.values import form_of

            place = ", ".join(f"{letter.name} = {one_line(given)}" for letter, given in self.point.items())
            differ = one_line(form_of(abs(apart)))
            raise UsageError(say("not-on-curve", point=place, apart=differ), code="not-on-curve")

    def facts(self) -> Iterator[Fact]:
        """The slope and the tangent, or why there is none; the second derivative if it was asked for."""
        from stepcalc.notation.values import form_of, value

        across, up = (self.value(outcome(step)) for step in self._first().substeps)
        if _is_zero(up):
            if _is_zero(across):
                yield Fact("verdict", text=say("curve-no-tangent", x=self.x.name, y=self.y.name))
                return
            yield Fact("verdict", text=say("upright"))
            yield Fact("upright", self.point[self.x], say("the-tangent"))
            return
        slope = -across / up
        again = len(self.derivation.question.letters) > 1
        if again:
            yield Fact("slope", form_of(slope))
        yield Fact("answer", form_of(self.value(self.derivation.answer)))
        if not again:
            line = slope * (value(self.x) - value(self.point[self.x])) + value(self.point[self.y])
            yield Fact("tangent", form_of(line.expand()), say("the-tangent"))

    def _first(self) -> Step:
        """The step that finds the slope."""
        return next(step for step in self.derivation.steps if step.goal.label == "implicit")


def _is_zero(found: Any) -> bool:
    return bool(found == 0 or found.equals(0))
