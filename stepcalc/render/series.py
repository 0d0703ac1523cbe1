"""A Taylor polynomial told: the table, the answer with its remainder, where the series converges."""

from __future__ import annotations

from collections.abc import Iterator
from math import factorial
from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.notation.arithmetic import plus, raised
from stepcalc.notation.forms import (
    ZERO,
    Form,
    add,
    call,
    derived,
    letter,
    number,
    numeral,
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
from stepcalc.trace.conditions import Condition

if TYPE_CHECKING:
    from stepcalc.calculus.taylor.facts import Facts, Row
    from stepcalc.trace.derivation import Derivation
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
    yield from _remainder(found)
    yield from _term(found)
    yield Prose((*_convergence(found), *_check_words(verification)), role="note")


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
    if found.step.head == "letter" and found.step is not found.variable:
        rest = call("O", raised(found.step, number(found.order + 1)))
        left = call("f", plus(found.centre, found.step))
    else:
        rest, left = _rest(found), derivation.question.form
    terms = answer.args if answer.head == "sum" else (answer,) if answer is not ZERO else ()
    return relation("=", left, add(*terms, rest))


def _rest(found: Facts) -> Form:
    """Rₙ, which depends on x."""
    return letter(f"R_{found.order}")


def _remainder(found: Facts) -> Iterator[Block]:
    if found.step is not found.variable and found.step.head == "letter":
        return
    order = found.order + 1
    size = derived("f", (order,), XI)
    yield Prose(
        (
            Words(say("taylor-remainder"), "strong"),
            Words("  "),
            Formula(relation("=", _rest(found), size)),
            Words(f"/{order}!·"),
            Formula(raised(found.step, number(order))),
            Words(say("taylor-some", centre=_name(found.centre), variable=found.variable.name)),
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
    if found.term is None:
        return
    counted = say("taylor-from", start=found.term.start, next=found.term.start + 1)
    yield Prose((Words(say("taylor-term"), "strong"), Words("  "), Formula(found.term.term), Words(counted)))


def _convergence(found: Facts) -> Inline:
    known = found.convergence
    if known is None:
        return ()
    match known.kind:
        case "everywhere":
            sentence = say("taylor-converges-everywhere", variable=found.variable.name)
            return (Words(sentence + " "),)
        case "flat":
            return (
                Words(say("taylor-flat")),
                Formula(ZERO),
                Words(say("taylor-flat-not", variable=found.variable.name) + " "),
            )
    inside = wording.domain([Condition(each) for each in known.where])[1:]
    return (Words(say("taylor-converges-inside")), *inside, Words(". "))


# ------------------------------------------------------------------------------------------ several variables


def _several(derivation: Derivation) -> Iterator[Block]:
    """The answer written out and, at second order, in matrix form."""
    root = derivation.stages[0]
    subject, variables, _, order, steps = root.goal.args
    answer = derivation.answer
    rest = letter(f"R_{numeral(order)}")
    terms = answer.args if answer.head == "sum" else (answer,) if answer is not ZERO else ()
    delta = steps.args[0].head == "letter" and steps.args[0] is not variables.args[0]
    yield from _matrix_form(derivation)
    yield Answer((Formula(answer if delta else relation("=", subject, add(*terms, rest))),))


def _matrix_form(derivation: Derivation) -> Iterator[Block]:
    """f(a) + ∇f(a)ᵀh + ½ hᵀHh with the numbers put in, up to order 2."""
    from stepcalc.notation.forms import column, entries_of, matrix

    root = derivation.stages[0]
    _, variables, centres, order, _ = root.goal.args
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
