"""Answers of vector calculus at a point: tangent planes, determinants, and what kind of point it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.curve import curve_at
from stepcalc.calculus.definiteness import definiteness
from stepcalc.calculus.letters import by_name, listed
from stepcalc.calculus.point_reports import Fact, PointReport
from stepcalc.calculus.point_values import fails_at, is_finite, outside
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, goal, letters_of, matrix_label, vector
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.display import outcome

if TYPE_CHECKING:
    import sympy

LARGEST_DETERMINANT: Final = 4
MOST_LETTERS: Final = 6
"""Of functions of more letters than this no linear approximation is written, and no point is classified."""


def report_at(derivation: Derivation, point: Mapping[Form, Form]) -> PointReport:
    """What holds at a point: for a gradient the tangent plane, for a Hessian the kind of point.

    Args:
        derivation: The answer to a question about several letters.
        point: A value for each letter that varies, and for others that are to have one.

    Returns:
        Exact values, and what follows from them.

    Raises:
        UsageError: A letter has no value, or the point is outside the domain.

    Examples:
        >>> from stepcalc.calculus.vector import hessian
        >>> from stepcalc.notation.forms import ZERO, letter
        >>> report_at(hessian("x^2 + y^2"), {letter("x"): ZERO, letter("y"): ZERO}).verdict
        '∇f = 0 and H is positive definite: a local minimum.'
    """
    if derivation.question.kind == "implicit":
        return curve_at(derivation, point)
    letters = tuple(dict.fromkeys(derivation.question.letters))
    _refuse_unknown(derivation, point)
    missing = [item.name for item in letters if item not in point]
    if missing:
        example = ",".join(f"{item.name}=1" for item in letters)
        raise UsageError(
            say("point-missing", letters=", ".join(missing), example=example), code="point-missing"
        )
    if any(fails_at(condition.relation, point) for condition in derivation.conditions):
        raise outside(letters[0], point)
    here = _Here(derivation, point)
    facts = tuple(_FACTS.get(derivation.question.kind, _Here.value_alone)(here))
    return PointReport(tuple(point), tuple(point.values()), facts)


def _refuse_unknown(derivation: Derivation, point: Mapping[Form, Form]) -> None:
    """Refuse a value for a letter that the question does not have."""
    question = derivation.question
    own = letters_of(question.form, derivation.answer) | {*question.letters, *question.held}
    for item in point:
        if item not in own:
            known = listed([each.name for each in sorted(own, key=by_name)])
            code = "letter-not-of-expression" if len(own) > 1 else "letter-not-the-one"
            raise UsageError(say(code, name=item.name, letters=known), code=code)


class _Here:
    """The function and the answer at one point."""

    def __init__(self, derivation: Derivation, point: Mapping[Form, Form]) -> None:
        from stepcalc.notation.values import value

        self.derivation = derivation
        self.point = point
        self.letters = tuple(dict.fromkeys(derivation.question.letters))
        self.change = {value(key): value(given) for key, given in point.items()}
        self.answer: Any = self.value(derivation.answer)

    def value(self, form: Form) -> Any:
        """An expression, or a matrix of them, with the values put in."""
        from stepcalc.calculus.exact_values import value_at

        found = value_at(form, self.point, self.derivation.rulebook)
        if not is_finite(found):
            raise outside(self.letters[0], self.point)
        return found

    def value_alone(self) -> Iterator[Fact]:
        """The answer there."""
        yield Fact("answer", _form(self.answer))

    def gradient(self) -> Iterator[Fact]:
        """The gradient, and the plane that touches the graph."""
        function = self.value(self.derivation.question.form)
        yield Fact("function", _form(function))
        yield Fact("answer", _form(self.answer))
        if self.answer.is_zero_matrix:
            yield Fact("verdict", text=say("point-critical"))
        if len(self.letters) <= MOST_LETTERS:
            planar = len(self.letters) == 2
            linear = self.approximation(function, list(self.answer))
            yield Fact(
                "plane" if planar else "linear", linear, say("tangent-plane" if planar else "near-point")
            )

    def approximation(self, function: Any, slopes: list[Any]) -> Form:
        """The function's value there plus its slopes times the distances; multiplied out if all are rational."""
        from stepcalc.notation.arithmetic import opposite, plus, times
        from stepcalc.notation.values import value

        steps = [(value(item), self.change[value(item)]) for item in self.letters]
        if all(number.is_Rational for number in (function, *slopes, *(at for _, at in steps))):
            whole = function + sum(
                slope * (name - at) for slope, (name, at) in zip(slopes, steps, strict=True)
            )
            return _form(whole.expand())
        distances = [_form(name - at) for name, at in steps]
        terms = [
            opposite(times(_form(-slope), far))
            if slope.could_extract_minus_sign()
            else times(_form(slope), far)
            for slope, far in zip(slopes, distances, strict=True)
        ]
        start = _form(function)
        return plus(*(start.args if start.head == "sum" else (start,)), *terms)

    def jacobian(self) -> Iterator[Fact]:
        """The Jacobian, its determinant, and the map near the point."""
        yield Fact("answer", _form(self.answer))
        rows, columns = self.answer.shape
        if 1 < rows == columns <= LARGEST_DETERMINANT:
            size = self.answer.det()
            yield Fact("determinant", _form(size), say("not-invertible" if size.is_zero else "invertible"))
        if max(rows, columns) <= LARGEST_DETERMINANT:
            subject = self.derivation.question.form
            parts = subject.args if subject.head == "vector" else (subject,)
            lines = [
                self.approximation(self.value(part), list(self.answer.row(row)))
                for row, part in enumerate(parts)
            ]
            yield Fact("linear", vector(*lines), say("near-point"))

    def hessian(self) -> Iterator[Fact]:
        """The gradient, the Hessian, its leading minors, and what kind of point it is."""
        first = self.slopes()
        if first is not None:
            yield Fact("gradient", _form(first))
        yield Fact("answer", _form(self.answer))
        if len(self.letters) > MOST_LETTERS:
            return
        minors = [self.answer[:size, :size].det() for size in range(1, len(self.letters) + 1)]
        for place, minor in enumerate(minors):
            yield Fact("minor", _form(minor), str(place + 1))
        if len(minors) == 2 and minors[-1].is_zero:
            for eigenvalue in sorted(self.answer.eigenvals(multiple=True), key=str):
                yield Fact("eigenvalue", _form(eigenvalue))
        yield Fact("verdict", text=classified(minors, self.answer, first))

    def slopes(self) -> Any:
        """The gradient there, which the steps of the Hessian contain."""
        import sympy

        root = self.derivation.stages[-1]
        found = {step.goal: outcome(step) for step in root.substeps}
        goals = [goal(root.goal.args[0], item, kind="partial") for item in self.letters]
        if any(wanted not in found for wanted in goals):
            return None
        return sympy.Matrix([self.value(found[wanted]) for wanted in goals])


_FACTS: Final[Mapping[str, Callable[[_Here], Iterator[Fact]]]] = {
    "gradient": _Here.gradient,
    "jacobian": _Here.jacobian,
    "hessian": _Here.hessian,
}


def classified(minors: list[Any], found: sympy.Matrix, slopes: sympy.Matrix | None) -> str:
    """What the leading minors, or the signs of the eigenvalues, say of a point.

    Args:
        minors: The leading minors of the Hessian there.
        found: The Hessian there.
        slopes: The gradient there, if it is known.

    Examples:
        >>> from sympy import Matrix, zeros
        >>> classified([0, 0], Matrix([[0, 0], [0, 0]]), zeros(2, 1))
        '∇f = 0 and H has eigenvalue 0, the others not of both signs: the test is inconclusive.'
    """
    shape = definiteness(minors, found)
    if not shape:
        return say("point-undecided")
    critical = slopes is None or slopes.is_zero_matrix
    if critical is None:
        return say("gradient-undecided", shape=say(f"shape-{shape}"))
    return say(f"point-{shape}") if critical else say("point-not-critical", shape=say(f"shape-{shape}"))


def determinant(answer: Form) -> tuple[Form, ...]:
    """The determinant of a square matrix, as the rule gives it and in a shorter form if there is one.

    Args:
        answer: The matrix.

    Returns:
        The forms, equal to one another; none for a matrix that is not square, or larger than 4 by 4.

    Examples:
        >>> from stepcalc.notation.forms import letter, matrix
        >>> a, b, c, d = map(letter, "abcd")
        >>> from stepcalc.notation.unicode import one_line
        >>> [one_line(form) for form in determinant(matrix([[a, b], [c, d]]))]
        ['ad − bc']
    """
    rows, columns, _ = matrix_label(answer)
    if rows != columns or rows > LARGEST_DETERMINANT or rows == 1:
        return ()
    from stepcalc.calculus.tidying import tidy
    from stepcalc.notation.values import value

    found = value(answer).det(method="berkowitz").expand()
    return tuple(dict.fromkeys((_form(found), _form(tidy(found, form="textbook").result))))


def _form(found: Any) -> Form:
    """An expression, or a matrix of them, as a form."""
    from stepcalc.notation.forms import matrix
    from stepcalc.notation.values import form_of

    if hasattr(found, "shape"):
        return matrix([[form_of(entry) for entry in row] for row in found.tolist()])
    return form_of(found)
