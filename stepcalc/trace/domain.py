"""The domain of a derivation: its conditions solved for the variable where that is easy, and put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any, Final

from stepcalc.notation.arithmetic import number_value, times
from stepcalc.notation.forms import (
    ONE,
    ZERO,
    Form,
    add,
    letter_label,
    letters_of,
    negate,
    nodes_of,
    number,
    postorder,
    relation,
    size,
    with_args,
)
from stepcalc.numeric.probing import decided_number
from stepcalc.numeric.shape import is_integral
from stepcalc.rulebook.dependence import definitions_of, put_in
from stepcalc.rulebook.limits.rule import is_limit
from stepcalc.trace.conditions import Condition, Judge, parts_of
from stepcalc.trace.derivation import Question, reading_order
from stepcalc.trace.realset import EVERYTHING, RealSet, union
from stepcalc.trace.roots import rational_end
from stepcalc.trace.solving import FLIPPED, where_holds
from stepcalc.trace.step import Step


def stated_domain(question: Question, stages: Sequence[Step], judge: Judge) -> tuple[Condition, ...]:
    """Where the answer to a question holds: where the function is real, and every step on the way holds.

    Args:
        question: What was asked.
        stages: The steps at the top level.
        judge: Judges conditions by the cards of its book.
    """
    if any(is_limit(stage.goal) for stage in stages):
        return ()  # A limit is about a single point, at which the function need not have a value.
    given = judge.kept(judge.of_function(question.form))
    bound = {node.args[1] for node in nodes_of(question.form) if is_integral(node)} - set(question.letters)
    own = [
        condition
        for step in reading_order(tuple(stages))
        for condition in step.conditions
        if not bound or bound.isdisjoint(letters_of(condition.relation))
    ]
    # The limit of rise over run is a number only where what it came to has a value: 1/(3x^(2/3)) not at 0.
    slopes = [step.result for step in stages if step.card.matcher == "definition"]
    own += [condition for slope in slopes for condition in judge.kept(judge.of_function(slope))]
    needed = _put_in(dict.fromkeys([*given, *own]), stages)
    found = domain(needed, question.letters, judge.book.definitions)
    # What a move of tidying took away was not looked at on the way: 1 + (y/x)² is never 0.
    return tuple(item for item in found if item.status != "undecided" or judge.kept([item.relation]))


def _put_in(conditions: Iterable[Condition], stages: Sequence[Step]) -> Iterable[Condition]:
    """The conditions with what letters stand for, where a total derivative defines them."""
    goals = (stage.goal for stage in stages)
    definitions = next((definitions_of(goal) for goal in goals if goal.label == "total"), {})
    if not definitions:
        return conditions
    return [Condition(put_in(item.relation, definitions), item.status) for item in conditions]


def domain(
    conditions: Iterable[Condition], variables: Iterable[Form], definitions: Mapping[str, Any] | None = None
) -> tuple[Condition, ...]:
    """Conditions solved and put together.

    Args:
        conditions: What the steps need, in the order in which they came up.
        variables: The letters that vary. A derivative is a limit from both sides, so where one of them has an
            interval, its ends are not part of the domain.
        definitions: The functions that cards define.

    Returns:
        Conditions that say the same in fewer words: an interval for a variable first, then the numbers left
        out, then what could not be solved, with status ``"undecided"`` where it may hold everywhere.
        One with status ``"impossible"`` where no real point is left.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> x = letter("x")
        >>> found = domain([Condition(relation(">", x, ZERO)), Condition(relation("!=", x, ZERO))], [x])
        >>> len(found)
        1
    """
    varying = frozenset(variables)
    solved: dict[Form, RealSet] = dict.fromkeys(variables, EVERYTHING)
    rest: dict[Form, Condition] = {}
    for condition in conditions:
        if condition.status == "impossible":
            return (condition,)
        for part in parts_of(condition.relation):
            for simple in _simpler(part):
                if not letters_of(simple) and decided_number(simple, definitions or {}):
                    continue
                known = _solve(simple)
                if known is None:
                    inside = _inside(simple) if varying & letters_of(simple) else simple
                    if _canonical(_turned(inside)) not in rest:
                        rest.setdefault(_canonical(inside), Condition(inside, condition.status))
                else:
                    variable, numbers = known
                    inner = numbers.interior() if variable in varying else numbers
                    solved[variable] = solved.get(variable, EVERYTHING) & inner
                    if (solved[variable] & _assumed(variable)).is_empty():
                        return (Condition(condition.relation, "impossible"),)
    stated = [part for letter, numbers in solved.items() for part in _beyond_assumed(letter, numbers)]
    found = [Condition(part) for part in stated]
    unsolved = [item for item in rest.values() if not _implied(item.relation, rest)]
    thorough = len(unsolved) <= MOST_PROBED
    return (*found, *(_decided(item, definitions or {}, thorough) for item in unsolved))


def _assumed(letter: Form) -> RealSet:
    """The real numbers that a letter's assumptions leave."""
    facts = dict(letter_label(letter)[1])
    found = EVERYTHING
    for fact, sign in _SIGNS.items():
        if facts.get(fact):
            found = found & RealSet.where(sign, _NOUGHT)
    return found


def _beyond_assumed(letter: Form, numbers: RealSet) -> list[Form]:
    """What is to be said of a letter of which something is assumed: nothing that is assumed."""
    assumed = _assumed(letter)
    if assumed == EVERYTHING:
        return numbers.relations(letter)
    facts = dict(letter_label(letter)[1])
    excluded = [RealSet.where(_OPPOSITE[sign], _NOUGHT) for fact, sign in _SIGNS.items() if facts.get(fact)]
    plain, short = (
        found.relations(letter) for found in (numbers & assumed, union([numbers & assumed, *excluded]))
    )
    return short if sum(map(size, short)) < sum(map(size, plain)) else plain


_NOUGHT: Final = rational_end(Fraction(0))
_SIGNS: Final[Mapping[str, str]] = {
    "positive": ">",
    "negative": "<",
    "nonnegative": ">=",
    "nonpositive": "<=",
    "nonzero": "!=",
}
_OPPOSITE: Final[Mapping[str, str]] = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "!=": "="}


def _inside(part: Form) -> Form:
    """A condition without the numbers at which it only just holds."""
    stricter = {"<=": "<", ">=": ">"}.get(str(part.label)) if part.head == "relation" else None
    return part if stricter is None else relation(stricter, *part.args)


MOST_PROBED: Final = 24
"""So many conditions are looked at closely; of more, machine numbers say what they can."""


def _decided(condition: Condition, definitions: Mapping[str, Any], thorough: bool) -> Condition:
    from stepcalc.numeric.probing import fails_somewhere

    if fails_somewhere(condition.relation, definitions, thorough=thorough):
        return condition
    return Condition(condition.relation, "undecided")


def _canonical(form: Form) -> Form:
    """The form with terms and factors in an order of no meaning, so that 1 + cos(x) is cos(x) + 1."""
    done: dict[Form, Form] = {}
    for node in postorder(form):
        args = tuple(done[arg] for arg in node.args)
        if node.head in ("sum", "product"):
            args = tuple(sorted(args, key=id))
        done[node] = with_args(node, args)
    return done[form]


def _turned(part: Form) -> Form:
    """u != 0 as -u != 0 where u is a sum, so that y - x is not told from x - y."""
    if (
        part.head != "relation"
        or part.label != "!="
        or part.args[0].head != "sum"
        or part.args[1] is not ZERO
    ):
        return part
    return relation("!=", add(*map(negate, part.args[0].args)), ZERO)


def _implied(part: Form, others: Mapping[Form, Condition]) -> bool:
    """Whether u != 0 or u >= 0 stands beside u > 0."""
    if part.head != "relation" or part.label not in ("!=", ">=", "<="):
        return False
    stricter = {"!=": (">", "<"), ">=": (">",), "<=": ("<",)}[str(part.label)]
    return any(_canonical(relation(sign, *part.args)) in others for sign in stricter)


def _solve(part: Form) -> tuple[Form, RealSet] | None:
    """The letter that a condition is about and the numbers for which it holds, where that is easy to say."""
    if part.head == "logic" and part.label in ("or", "and"):
        return _of_one_letter(map(_solve_all, part.args), union if part.label == "or" else _meet)
    if part.head != "relation" or part.label not in FLIPPED:
        return None
    letters = letters_of(part)
    if len(letters) != 1:
        return None
    (variable,) = letters
    numbers = where_holds(part, variable)
    return None if numbers is None else (variable, numbers)


def _solve_all(part: Form) -> tuple[Form, RealSet] | None:
    return _of_one_letter((_solve(simple) for inner in parts_of(part) for simple in _simpler(inner)), _meet)


def _of_one_letter(
    solved: Iterable[tuple[Form, RealSet] | None], together: Callable[[Iterable[RealSet]], RealSet]
) -> tuple[Form, RealSet] | None:
    """Conditions put together where each is solved, and all for the same letter."""
    sets: dict[Form, list[RealSet]] = {}
    for item in solved:
        if item is None:
            return None
        sets.setdefault(item[0], []).append(item[1])
    if len(sets) != 1:
        return None
    ((letter, numbers),) = sets.items()
    return letter, together(numbers)


def _meet(sets: Iterable[RealSet]) -> RealSet:
    found = EVERYTHING
    for item in sets:
        found = found & item
    return found


# ------------------------------------------------------------------------------------------ simpler relations


def _simpler(part: Form) -> list[Form]:
    """The same condition on what is inside: x³ ≠ 0 is x ≠ 0, a product ≠ 0 is each factor ≠ 0."""
    found: list[Form] = []
    stack = [part]
    while stack:
        now = stack.pop()
        inner = _unwrapped(now)
        if inner is None:
            found.append(now)
        else:
            stack.extend(reversed(inner))
    return found


def _unwrapped(part: Form) -> list[Form] | None:
    if part.head != "relation" or part.args[1] is not ZERO:
        return None
    sign, inner = str(part.label), part.args[0]
    if sign == "!=":
        return _nonzero(inner)
    if sign not in (">", ">="):
        return None
    match inner.head:
        case "root":
            return [relation(sign, inner.args[0], ZERO)]
        case "power":
            exponent = number_value(inner.args[1])
            if exponent is None or exponent.denominator != 1 or exponent <= 0:
                return None
            if exponent % 2:
                return [relation(sign, inner.args[0], ZERO)]
            return [relation("!=", inner.args[0], ZERO)] if sign == ">" else []
        case "product" | "quotient":
            return _positive_factors(sign, inner)
        case "sum" if (smaller := _primitive(inner, turned=False)) is not inner:
            return [relation(sign, smaller, ZERO)]
        case "call" if inner.label == "log" and len(inner.args) == 1:
            return [relation(sign, inner.args[0], ONE)]
        case "call" if inner.label == "abs":
            return [relation("!=", inner.args[0], ZERO)] if sign == ">" else []
    return None


def _nonzero(inner: Form) -> list[Form] | None:
    match inner.head:
        case "number" if inner is not ZERO:
            return []
        case "product":
            return [relation("!=", factor, ZERO) for factor in inner.args]
        case "sum" if (smaller := _primitive(inner, turned=True)) is not inner:
            return [relation("!=", smaller, ZERO)]
        case "quotient":
            return [relation("!=", inner.args[0], ZERO)]
        case "root":
            return [relation("!=", inner.args[0], ZERO)]
        case "power" if (exponent := number_value(inner.args[1])) is None or exponent > 0:
            return [relation("!=", inner.args[0], ZERO)]
        case "call" if inner.label == "exp":
            return []
        case "call" if inner.label in ("abs", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "erf"):
            return [relation("!=", inner.args[0], ZERO)]
        case "call" if inner.label == "log" and len(inner.args) == 1:
            return [relation("!=", inner.args[0], ONE)]
    return None


def _primitive(total: Form, *, turned: bool) -> Form:
    """A sum without the whole number that its terms have in common; turned about, it begins without a minus."""
    numbers = [_number_before(term) for term in total.args]
    common = gcd(*numbers) * (-1 if turned and numbers[0] < 0 else 1)
    if common in (0, 1):
        return total
    rests = [_without_number(term) for term in total.args]
    return add(*(times(number(each // common), rest) for each, rest in zip(numbers, rests, strict=True)))


def _number_before(term: Form) -> int:
    first = term.args[0] if term.head == "product" else term
    return first.label if first.head == "number" and isinstance(first.label, int) else 1


def _without_number(term: Form) -> Form:
    if term.head == "number":
        return ONE if isinstance(term.label, int) else term
    has_number = (
        term.head == "product" and term.args[0].head == "number" and isinstance(term.args[0].label, int)
    )
    return times(*term.args[1:]) if has_number else term


def _positive_factors(sign: str, inner: Form) -> list[Form] | None:
    """A numeral in front, or below the line, decides nothing but the direction."""
    parts = list(inner.args)
    known = [number_value(part) for part in parts]
    if inner.head == "quotient":
        if known[1] is None or not known[1]:
            return None
        return [relation(sign if known[1] > 0 else FLIPPED[sign], parts[0], ZERO)]
    if known[0] is None or not known[0]:
        return None
    rest = parts[1] if len(parts) == 2 else times(*parts[1:])
    return [relation(sign if known[0] > 0 else FLIPPED[sign], rest, ZERO)]
