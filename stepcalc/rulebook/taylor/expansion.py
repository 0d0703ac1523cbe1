"""Taylor polynomials as strategies: derivatives and their values, or power series term by term."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import factorial
from typing import Final

from stepcalc.errors import LimitError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import plus
from stepcalc.notation.forms import (
    ZERO,
    Form,
    call,
    entries_of,
    goal,
    letters_of,
    nodes_of,
    number,
    numeral,
    vector,
)
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.taylor.centre import CentreError, assert_continuous, breaks_at, centre_error
from stepcalc.rulebook.taylor.writing import divided, factorials, partial_name, polynomial, primes, term

LARGEST_DERIVATIVES: Final = 25_000
"""How many different parts all derivatives of one polynomial have at most, together: a few seconds' work."""


def taylor(form: Form, solve: Solve) -> Form:
    """The polynomial from the derivatives at the centre: f(a) + f′(a)(x − a) + f″(a)/2!·(x − a)² + ...

    The goal's arguments: the function, the variable, the centre, the order, what is raised to powers (x − a),
    and then, if a bound of the remainder is asked for, the ends of the interval and the function with all
    definitions written out.
    """
    subject, variable, centre, order, step, *bound = form.args
    now, terms = subject, list[Form]()
    last, written = int(numeral(order)), 0
    for k in range(last + 1):
        value = _value_at_centre(now, variable, centre, k, terms, subject, solve)
        terms.append(divided(value, factorial(k)))
        if k < last or bound:
            now = solve(goal(now, variable)) if now is not ZERO else ZERO
            written = _within_bounds(written, now, k + 1)
    if bound:
        solve(call("derivative_bound", bound[2], variable, centre, number(last + 1), *bound[:2]))
    return polynomial(terms, step)


def _within_bounds(written: int, derivative: Form, order: int) -> int:
    """How much is written with one derivative more.

    Raises:
        LimitError: It is too much; the error says which order can be had.
    """
    written += len(nodes_of(derivative))
    if written > LARGEST_DERIVATIVES:
        raise LimitError(say("taylor-too-long", order=order, most=order - 1), code="taylor-too-long")
    return written


def _value_at_centre(
    now: Form, variable: Form, centre: Form, k: int, before: list[Form], subject: Form, solve: Solve
) -> Form:
    wanted = "limit_at" if k and breaks_at(subject, variable, centre) else "value_at"
    try:
        if wanted == "limit_at" and k == 1:
            assert_continuous(subject, variable, centre, before[0])
        return solve(call(wanted, now, variable, centre))
    except CentreError:
        raise centre_error(primes(k), variable, centre) from None


def taylor_series(form: Form, solve: Solve) -> Form:
    """The polynomial from the coefficients that the recurrences give; arguments as for :func:`taylor`."""
    subject, variable, centre, order, step, *bound = form.args
    found = solve(call("coefficients", subject, variable, centre, order))
    if bound:
        last = int(numeral(order))
        solve(call("derivative_bound", bound[2], variable, centre, number(last + 1), *bound[:2]))
    return polynomial(found.args, step)


def coefficients(form: Form, solve: Solve) -> Form:
    """The coefficients of an expression's power series from those of its parts, as a list.

    Raises:
        CentreError: It has no power series about the centre.
    """
    from stepcalc.numeric.exact import Exact, exact_of_form, form_of_exact
    from stepcalc.numeric.jets import NoSeriesError, constant_jet, node_jet

    subject, variable, centre, order = form.args
    length, ring = int(numeral(order)) + 1, Exact()
    if subject is variable:
        jet = constant_jet(ring, exact_of_form(centre), length)
        jet[1:2] = [Fraction(1)] if length > 1 else []
        return vector(*(form_of_exact(part) for part in jet))
    parts = []
    for part in subject.args:
        if variable in letters_of(part):
            answer = solve(call("coefficients", part, variable, centre, order))
            parts.append([exact_of_form(entry) for entry in answer.args])
        else:
            parts.append(constant_jet(ring, exact_of_form(part), length))
    try:
        return vector(*(form_of_exact(part) for part in node_jet(ring, subject, parts, length)))
    except NoSeriesError:
        raise centre_error(primes(0), variable, centre) from None


def taylor_several(form: Form, solve: Solve) -> Form:
    """Σ ∂^α f(a)/α!·(x − a)^α over all multi-indices; through gradient and Hessian up to order 2."""
    subject, variables, centres, order, steps, *bound = form.args
    last = int(numeral(order))
    found: dict[tuple[int, ...], Form] = {}
    for index, derivative in partials(subject, variables.args, last, solve):
        if derivative is ZERO:
            found[index] = ZERO
            continue
        try:
            found[index] = solve(call("value_at", derivative, variables, centres))
        except CentreError:
            raise centre_error(partial_name(index, variables.args), variables, centres) from None
    if bound:
        solve(call("remainder_bound", bound[2], variables, centres, order, *bound[:2]))
    return plus(
        *(
            term(divided(value, factorials(index)), list(zip(steps.args, index, strict=True)))
            for index, value in found.items()
        )
    )


def partials(
    subject: Form, letters: Sequence[Form], last: int, solve: Solve
) -> Iterator[tuple[tuple[int, ...], Form]]:
    """Every partial derivative up to an order, each found from one of the order below.

    Raises:
        LimitError: They grow too long.
    """
    count = len(letters)
    yield (0,) * count, subject
    if last <= 2:
        yield from _from_matrices(subject, letters, last, solve)
        return
    row: Mapping[tuple[int, ...], Form] = {(0,) * count: subject}
    written = 0
    for order in range(1, last + 1):
        following: dict[tuple[int, ...], Form] = {}
        for index, derivative in row.items():
            # Each index comes from one other: letters are differentiated in their order.
            start = max((place for place, k in enumerate(index) if k), default=0)
            for place in range(start, count):
                new = tuple(k + (slot == place) for slot, k in enumerate(index))
                following[new] = (
                    ZERO if derivative is ZERO else solve(goal(derivative, letters[place], kind="partial"))
                )
                written = _within_bounds(written, following[new], order)
        yield from following.items()
        row = following


def _from_matrices(
    subject: Form, letters: Sequence[Form], last: int, solve: Solve
) -> Iterator[tuple[tuple[int, ...], Form]]:
    count = len(letters)
    if last >= 1:
        slopes = entries_of(solve(call("gradient", subject, *letters)))
        for place in range(count):
            yield tuple(int(slot == place) for slot in range(count)), slopes.get((place, 0), ZERO)
    if last == 2:
        bends = entries_of(solve(call("hessian", subject, *letters)))
        for row in range(count):
            for column in range(row, count):
                index = tuple(int(slot == row) + int(slot == column) for slot in range(count))
                yield index, bends.get((row, column), ZERO)
