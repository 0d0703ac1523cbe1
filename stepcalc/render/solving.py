"""Solved equations told: which rule made an equation shorter, the cases, and what each gave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from stepcalc.messages import say
from stepcalc.notation.forms import ONE, ZERO, Form, call, letters_of, numeral, power, relation, root
from stepcalc.notation.operators import rows_of
from stepcalc.notation.values import form_of
from stepcalc.render import reports
from stepcalc.render.document import Block, Formula, Prose, Words, words
from stepcalc.render.reports import point
from stepcalc.rulebook.equations.algebra import Algebra, counters_of, is_rounded
from stepcalc.rulebook.equations.choosing import equation
from stepcalc.rulebook.equations.combining import inside_is, inside_values, without
from stepcalc.rulebook.equations.putting_in import exceptions, put_in, whole_zeros
from stepcalc.rulebook.equations.rows import solves
from stepcalc.rulebook.equations.solving import difference, discriminant, leading
from stepcalc.rulebook.equations.together import system

SHOWN_DIGITS: Final = 7

if TYPE_CHECKING:
    from stepcalc.render.presentation import Presentation
    from stepcalc.trace.step import Step

MOST_TOLD: Final = 60
"""Of a solution with more steps than this the first are told, unless all were asked for."""


def solving(step: Step, told: Presentation, depth: int = 0) -> Iterator[Block]:
    """The steps of a solution.

    Args:
        step: The step that solves equations.
        told: How it is told.
        depth: How deep it is nested.
    """
    telling = _Telling(told.everything or told.detail == "full", told.detail == "brief")
    yield from telling.step(step, depth)
    if telling.left_out:
        yield Prose(words(say("solving-more", count=telling.left_out)), role="note", depth=depth)


class _Telling:
    """The telling of one solution: a step that was told is not told again."""

    def __init__(self, full: bool, brief: bool) -> None:
        self.full = full
        self.brief = brief
        self.seen: set[Step] = set()
        self.left_out = 0
        self.stated: Form | None = None

    def step(self, step: Step, depth: int, *, stated: Form | None = None) -> Iterator[Block]:
        """A step and all below it; ``stated`` is an equation that was just written down."""
        if self.brief:
            return
        if step in self.seen:
            yield from self.outcome(step, depth)
            return
        self.seen.add(step)
        if len(self.seen) > MOST_TOLD and not self.full:
            self.left_out += 1
            return
        if step.card.id.startswith("system"):
            self.stated = stated
            yield from _SYSTEMS[step.card.id](self, step, depth)
            return
        how = _WAYS.get(step.card.id, _Telling.undone)
        line, *rest = how(self, step, depth)
        yield line
        if self.full and step.goal.args[0] is not step.goal.args[1]:  # x = 0 is solved as it stands
            yield Prose(words(step.card.say), role="note", depth=depth + 1)
        yield from rest

    # -------------------------------------------------------------------------------- what all have in common

    def line(self, step: Step, depth: int, subject: Form | None = None) -> Prose:
        """The equation, and the rule beside it."""
        whole = relation("=", subject or step.goal.args[0], ZERO)
        return prose(Formula(whole), Words("    "), Words(step.card.name, "rule"), depth=depth)

    def outcome(self, step: Step, depth: int, *before: Any, after: Sequence[Any] = ()) -> Iterator[Block]:
        """The solutions: "x = 1 or x = 2"."""
        if step.card.id in _SHORT:
            yield from _SHORT[step.card.id](self, step, depth)
            return
        if step.card.id.startswith("system"):
            letters: Sequence[Form] = step.goal.args[1].args
        else:
            letters = step.goal.args[1:2]
        yield prose(*before, *solutions(letters, rows_of(step.result)), *after, depth=depth)

    def below(self, step: Step) -> Mapping[Form, Step]:
        """The steps that a step rests on, by their goals."""
        return {substep.goal: substep for substep in step.substeps}

    # ------------------------------------------------------------------------------------ one letter

    def linear(self, step: Step, depth: int) -> Iterator[Block]:
        subject, letter = step.goal.args
        if subject is letter:
            yield from self.outcome(step, depth)
        else:
            yield from self.outcome(
                step, depth, Formula(relation("=", subject, ZERO)), say("solving-so"), after=_unless(step)
            )

    def never(self, step: Step, depth: int) -> Iterator[Block]:
        yield prose(Formula(step.goal.args[0]), say("solving-never"), depth=depth)

    def always(self, step: Step, depth: int) -> Iterator[Block]:
        yield prose(
            Formula(relation("=", step.goal.args[0], ZERO)), say("solving-always"), Formula(step.goal.args[1]),
            ".", depth=depth,
        )  # fmt: skip

    def rewritten(self, step: Step, depth: int) -> Iterator[Block]:
        yield self.line(step, depth)
        yield from self.step(step.substeps[0], depth)
        yield from self.left(step, depth)

    def product(self, step: Step, depth: int) -> Iterator[Block]:
        _, letter, factors = step.goal.args
        below = self.below(step)
        yield self.line(step, depth)
        for factor in factors.args:
            yield from self.step(below[equation(factor, letter)], depth + 1)
        yield from self.left(step, depth)

    def left(self, step: Step, depth: int) -> Iterator[Block]:
        """Solutions of the shorter equations that do not solve this one."""
        kept = {row[0] for row in rows_of(step.result)}
        for below in step.substeps:
            for row in rows_of(below.result):
                if row[0] not in kept and not counters_of(row[0]):
                    kept.add(row[0])
                    if solves(step.goal.args[:1], step.goal.args[1:2], row):
                        continue  # a family has it
                    yield prose(
                        Formula(relation("=", step.goal.args[1], row[0])),
                        say("solving-left"),
                        depth=depth + 1,
                    )

    def powers(self, step: Step, depth: int) -> Iterator[Block]:
        _, _, inner, exponent, at = step.goal.args
        yield self.line(step, depth)
        yield from self.values(step, relation("=", power(inner, exponent), at), depth)

    def undone(self, step: Step, depth: int) -> Iterator[Block]:
        """A function that is undone: g(u) = v."""
        yield self.line(step, depth)
        yield from self.values(step, _UNDONE[step.card.id](step.goal), depth)

    def values(self, step: Step, short: Form, depth: int) -> Iterator[Block]:
        """ "x² = 2, so x = −√2 or x = √2", or what stands inside, which is solved in its turn."""
        known = short is relation("=", step.goal.args[0], ZERO)
        if not step.substeps:
            before = () if known else (Formula(short), say("solving-so"))
            yield from self.outcome(step, depth + 1, *before)
            return
        if not known:
            yield prose(Formula(short), depth=depth + 1)
        for below in step.substeps:
            yield from self.step(below, depth + 1)

    def divided_cosine(self, step: Step, depth: int) -> Iterator[Block]:
        yield self.line(step, depth)
        yield from self.step(step.substeps[0], depth)

    def quadratic(self, step: Step, depth: int) -> Iterator[Block]:
        a, b, c, inside = discriminant(step.goal)
        yield self.line(step, depth)
        taken = any(item.name in ("a", "b", "c") for item in letters_of(step.goal))
        pieces: list[Any] = []
        for name, each in zip("ABC" if taken else "abc", (a, b, c), strict=True):
            pieces += [f"{name} = ", Formula(each), ", "]
        told = say("solving-discriminant-capital" if taken else "solving-discriminant")
        yield prose(*pieces, told, Formula(inside), depth=depth + 1)
        yield from self.outcome(step, depth + 1, after=_unless(step))

    def searched(self, step: Step, depth: int) -> Iterator[Block]:
        yield self.line(step, depth)
        yield from self.outcome(step, depth + 1)

    def substituted(self, step: Step, depth: int) -> Iterator[Block]:
        _, letter, fresh, inner, outer = step.goal.args
        below = self.below(step)
        yield self.line(step, depth)
        yield prose(say("solving-with"), Formula(relation("=", fresh, inner)), ":", depth=depth + 1)
        first = below[equation(outer, fresh)]
        yield from self.step(first, depth + 1)
        for (value,) in rows_of(first.result):
            yield from self.step(below[equation(difference(inner, value, [letter]), letter)], depth + 1)

    # ---------------------------------------------------------------------------------- several letters

    def cases(self, step: Step, depth: int) -> Iterator[Block]:
        forms, letters, place, factors = step.goal.args
        below = self.below(step)
        yield self.line(step, depth, forms.args[int(numeral(place))])
        rest = tuple(form for k, form in enumerate(forms.args) if k != int(numeral(place)))
        for factor in factors.args:
            wanted = _case(below, factor, rest, letters.args)
            yield prose(
                Words(say("solving-case"), "strong"), Formula(relation("=", factor, ZERO)), depth=depth
            )
            yield from self.step(wanted, depth + 1, stated=factor)

    def single(self, step: Step, depth: int) -> Iterator[Block]:
        forms, letters, place, letter = step.goal.args
        below = self.below(step)
        index = int(numeral(place))
        solved = below[equation(forms.args[index], letter)]
        told = forms.args[index] is letter is self.stated
        if not told:
            yield from self.step(solved, depth)
        rest = [form for k, form in enumerate(forms.args) if k != index]
        others = [each for each in letters.args if each is not letter]
        if not others:
            return
        for (found,) in rows_of(solved.result):
            yield from self.following(step, letter, found, rest, others, depth, told=told)
        yield from self.together(step, depth)

    def following(
        self, step: Step, letter: Form, value: Form, rest: Sequence[Form], others: Sequence[Form], depth: int,
        *, told: bool = False,
    ) -> Iterator[Block]:  # fmt: skip
        """What is left of the equations when a letter's value is put in."""
        left = put_in(rest, step.goal.args[1].args, letter, value)
        known = Formula(relation("=", letter, value))
        if left is None:
            yield prose(say("solving-put"), known, say("solving-contradiction"), depth=depth)
            return
        if not told:
            yield prose(say("solving-put"), known, ":", depth=depth)
        yield from self.step(self.below(step)[system(left, others)], depth if told else depth + 1)
        for each in exceptions(left, others, value):
            yield from self.following(step, letter, each, rest, others, depth)

    def together(self, step: Step, depth: int) -> Iterator[Block]:
        """The points that a step has come to."""
        if step.result.args:
            yield from self.outcome(step, depth, say("solving-points"))

    def solved_for(self, step: Step, depth: int) -> Iterator[Block]:
        forms, letters, place, letter, value = step.goal.args[:5]
        index = int(numeral(place))
        rest = [form for k, form in enumerate(forms.args) if k != index]
        others = [each for each in letters.args if each is not letter]
        if forms.args[index] is not self.stated:
            yield self.line(step, depth, forms.args[index])
        yield from self.following(step, letter, value, rest, others, depth)
        if step.card.id == "system_linear":
            yield from self.together(step, depth)

    def divided(self, step: Step, depth: int) -> Iterator[Block]:
        forms, letters, place, _, _, a, b = step.goal.args
        rest = [form for k, form in enumerate(forms.args) if k != int(numeral(place))]
        yield from self.solved_for(step, depth)
        both = [a, b, *rest] if b is not ZERO else [a, *rest]
        pieces = [Words(say("solving-case"), "strong"), Formula(relation("=", a, ZERO))]
        yield prose(*pieces, say("solving-and"), Formula(relation("=", b, ZERO)), depth=depth)
        yield from self.step(self.below(step)[system(both, letters.args)], depth + 1)

    def combined(self, step: Step, depth: int) -> Iterator[Block]:
        first, *others = step.goal.args[2].args
        yield self.line(step, depth, first)
        yield from (prose(Formula(relation("=", form, ZERO)), depth=depth) for form in others)
        self.stated = step.goal.args[2].args[-1]
        yield from self.step(step.substeps[0], depth, stated=self.stated)

    def inside(self, step: Step, depth: int) -> Iterator[Block]:
        forms, letters, place, fresh, inner, outer = step.goal.args
        index, below = int(numeral(place)), self.below(step)
        yield self.line(step, depth, forms.args[index])
        yield prose(say("solving-with"), Formula(relation("=", fresh, inner)), ":", depth=depth + 1)
        first = below[equation(outer, fresh)]
        yield from self.step(first, depth + 1)
        values = inside_values(first.result, inner, letters.args)
        for value in values:
            following = inside_is(forms.args, index, inner, value, letters.args)
            yield from self.step(below[system(following, letters.args)], depth + 1)
        if len(values) > 1:
            yield from self.together(step, depth)

    def curve(self, step: Step, depth: int) -> Iterator[Block]:
        yield self.line(step, depth, step.goal.args[3])
        yield from self.outcome(step, depth, say("solving-points"))

    def free(self, step: Step, depth: int) -> Iterator[Block]:
        yield prose(say("solving-free"), *_listed(step.goal.args[1].args), ".", depth=depth)

    def no_case(self, step: Step, depth: int) -> Iterator[Block]:
        forms, _, place = step.goal.args
        form = forms.args[int(numeral(place))]
        zeros = whole_zeros(Algebra([], [form]).of(form)) if counters_of(form) else ()
        if not zeros:
            yield prose(Formula(form), say("solving-never"), depth=depth)
        for symbol, turn in zeros:
            at = relation("=", form_of(symbol), form_of(turn))
            yield prose(
                Formula(form), say("solving-never-but"), Formula(at), say("solving-alone"), depth=depth
            )


def _unless(step: Step) -> list[Any]:
    """ ", where a − b ≠ 0": what a solution divides by, if letters that are held can make it 0."""
    divisor = leading(step.goal)
    return [] if divisor is None else [say("solving-where"), Formula(relation("!=", divisor, ZERO))]


def _case(below: Mapping[Form, Step], factor: Form, rest: Sequence[Form], letters: Sequence[Form]) -> Step:
    """The case of a factor: with the other equations, but for those that hold by it."""
    return below[system([factor, *without(rest, factor, letters)], letters)]


def prose(*pieces: Any, depth: int) -> Prose:
    """A line that stands below an equation of the same depth."""
    return reports.prose(*pieces, depth=depth + 1)


def _listed(forms: Sequence[Form]) -> list[Any]:
    pieces: list[Any] = []
    for place, form in enumerate(forms):
        pieces += [", "] if place else []
        pieces.append(Formula(form))
    return pieces


def solutions(letters: Sequence[Form], rows: Sequence[Sequence[Form]]) -> list[Any]:
    """ "x = 1 or x = 2", "(x, y) = (1, 2)", "no real solution"; of families which letters are integers."""
    if not rows:
        return [say("solving-none")]
    pieces: list[Any] = []
    for place, row in enumerate(rows):
        pieces += [say("solving-or")] if place else []
        rounded = any(map(is_rounded, row))
        if len(row) == 1 and not rounded:
            pieces.append(Formula(relation("=", letters[0], row[0])))
        else:
            pieces += [*point(letters), " ≈ " if rounded else " = ", *point(_few_digits(row))]
    return pieces + integers(item for row in rows for part in row for item in counters_of(part))


def _few_digits(row: Sequence[Form]) -> list[Form]:
    from stepcalc.calculus.optimisation.numerals import decimal_form

    return [decimal_form(float(numeral(part)), SHOWN_DIGITS) if is_rounded(part) else part for part in row]


def integers(counters: Iterable[Form]) -> list[Any]:
    """ ", k any integer", or nothing."""
    own = list(dict.fromkeys(counters))
    key = "solving-any-integer" if len(own) == 1 else "solving-any-integers"
    return [say("solving-family"), *_listed(own), say(key)] if own else []


def _exponential(goal: Form) -> Form:
    from stepcalc.notation.forms import exp

    _, _, inner, at, *base = goal.args
    return relation("=", power(base[0], inner) if base else exp(inner), at)


def _named(name: str) -> Callable[[Form], Form]:
    return lambda goal: relation("=", call(name, goal.args[2]), goal.args[3])


def _rooted(goal: Form) -> Form:
    _, _, inner, exponent, at = goal.args
    above, below = exponent.args if exponent.head == "quotient" else (exponent, ONE)
    whole = inner if above is ONE else power(inner, above)
    return relation("=", whole if below is ONE else root(whole, below), at)


_UNDONE: Final[Mapping[str, Callable[[Form], Form]]] = {
    "zero_exponential": _exponential,
    "zero_logarithm": _named("log"),
    "zero_sine": _named("sin"),
    "zero_cosine": _named("cos"),
    "zero_tangent": _named("tan"),
    "zero_absolute": _named("abs"),
    "zero_root": _rooted,
    "zero_sign": lambda goal: relation("=", call("sign", goal.args[2]), ZERO),
    "zero_inverse": lambda goal: relation("=", goal.args[4], goal.args[3]),
}
"""The equation that is undone, by card."""

_Way = Callable[[_Telling, "Step", int], Iterator[Block]]

_WAYS: Final[Mapping[str, _Way]] = {
    "zero_linear": _Telling.linear,
    "zero_never": _Telling.never,
    "zero_always": _Telling.always,
    "zero_product": _Telling.product,
    "zero_power": _Telling.powers,
    "zero_quadratic": _Telling.quadratic,
    "zero_polynomial": _Telling.searched,
    "zero_found": _Telling.searched,
    "zero_substituted": _Telling.substituted,
    "zero_sine_cosine": _Telling.divided_cosine,
    **dict.fromkeys(
        ("zero_factor", "zero_identity", "zero_fraction", "zero_scaled", "zero_squared"), _Telling.rewritten
    ),
}
"""How the steps of each card are told; those that undo a function in the same way."""

_SYSTEMS: Final[Mapping[str, _Way]] = {
    "system_cases": _Telling.cases,
    "system_single": _Telling.single,
    "system_linear": _Telling.solved_for,
    "system_divided": _Telling.divided,
    "system_basis": _Telling.combined,
    "system_curve": _Telling.curve,
    "system_inside": _Telling.inside,
    "system_free": _Telling.free,
    "system_never": _Telling.no_case,
}

_SHORT: Final[Mapping[str, _Way]] = {
    "zero_never": _Telling.never,
    "zero_always": _Telling.always,
    "system_free": _Telling.free,
    "system_never": _Telling.no_case,
}
"""Steps that are a single sentence, which is told again as it was."""
