"""A Taylor polynomial told: the table, the answer with its remainder, where the series converges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import factorial
from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.notation.arithmetic import opposite, plus, raised
from stepcalc.notation.forms import (
    ZERO,
    Form,
    add,
    call,
    derived,
    divide,
    letter,
    multiply,
    number,
    numeral,
    postorder,
    power,
    relation,
)
from stepcalc.render import wording
from stepcalc.render.document import (
    Answer,
    Block,
    Equation,
    Formula,
    Heading,
    Inline,
    Prose,
    Table,
    Words,
    words,
)
from stepcalc.rulebook.taylor.centre import substituted
from stepcalc.rulebook.taylor.writing import polynomial, primes, term
from stepcalc.trace.conditions import Condition

if TYPE_CHECKING:
    from stepcalc.calculus.taylor.facts import Facts, Row, SeveralFacts
    from stepcalc.trace.derivation import Derivation
    from stepcalc.trace.step import Step
    from stepcalc.trace.verification import Verification

MOST_IN_A_CELL: Final = 60
"""A derivative with more nodes than this is cut in the table."""

XI: Final = letter("xi")


def heading(derivation: Derivation) -> Inline:
    """ "The Taylor polynomial of e^x about x = 0 to order 4"."""
    subject, variable, centre, order = derivation.stages[0].goal.args[:4]
    pieces: list[Words | Formula] = [Words(say("taylor-question"), "strong"), Formula(subject)]
    pairs = (
        zip(variable.args, centre.args, strict=True) if variable.head == "vector" else [(variable, centre)]
    )
    shown = [relation("=", item, at) for item, at in pairs if item is not at]
    for place, each in enumerate(shown):
        pieces.extend((Words(", ") if place else Words(say("taylor-about")), Formula(each)))
    pieces.append(Words(say("taylor-to-order", order=numeral(order))))
    return tuple(pieces)


def opening(derivation: Derivation) -> Iterator[Block]:
    """The question."""
    for note in derivation.question.notes:
        yield Prose(words(note), role="note")
    yield Heading(heading(derivation))


def closing(derivation: Derivation, verification: Verification | None) -> Iterator[Block]:
    """The table, the answer, the remainder, the general term, the interval of convergence."""
    if derivation.stages[0].card.id == "taylor_several":
        yield from _several(derivation)
        yield from _checked(verification)
        return
    from stepcalc.calculus.taylor.facts import facts

    found = facts(derivation)
    yield _table(found)
    yield Answer((Formula(_equation(derivation, found)),))
    if found.order == 1:
        place = f"{found.variable.name} = {_name(found.centre)}"
        yield _linear(derivation, "taylor-tangent", place)
    if found.exact:
        yield Prose((*words(say("taylor-exact") + " "), *_check_words(verification)), role="note")
        return
    yield from _remainder(found)
    yield from _term(found)
    yield Prose((*_convergence(found), *_check_words(verification)), role="note")


def _linear(derivation: Derivation, key: str, place: str) -> Prose:
    """The first case: a tangent line or plane, as a sentence."""
    line = relation(
        "=", letter({"taylor-tangent": "y", "taylor-plane": "z"}.get(key, "L")), derivation.answer
    )
    return Prose((*words(say(key, place=place) + say("taylor-or-in-words")), Formula(line)))


def _checked(verification: Verification | None) -> Iterator[Block]:
    pieces = _check_words(verification)
    if pieces:
        yield Prose(pieces, role="note")


def _check_words(verification: Verification | None) -> Inline:
    return wording.checked(verification, ()) if verification is not None else ()


# ------------------------------------------------------------------------------------------ the table


def _table(found: Facts) -> Table:
    # The letter n of "f⁽ᵏ⁾" is in the headings, which are words.
    at = "f⁽ᵏ⁾({})".format
    from stepcalc.notation.unicode import one_line

    value = at(one_line(found.centre))
    with_derivatives = found.rows[0].derivative is not None
    headings = [say("taylor-k"), at(found.variable.name), value, say("taylor-coefficient", value=value)]
    if not with_derivatives:
        del headings[1]
    elif found.centre is found.variable:
        del headings[2]
    return Table(tuple(headings), tuple(_row(row, found) for row in found.rows))


def _row(row: Row, found: Facts) -> tuple[Inline, ...]:
    from stepcalc.render.shorten import Sizes, shorten

    cells: list[Inline] = [words(str(row.k))]
    if row.derivative is not None:
        cells.append((Formula(shorten(row.derivative, MOST_IN_A_CELL, Sizes())),))
    if found.centre is not found.variable or row.derivative is None:
        cells.append((Formula(row.value),))
    return (*cells, (Formula(row.coefficient),))


# ------------------------------------------------------------------------------------------ the answer


def _equation(derivation: Derivation, found: Facts) -> Form:
    """f(x) = polynomial + Rₙ(x), or f(x+Δx) = polynomial + O(Δxⁿ⁺¹)."""
    answer = derivation.answer
    rest: tuple[Form, ...] = ()
    if found.step.head == "letter" and found.step is not found.variable:
        left = call("f", plus(found.centre, found.step))
        if not found.exact:
            rest = (call("O", raised(found.step, number(found.order + 1))),)
    else:
        left = derivation.question.form
        if not found.exact:
            rest = (_rest(found),)
    return relation("=", left, _sum(answer, rest))


def _sum(answer: Form, rest: tuple[Form, ...]) -> Form:
    if not rest:
        return answer
    return add(*(answer.args if answer.head == "sum" else (answer,)), *rest)


def _rest(found: Facts) -> Form:
    """Rₙ, which depends on x."""
    return letter(f"R_{found.order}")


def _remainder(found: Facts) -> Iterator[Block]:
    if found.step is not found.variable and found.step.head == "letter":
        return
    order = found.order + 1
    size = multiply(derived("f", (order,), XI), raised(found.step, number(order)))
    shown = size if order == 1 else divide(size, call("factorial", number(order)))
    yield Prose(
        (
            Words(say("taylor-remainder"), "strong"),
            Words("  "),
            Formula(relation("=", _rest(found), shown)),
            Words(say("taylor-some", centre=_name(found.centre), variable=found.variable.name)),
            *_all_the_way(found),
        )
    )
    bound = found.remainder
    if bound is None:
        return
    highest = derived("f", (order,), found.variable)
    if bound.derivative is not None:
        yield Equation(Formula(highest), Formula(bound.derivative), 0)
    where = _where(found, bound.low, bound.high)
    yield Prose(
        (Formula(relation("<=", call("abs", highest), bound.largest)), Words(say("taylor-for")), *where),
        depth=1,
    )
    first = relation("<=", call("abs", _rest(found)), bound.largest)
    known = say("sign <=") if _is_rounded(found) else "="
    yield Prose(
        (
            Words(say("taylor-bound")), Formula(first), Words(f"/{order}!·"),
            Formula(power(bound.reach, number(order))), Words(f" {known} "), Formula(bound.bound),
            Words(say("taylor-there")),
        ),
        depth=1,
    )  # fmt: skip


def _all_the_way(found: Facts) -> Inline:
    """Lagrange's remainder needs the derivative between the centre and x; entire functions have it."""
    if found.convergence is not None and found.convergence.kind == "everywhere":
        return ()
    return words(say("taylor-all-the-way", derivative=primes(found.order + 1)))


def _is_rounded(found: Facts) -> bool:
    from stepcalc.notation.arithmetic import as_fraction

    bound = found.remainder
    assert bound is not None
    size, reach, shown = (as_fraction(form) for form in (bound.largest, bound.reach, bound.bound))
    assert size is not None and reach is not None
    return shown != size * reach ** (found.order + 1) / factorial(found.order + 1)


def _where(found: Facts, low: Form, high: Form) -> Inline:
    """ "|x| ≤ 1/2", or "−1 ≤ x ≤ 2"."""
    from stepcalc.notation.arithmetic import as_fraction

    ends = [as_fraction(end) for end in (low, high, found.centre)]
    assert ends[0] is not None and ends[1] is not None and ends[2] is not None
    if ends[0] + ends[1] == 2 * ends[2] and found.remainder is not None:
        return (Formula(relation("<=", call("abs", found.step), found.remainder.reach)),)
    both = [Condition(relation("<=", low, found.variable)), Condition(relation("<=", found.variable, high))]
    return wording.domain(both)[1:]


def _name(form: Form) -> str:
    from stepcalc.notation.unicode import one_line

    return one_line(form)


# ------------------------------------------------------------------------------------------ the series


def _term(found: Facts) -> Iterator[Block]:
    term = found.term
    if term is None:
        return
    after: list[Words | Formula] = [Words(say("taylor-from", start=term.start, next=term.start + 1))]
    if term.constant is not ZERO:
        after += [Words(say("taylor-after")), Formula(term.constant)]
    numbers = next((node for node in postorder(term.term) if node.label == "binomial"), None)
    if numbers is not None:
        alpha = _name(numbers.args[0])
        factor = alpha if numbers.args[0].head in ("letter", "number") else f"({alpha})"
        after.append(Words(say("taylor-binomial", alpha=alpha, factor=factor)))
    yield Prose((Words(say("taylor-term"), "strong"), Words("  "), Formula(term.term), *after))


def _convergence(found: Facts) -> Inline:
    known = found.convergence
    if known is None:
        return ()
    variable = found.variable.name
    inside = _joined(known.where)
    match known.kind:
        case "everywhere":
            return words(say("taylor-converges-everywhere", variable=variable) + " ")
        case "flat":
            return (
                Words(say("taylor-flat")),
                Formula(ZERO),
                Words(say("taylor-flat-not", variable=variable) + " "),
            )
        case "part" if not inside:
            return (
                *words(say("taylor-part-everywhere", variable=variable)), *_joined(known.there), Words(". ")
            )  # fmt: skip
        case "part":
            there = (*words(say("taylor-part-of")), *_joined(known.there), Words(". "))
            return (*words(say("taylor-part-inside")), *inside, *there)
    rest = say("taylor-diverges", variable=variable) if known.settled else ""
    return (Words(say("taylor-converges-inside")), *inside, Words(rest + ". "))


def _joined(relations: Sequence[Form]) -> Inline:
    return wording.domain([Condition(each) for each in relations])[1:]


# ------------------------------------------------------------------------------------------ several variables


MOST_PARTIALS: Final = 60
"""The table of a polynomial in several variables is shown up to this many lines."""


def _several(derivation: Derivation) -> Iterator[Block]:
    """The table, at second order the matrix form, the answer written out, and what it leaves out."""
    from stepcalc.calculus.taylor.facts import several_facts

    found = several_facts(derivation)
    delta = found.steps[0].head == "letter" and found.steps[0] is not found.variables[0]
    if len(found.rows) <= MOST_PARTIALS:
        yield _partials(found, delta)
    yield from _matrix_form(derivation)
    rest = letter(f"R_{found.order}")
    if delta:
        left = call("f", *(plus(at, step) for at, step in zip(found.centres, found.steps, strict=True)))
    else:
        left = derivation.question.form
    answer = _sum(derivation.answer, () if found.exact else (rest,))
    yield Answer((Formula(relation("=", left, answer)),))
    if found.order == 1 and not delta:
        names = zip(found.variables, found.centres, strict=True)
        place = ", ".join(f"{variable.name} = {_name(at)}" for variable, at in names)
        yield _linear(derivation, "taylor-plane" if len(found.variables) == 2 else "taylor-linear", place)
    if found.exact:
        yield Prose(words(say("taylor-exact")), role="note")
        return
    yield from _several_remainder(found, rest)


def _partials(found: SeveralFacts, delta: bool) -> Table:
    from stepcalc.render.shorten import Sizes, shorten

    place = ", ".join(_name(at) for at in found.centres)
    headings = [say("taylor-partial"), say("taylor-partial-at"), say("taylor-value", place=f"({place})")]
    rows = []
    for row in found.rows:
        powers = list(zip(found.steps, row.index, strict=True))
        cells: list[Inline] = [
            words(row.name),
            (Formula(shorten(row.derivative, MOST_IN_A_CELL, Sizes())),),
            (Formula(row.value),),
            (Formula(term(row.coefficient, powers)),),
        ]
        if delta:
            del cells[2]
        rows.append(tuple(cells))
    if delta:
        del headings[2]
    return Table((*headings, say("taylor-part")), tuple(rows))


def _several_remainder(found: SeveralFacts, rest: Form) -> Iterator[Block]:
    order = say("taylor-segment", order=found.order + 1)
    shown = Words(f"Σ ∂^α f/α!·h^α{order}")
    left = (Formula(rest), Words(" = "))
    yield Prose((Words(say("taylor-remainder"), "strong"), Words("  "), *left, shown))
    if found.bound is None:
        return
    ends = [
        relation
        for variable, low, high in zip(found.variables, found.low, found.high, strict=True)
        for relation in _between(variable, low, high)
    ]
    size = Formula(relation("<=", call("abs", rest), found.bound))
    yield Prose((Words(say("taylor-bound")), size, Words(say("taylor-for")), *_joined(ends)), depth=1)


def _between(variable: Form, low: Form, high: Form) -> tuple[Form, Form]:
    return relation("<=", low, variable), relation("<=", variable, high)


def _matrix_form(derivation: Derivation) -> Iterator[Block]:
    """f(a) + ∇f(a)ᵀh + ½ hᵀHh with the numbers put in, up to order 2."""
    from stepcalc.notation.forms import column, entries_of, matrix

    root = derivation.stages[0]
    _, variables, centres, order = root.goal.args[:4]
    last, count = int(numeral(order)), len(variables.args)
    answers = {step.goal: step.result for step in root.substeps}
    if not 1 <= last <= 2:
        return

    def at_centre(derivative: Form) -> Form:
        return answers.get(call("value_at", derivative, variables, centres), ZERO)

    yield Prose(words(say(f"taylor-matrix-{last}")))
    for wanted, answer in answers.items():
        if wanted.label == "gradient":
            slopes = [at_centre(entry) for entry in entries_of(answer).values()]
            yield Equation(Formula(call("gradient", call("f", *centres.args))), Formula(column(slopes)), 0)
        elif wanted.label == "hessian":
            entries = {place: at_centre(entry) for place, entry in entries_of(answer).items()}
            full = [[entries.get((row, place), ZERO) for place in range(count)] for row in range(count)]
            yield Equation(Formula(call("H", *centres.args)), Formula(matrix(full)), 0)


# ------------------------------------------------------------------------------------------ single steps


def stated(step: Step) -> tuple[Form | None, Form] | None:
    """What a step about a series says, as the two sides of an equation; ``None`` for other steps.

    A value stands beside the expression with the centre put in, a list of coefficients as the series it means.
    """
    if step.goal.head != "call" or step.goal.label not in _STATED:
        return None
    return _STATED[str(step.goal.label)](step.goal, step.result)


def _value(wanted: Form, result: Form) -> tuple[Form | None, Form]:
    put_in = substituted(*wanted.args)
    return (None if put_in is result else put_in), result


def _tends(wanted: Form, result: Form) -> tuple[Form | None, Form]:
    return call("limit", *wanted.args), result


def _coefficients(wanted: Form, result: Form) -> tuple[Form | None, Form]:
    subject, variable, centre, order = wanted.args
    step = variable if centre is ZERO else plus(variable, opposite(centre))
    found = polynomial(result.args, step)
    rest = call("O", raised(step, number(int(numeral(order)) + 1)))
    return subject, found if subject is found else _sum(found, (rest,))


def _bounded(wanted: Form, result: Form) -> tuple[Form | None, Form]:
    _, variable, _, order, _, _ = wanted.args
    highest = derived("f", (int(numeral(order)),), variable)
    return None, relation("<=", call("abs", highest), result)


def _left_out(wanted: Form, result: Form) -> tuple[Form | None, Form]:
    return None, relation("<=", call("abs", letter(f"R_{numeral(wanted.args[3])}")), result)


_STATED: Final[Mapping[str, Callable[[Form, Form], tuple[Form | None, Form]]]] = {
    "value_at": _value,
    "limit_at": _tends,
    "coefficients": _coefficients,
    "derivative_bound": _bounded,
    "remainder_bound": _left_out,
}
