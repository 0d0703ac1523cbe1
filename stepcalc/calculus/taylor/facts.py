"""What there is to tell of a Taylor polynomial besides its steps: the table, the remainder, the series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

from stepcalc.calculus.taylor.convergence import Convergence, convergence, local_piece
from stepcalc.calculus.taylor.standard import GeneralTerm, general_term
from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import ZERO, Form, call, goal, number, numeral, rational
from stepcalc.notation.unicode import one_line
from stepcalc.numeric.balls import rounded_up
from stepcalc.rulebook.taylor.expansion import partials
from stepcalc.rulebook.taylor.writing import divided, factorials, partial_name, primes
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.display import outcome

MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Args:
        k: Which derivative.
        derivative: The derivative, ``None`` where the coefficients were found without it.
        value: Its value at the centre.
        coefficient: That divided by k!.
    """

    k: int
    derivative: Form | None
    value: Form
    coefficient: Form


@dataclass(frozen=True, slots=True)
class Remainder:
    """What the polynomial leaves out.

    Args:
        derivative: f⁽ⁿ⁺¹⁾, where it was found.
        low: The lower end of the interval of the bound.
        high: The upper end.
        largest: What |f⁽ⁿ⁺¹⁾| does not exceed there and up to the centre.
        reach: How far x is from the centre at most.
        bound: What |Rₙ| does not exceed.
    """

    derivative: Form | None
    low: Form
    high: Form
    largest: Form
    reach: Form
    bound: Form


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to tell of a Taylor polynomial in one variable.

    Args:
        variable: The variable.
        centre: The centre.
        order: The order.
        step: What is raised to powers.
        rows: The table.
        remainder: The bound of the remainder, if one was asked for.
        term: The general term, where the series is a standard one.
        convergence: Where the series converges, and to what; ``None`` where that was not found.
        exact: Whether the polynomial is the function itself.
    """

    variable: Form
    centre: Form
    order: int
    step: Form
    rows: tuple[Row, ...]
    remainder: Remainder | None
    term: GeneralTerm | None
    convergence: Convergence | None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Partial:
    """One line of the table of a polynomial in several variables.

    Args:
        index: How often each variable was differentiated.
        name: ∂²f/∂x∂y.
        derivative: The partial derivative.
        value: Its value at the centre.
        coefficient: That divided by the factorials of the index.
    """

    index: tuple[int, ...]
    name: str
    derivative: Form
    value: Form
    coefficient: Form


@dataclass(frozen=True, slots=True)
class SeveralFacts:
    """What there is to tell of a Taylor polynomial in several variables.

    Args:
        variables: The variables.
        centres: The centre.
        order: The order.
        steps: What is raised to powers.
        rows: The table.
        low: The lower ends of the box of the bound, if one was asked for.
        high: The upper ends.
        bound: What |Rₙ| does not exceed there.
        exact: Whether the polynomial is the function itself.
    """

    variables: tuple[Form, ...]
    centres: tuple[Form, ...]
    order: int
    steps: tuple[Form, ...]
    rows: tuple[Partial, ...]
    low: tuple[Form, ...] = ()
    high: tuple[Form, ...] = ()
    bound: Form | None = None
    exact: bool = False


def several_facts(derivation: Derivation) -> SeveralFacts:
    """The facts about a Taylor polynomial in several variables, read off its derivation.

    Examples:
        >>> from stepcalc.calculus.taylor import taylor
        >>> [row.name for row in several_facts(taylor("x y", "x", "y", order=1)).rows]
        ['f', '∂f/∂x', '∂f/∂y']
    """
    root = derivation.stages[0]
    subject, variables, centres, order, steps, *box = root.goal.args
    answers = {substep.goal: outcome(substep) for substep in root.substeps}
    rows = []
    for index, derivative in partials(subject, variables.args, int(numeral(order)), answers.__getitem__):
        asked = call("value_at", derivative, variables, centres)
        value = ZERO if derivative is ZERO else answers[asked]
        name = partial_name(index, variables.args)
        rows.append(Partial(index, name, derivative, value, divided(value, factorials(index))))
    bound = next((result for asked, result in answers.items() if asked.label == "remainder_bound"), None)
    known = None if bound is None else as_fraction(bound)
    return SeveralFacts(
        variables.args,
        centres.args,
        int(numeral(order)),
        steps.args,
        tuple(rows),
        *((box[0].args, box[1].args) if box else ((), ())),
        None if known is None else number(known),
        is_polynomial(subject, variables.args, int(numeral(order))),
    )


def is_polynomial(subject: Form, variables: Sequence[Form], order: int) -> bool:
    """Whether a function is a polynomial of no higher degree than an order, which its Taylor polynomial equals."""
    from stepcalc.notation.values import value

    letters = [value(variable) for variable in variables]
    whole = value(subject)
    if not whole.is_polynomial(*letters):
        return False
    import sympy

    return bool(sympy.Poly(whole, *letters).total_degree() <= order)


def as_data(derivation: Derivation) -> dict[str, Any]:
    """The table, the remainder and the series as dictionaries, lists and one-line texts.

    Args:
        derivation: What :func:`stepcalc.taylor` gave.

    Returns:
        What ``trace/schema.json`` describes under ``taylor``.

    Examples:
        >>> from stepcalc.calculus.taylor import taylor
        >>> [row["coefficient"] for row in as_data(taylor("exp(x)", order=3))["table"]]
        ['1', '1', '1/2', '1/6']
    """
    if derivation.stages[0].card.id == "taylor_several":
        several = several_facts(derivation)
        bound = several.bound
        table = [_row_as_data(row.index, row.name, row) for row in several.rows]
        return {
            "table": table,
            "remainder": None if bound is None else _bound_as_data(several.low, several.high, bound),
            "term": None,
            "converges": None,
        }
    found = facts(derivation)
    rest, term, known = found.remainder, found.term, found.convergence
    return {
        "table": [_row_as_data((row.k,), primes(row.k), row) for row in found.rows],
        "remainder": None if rest is None else _bound_as_data((rest.low,), (rest.high,), rest.bound),
        "term": None
        if term is None
        else {"term": one_line(term.term), "from": term.start, "constant": one_line(term.constant)},
        "converges": None
        if known is None
        else {
            "kind": known.kind,
            "where": [one_line(each) for each in known.where],
            "settled": known.settled,
            "there": [one_line(each) for each in known.there],
        },
    }


def _row_as_data(order: tuple[int, ...], name: str, row: Row | Partial) -> dict[str, Any]:
    return {
        "order": list(order),
        "name": name,
        "derivative": None if row.derivative is None else one_line(row.derivative),
        "value": one_line(row.value),
        "coefficient": one_line(row.coefficient),
    }


def _bound_as_data(low: Sequence[Form], high: Sequence[Form], bound: Form) -> dict[str, Any]:
    return {"low": [*map(one_line, low)], "high": [*map(one_line, high)], "bound": one_line(bound)}


def facts(derivation: Derivation) -> Facts:
    """The facts about a Taylor polynomial in one variable, read off its derivation.

    Args:
        derivation: What :func:`stepcalc.taylor` gave.

    Examples:
        >>> from stepcalc.calculus.taylor import taylor
        >>> [row.value.label for row in facts(taylor("exp(x)", order=2)).rows]
        [1, 1, 1]
    """
    root = derivation.stages[0]
    subject, variable, centre, order, step, *bound = root.goal.args
    last = int(numeral(order))
    answers = {substep.goal: outcome(substep) for substep in root.substeps}
    rows, following = _rows(root.goal, answers) if root.card.id == "taylor" else (_from_list(answers), None)
    piece = local_piece(subject, variable, centre)[0] if centre is not variable else None
    term = general_term(piece or subject, variable, centre, step, rows_of_values(rows))
    return Facts(
        variable,
        centre,
        last,
        step,
        rows,
        _remainder(root.goal, answers, following) if bound else None,
        term,
        convergence(subject, variable, centre, step, term, all(row.value is ZERO for row in rows)),
        is_polynomial(subject, (variable,), last),
    )


def rows_of_values(rows: tuple[Row, ...]) -> tuple[Form, ...]:
    """The coefficients of a table."""
    return tuple(row.coefficient for row in rows)


def _rows(wanted: Form, answers: Mapping[Form, Form]) -> tuple[tuple[Row, ...], Form | None]:
    """The table, and the derivative after its last, if there is one."""
    subject, variable, centre, order = wanted.args[:4]
    now: Form | None = subject
    rows: list[Row] = []
    for k in range(int(numeral(order)) + 1):
        assert now is not None
        value = next(
            answers[asked]
            for asked in (call(name, now, variable, centre) for name in ("value_at", "limit_at"))
            if asked in answers
        )
        rows.append(Row(k, now, value, divided(value, factorial(k))))
        now = ZERO if now is ZERO else answers.get(goal(now, variable))
    return tuple(rows), now


def _from_list(answers: Mapping[Form, Form]) -> tuple[Row, ...]:
    from stepcalc.numeric.exact import Exact, exact_of_form, form_of_exact

    found = next(result for asked, result in answers.items() if asked.label == "coefficients")
    ring = Exact()
    return tuple(
        Row(
            k,
            None,
            form_of_exact(ring.total([(factorial(k), exact_of_form(entry), Fraction(1))])),
            entry,
        )
        for k, entry in enumerate(found.args)
    )


def _remainder(wanted: Form, answers: Mapping[Form, Form], following: Form | None) -> Remainder:
    _, _, centre, order, _, low, high, _ = wanted.args
    last = int(numeral(order))
    largest = next(result for asked, result in answers.items() if asked.label == "derivative_bound")
    middle, ends, size = as_fraction(centre), [as_fraction(end) for end in (low, high)], as_fraction(largest)
    assert middle is not None and size is not None
    reach = max(abs(end - middle) for end in ends if end is not None)
    bound = size * reach ** (last + 1) / factorial(last + 1)
    shown = shown_bound(bound) if size.denominator == 1 else number(rounded_up(bound))
    return Remainder(following, low, high, largest, rational(reach), shown)


def shown_bound(bound: Fraction) -> Form:
    """A bound as it is shown: a fraction that is short, else three digits, rounded up.

    Examples:
        >>> shown_bound(Fraction(1, 960)).args[1].label
        960
    """
    if max(len(str(bound.numerator)), len(str(bound.denominator))) <= MOST_DIGITS:
        return rational(bound)
    return number(rounded_up(bound))
