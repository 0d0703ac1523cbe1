"""A fit told: χ², its gradient, the equations that make it least, and the numbers with their errors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.fitting.numerals import short, shown, sized
from stepcalc.calculus.fitting.sums import value_of
from stepcalc.calculus.letters import listed
from stepcalc.calculus.optimisation.numerals import shown as digits
from stepcalc.messages import say
from stepcalc.notation.arithmetic import combine, times
from stepcalc.notation.forms import (
    MINUS_ONE,
    TWO,
    Form,
    call,
    column,
    entries_of,
    fold,
    goal,
    letter,
    multiply,
    negate,
    power,
    rebuild,
    relation,
    with_args,
)
from stepcalc.notation.names import letter_text
from stepcalc.render.document import (
    Answer,
    Block,
    Equation,
    Formula,
    Inline,
    Prose,
    Table,
    Title,
    Words,
    words,
)
from stepcalc.render.reports import gap, heading, prose, rows_shown, working
from stepcalc.trace.derivation import Question
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.calculus.fitting.fitted import Fit
    from stepcalc.numeric.least_squares.solution import Row
    from stepcalc.render.plots.data import Picture
    from stepcalc.render.presentation import Presentation
    from stepcalc.rulebook.cards import Card

CHI_SQUARED: Final = power(letter("chi"), TWO)
MOST_IN_A_MATRIX: Final = 6
"""Of more parameters than this matrices are not shown unasked."""

MOST_IN_A_TABLE: Final = 4
"""Of more parameters than this a table of iterations shows how χ² falls, and not every parameter."""


def blocks(found: Fit, told: Presentation) -> Iterator[Block]:
    """All that is told of a fit."""
    for note in found.notes:
        yield Prose(words(note), role="note")
    yield _heading(found)
    yield Prose(words(_sigmas(found)))
    yield from _gradient(found, told)
    yield from _WAYS[found.way](found, told)
    yield from _result(found, told)
    yield from _residuals(found, told)
    yield Answer((Formula(_answer(found)),))


def picture(found: Fit, *, on: Any = None) -> Picture:
    """The data with the fitted curve and its band, and the residuals below."""
    from stepcalc.render.plots.fits import of_fit

    return of_fit(found, on)


def _law(card: Card, told: Presentation) -> Iterator[Block]:
    """A card as a section: its name, what it states, and how a teacher says it."""
    yield Title(words(card.name), level=2)
    yield Prose(words(card.show, "law"), depth=1)
    if told.detail != "brief":
        yield Prose(words(card.say), role="note", depth=1)


def _heading(found: Fit) -> Block:
    asked = found.asked
    subject = relation("=", letter(asked.response), asked.plain)
    return heading(Words(say("fit-question"), "strong"), subject, say("fit-points", count=asked.count))


def _sigmas(found: Fit) -> str:
    """What is known of the points' uncertainties, and what that means for those of the parameters."""
    if found.asked.sigma is None:
        return say("fit-no-sigma")
    key = "fit-sigma-relative" if found.scaled else "fit-sigma-absolute"
    constant = len(set(found.asked.sigma)) == 1
    return say(
        key,
        sigma=f"σ = {found.asked.sigma[0]:g}"
        if constant
        else say("fit-sigma-of", name=found.asked.sigma_name),
    )


# ------------------------------------------------------------------------------------------------- steps


def _stage(found: Fit) -> tuple[Step, Step, list[Step], Step]:
    """χ², its gradient, the slopes and what the fit ends with."""
    gradient, ending = found.derivation.stages[0].substeps
    squares, *slopes = gradient.substeps
    return squares, gradient, slopes, ending


def _gradient(found: Fit, told: Presentation) -> Iterator[Block]:
    """χ² and its gradient, with the derivatives of the model."""
    squares, _, slopes, _ = _stage(found)
    yield from _law(squares.card, told)
    yield Equation(Formula(CHI_SQUARED), Formula(squares.result), 0)
    inner = [step for slope in slopes for step in slope.substeps]
    if told.detail != "brief":
        yield Title(words(say("fit-slopes-of-model")), level=2)
        yield from _derivatives(found, inner, told)
    yield from _law(slopes[0].card, told)
    for parameter, slope in zip(found.asked.parameters, slopes, strict=True):
        yield Equation(Formula(goal(CHI_SQUARED, parameter, kind="partial")), Formula(slope.result), 0)


def _derivatives(found: Fit, inner: Sequence[Step], told: Presentation) -> Iterator[Block]:
    """The steps of the model's own derivatives, as those of its gradient."""
    asked = found.asked
    subject = call("gradient", asked.model, *asked.parameters)
    whole = Step(
        found.rulebook.card("gradient"),
        None,
        subject,
        {},
        tuple(inner),
        column([outcome(step) for step in inner]),
    )
    question = Question("gradient", asked.model, asked.parameters, asked.variables)
    yield from working(found, (whole,), question, told)


def _straight_line(found: Fit, told: Presentation) -> Iterator[Block]:
    """The normal equations, then the formulas of the straight line, each with its value."""
    *_, ending = _stage(found)
    (normal,) = ending.substeps
    yield from _law(normal.card, told)
    yield _whole(normal.result)
    yield from _law(ending.card, told)
    known: dict[Form, float] = {}
    equations = [equation.args for equation in ending.result.args]
    for name, body in equations[:5]:
        known[name] = value_of(body, found.asked, found.rulebook, known)
        yield _with_value(name, body, known[name])
    yield from _descent(found, told)
    yield from _law(found.rulebook.card("propagated"), told)
    yield from _variance_of_a_point(found)
    for name, body in equations[5:]:
        value = value_of(body, found.asked, found.rulebook, known) * (
            found.reduced_chi_squared if found.scaled else 1
        )
        yield _with_value(name, _scaled(body) if found.scaled else body, value)


def _whole(equation: Form) -> Equation:
    left, right = equation.args
    return Equation(Formula(left), Formula(right), 0)


def _with_value(name: Form, body: Form, value: float) -> Equation:
    return Equation(Formula(name), Formula(relation("=", body, sized(value, 8))), 0)


S_SQUARED: Final = power(letter("s"), TWO)


def _scaled(body: Form) -> Form:
    """s² times what stands for σ = 1, or for relative σ."""
    return times(S_SQUARED, body) if body.head != "quotient" else combine(times(S_SQUARED, body))


def _variance_of_a_point(found: Fit) -> Iterator[Block]:
    if found.scaled:
        n, p = found.asked.count, len(found.values)
        yield prose(
            relation("=", S_SQUARED, sized(found.reduced_chi_squared, 8)),
            say("fit-scale", chi=digits(found.chi_squared, 8), n=n, p=p),
            depth=1,
        )


def _normal_equations(found: Fit, told: Presentation) -> Iterator[Block]:
    """The normal equations in letters and in numbers."""
    *_, ending = _stage(found)
    yield from _law(ending.card, told)
    few = len(found.values) <= MOST_IN_A_MATRIX or told.everything
    if few:
        yield _whole(ending.result)
        yield _whole(_in_numbers(found, ending.result))
    else:
        yield Prose(words(say("fit-large-matrix", count=len(found.values)), "note"))
    yield from _descent(found, told)
    yield from _law(found.rulebook.card("propagated"), told)
    yield from _variance_of_a_point(found)


def _in_numbers(found: Fit, equation: Form) -> Form:
    """The same equations with the sums worked out."""
    (normal, unknowns), target = equation.args[0].args, equation.args[1]
    entries = {*entries_of(normal).values(), *entries_of(target).values()}
    known = {entry: sized(value_of(entry, found.asked, found.rulebook), 8) for entry in entries}

    def numbers(matrix: Form) -> Form:
        return with_args(matrix, tuple(known[entry] for entry in matrix.args))

    return relation("=", multiply(numbers(normal), unknowns), numbers(target))


def _curve(found: Fit, told: Presentation) -> Iterator[Block]:
    """The step, and the table of iterations."""
    *_, ending = _stage(found)
    yield from _law(ending.card, told)
    yield from _attempts(found)
    if found.method == "descent":
        yield from _descent(found, told)
    else:
        yield from _iterations(found, told, descending=False)
        yield Prose(words(_compared(found)))
    yield from _law(found.rulebook.card("propagated"), told)
    yield from _variance_of_a_point(found)


def _descent(found: Fit, told: Presentation) -> Iterator[Block]:
    """Steepest descent, if it was asked for, and how far it is from the end."""
    if found.method == "descent":
        yield from _law(found.rulebook.card("steepest_descent"), told)
        yield from _iterations(found, told, descending=True)
        yield Prose(words(_compared(found)))


def _attempts(found: Fit) -> Iterator[Block]:
    """What was tried before the iteration that is shown."""
    best = found.attempts[-1]
    if len(found.attempts) > 1:
        yield Prose(
            words(say(f"fit-tried-{found.attempts[0].status}", chi=digits(found.attempts[0].chi_squared)))
        )
    if best.projected:
        names = listed([_called(found.names[place]) for place in found.linear])
        yield Prose(words(say("fit-projected", names=names)))
    if best.start != found.begin:
        yield Prose(words(say("fit-other-start")))


def _compared(found: Fit) -> str:
    last = found.descent[-1]
    return say(
        "fit-descent-compared" if found.attempts else "fit-descent-slow",
        steps=last.number,
        chi=digits(last.chi_squared),
        least=digits(found.chi_squared),
    )


def _iterations(found: Fit, told: Presentation, *, descending: bool) -> Iterator[Block]:
    """The rows, with χ² of steepest descent beside χ²; or steepest descent alone."""
    everything = told.everything or told.detail == "full"
    rows = found.descent if descending else found.iterations
    beside = () if descending else found.descent
    few = len(found.names) <= MOST_IN_A_TABLE or everything
    names = [_called(name) for name in found.names] if few else []
    rate = say("fit-rate") if descending else "λ"
    heads = ["n", *names, "χ²", rate, *([say("fit-descent")] if beside else [])]
    lines: list[tuple[Inline, ...]] = []
    for place in rows_shown(len(rows), everything):
        if place is None:
            lines.append((words("…"), *(words(""),) * (len(heads) - 1)))
            continue
        other = [_of_descent(beside, place)] if beside else []
        lines.append(tuple(words(cell) for cell in (*_cells(rows[place], few), *other)))
    yield Table(tuple(heads), tuple(lines))
    yield from gap(len(rows), everything)


def _called(name: str) -> str:
    """A letter or a word at the head of a column: μ for mu."""
    text = letter_text(name)
    return name if text.quoted else text.text


def _cells(row: Row, few: bool) -> list[str]:
    values = [digits(value, 7) for value in row.parameters] if few else []
    return [str(row.number), *values, digits(row.chi_squared, 8), digits(row.damping, 2)]


def _of_descent(rows: Sequence[Row], place: int) -> str:
    return digits(rows[place].chi_squared, 6) if place < len(rows) else ""


_WAYS: Final = {
    "straight_line": _straight_line,
    "normal_equations": _normal_equations,
    "gauss_newton": _curve,
}


# ------------------------------------------------------------------------------------------------ numbers


def _result(found: Fit, told: Presentation) -> Iterator[Block]:
    """Parameters with errors, χ², correlations."""
    errors = found.standard_errors
    yield Title(words(say("fit-result")), level=2)
    rows = tuple(
        ((Formula(each),), words(shown(value, errors[each.name])), words(_error(errors[each.name])))
        for each, value in zip(found.asked.parameters, found.values, strict=True)
    )
    yield Table((say("fit-parameter"), say("fit-value"), say("fit-error")), rows)
    yield Prose(words(_goodness(found)))
    few = len(found.values) <= MOST_IN_A_MATRIX or told.everything
    if len(found.values) > 1 and few and told.detail != "brief":
        yield Title(words(say("fit-correlation")), level=2)
        yield _matrix(found, found.correlation, 3)
        if told.detail == "full":
            yield Title(words(say("fit-covariance")), level=2)
            yield _matrix(found, found.covariance, 5)


def _error(error: float) -> str:
    return shown(error, error) if math.isfinite(error) else ""


def _matrix(found: Fit, values: Any, kept: int) -> Table:
    rows = [
        ((Formula(each),), *(words(digits(float(value), kept)) for value in row))
        for each, row in zip(found.asked.parameters, values.tolist(), strict=True)
    ]
    return Table(("", *map(_called, found.names)), tuple(rows))


def _goodness(found: Fit) -> str:
    """χ² with what it says: how likely scatter alone is to give as much."""
    chi, left = digits(found.chi_squared, 6), found.degrees_of_freedom
    if not left:
        return say("fit-exact", chi=chi)
    free = say("fit-one-free") if left == 1 else say("fit-free", count=left)
    reduced = digits(found.reduced_chi_squared, 4)
    if found.scaled:
        root = digits(math.sqrt(found.reduced_chi_squared), 4)
        return say("fit-scatter", chi=chi, free=free, reduced=reduced, root=root)
    chance = _chance(found.chi_squared, left)
    return say("fit-goodness", chi=chi, free=free, reduced=reduced, chance=digits(chance, 2)) + _verdict(
        chance
    )


def _chance(chi_squared: float, free: int) -> float:
    """How likely χ² is to be as large as this, if model and standard deviations are right (DLMF 8.2.4)."""
    from mpmath import gammainc

    return float(gammainc(free / 2, chi_squared / 2, regularized=True))


def _verdict(chance: float) -> str:
    if chance < 0.01:
        return say("fit-too-large")
    return say("fit-too-small") if chance > 0.99 else ""


def _residuals(found: Fit, told: Presentation) -> Iterator[Block]:
    """The points with what the model leaves of each; few of many."""
    if told.detail == "brief":
        return
    asked = found.asked
    everything = told.everything or told.detail == "full"
    yield Title(words(say("fit-residuals")), level=2)
    heads = [*map(_called, (*asked.names, asked.response)), say("fit-fitted"), say("fit-residual")]
    heads += [say("fit-in-sigmas")] if asked.sigma is not None else []
    lines: list[tuple[Inline, ...]] = []
    for place in rows_shown(asked.count, everything):
        if place is None:
            lines.append((words("…"), *(words(""),) * (len(heads) - 1)))
            continue
        height, left = asked.y[place], found.left[place]
        cells = [digits(values[place], 6) for values in asked.data.values()]
        cells += [digits(height, 6), digits(height - left, 6), digits(left, 3)]
        cells += [digits(left / asked.sigma[place], 2)] if asked.sigma is not None else []
        lines.append(tuple(words(cell) for cell in cells))
    yield Table(tuple(heads), tuple(lines))
    yield from gap(asked.count, everything)


def _answer(found: Fit) -> Form:
    """The model with the parameters put in; signs are settled first, so that no two stand beside each other."""
    errors = found.standard_errors
    pairs = list(zip(found.asked.parameters, found.values, strict=True))
    signed = rebuild(found.asked.plain, {each: negate(each) for each, value in pairs if value < 0})
    if signed is not found.asked.plain:
        signed = combine(signed, ordered=False)
    values = {each: short(abs(value), errors[each.name]) for each, value in pairs}
    return relation("=", letter(found.asked.response), fold(rebuild(signed, values), _with_sign))


def _with_sign(node: Form, args: tuple[Form, ...]) -> Form:
    """The node with a minus sign and the numeral behind it as one negative numeral."""
    if node.head == "product" and args[0] is MINUS_ONE and args[1].head == "number":
        return multiply(negate(args[1]), *args[2:])
    return with_args(node, args) if args else node
