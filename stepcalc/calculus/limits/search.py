"""The search for a limit: rules are tried in the order in which a teacher would, until one answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stepcalc.calculus.limits.near import Near, Way, fraction, proposals
from stepcalc.errors import StepcalcError
from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import (
    INFINITY,
    MINUS_ONE,
    ONE,
    ZERO,
    Form,
    add,
    depending,
    divide,
    letter_label,
    letters_of,
    multiply,
    postorder,
    rebuild,
    size_up_to,
)
from stepcalc.numeric.approach import Approach
from stepcalc.rulebook.growth import growth_of
from stepcalc.rulebook.limits.laws import CONTINUOUS
from stepcalc.rulebook.limits.rule import INFINITE, MINUS_INFINITY, UnfitError, evaluated, is_limit, side_of
from stepcalc.rulebook.limits.standard import U_TO_ONE
from stepcalc.rulebook.limits.swinging import is_bounded, least_of
from stepcalc.rulebook.limits.table import REWRITING, RULES
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.calculus.working import Working

MOST_TRIALS: Final = 400
DEEPEST: Final = 16
MOST_LHOPITAL: Final = 4
"""So many uses of l'Hôpital's rule inside each other; a limit that wants more goes round in circles."""

LARGEST: Final = 250
Candidate = tuple[str, Mapping[str, Form]]


class LimitSearch:
    """The work on one limit: what was found is used again, and what led nowhere is not tried twice.

    Args:
        working: Where derivatives come from.
        calculus: Whether derivatives may be used (l'Hôpital); not where they are still to be found.
        ways: The rewritings to try, in order; those of limits in general if not given.
    """

    def __init__(self, working: Working, *, calculus: bool = True, ways: Sequence[Way] = ()) -> None:
        self.working = working
        self.book = working.book
        self.calculus = calculus
        self.ways = ways
        self._found: dict[Form, Step | None] = {}
        self._depth = 0
        self._lhopital = 0
        self._trials = 0

    def solve(self, wanted: Form) -> Step:
        """The step that answers a goal: a limit, or a derivative that a rule of limits asks for.

        Raises:
            UnfitError: No rule leads to an answer.
        """
        if not is_limit(wanted):
            return self.working.solve(wanted)
        if wanted not in self._found:
            if self._depth >= DEEPEST or size_up_to(wanted, LARGEST) is None:
                raise UnfitError
            self._found[wanted] = None  # a goal that leads back to itself is no answer
            self._depth += 1
            try:
                self._found[wanted] = self._search(wanted)
            finally:
                self._depth -= 1
        step = self._found[wanted]
        if step is None:
            raise UnfitError
        return step

    def solve_by_cases(self, wanted: Form) -> Step:
        """The step that tells the signs of another letter apart, or bases beyond 1 from those below.

        Raises:
            UnfitError: No single letter decides.
        """
        subject, variable, point = wanted.args[:3]
        for item in sorted(letters_of(subject) - {variable} - letters_of(point), key=lambda each: each.name):
            if letter_label(item)[1]:
                continue
            for card, name in (("limit_cases", "a"), ("limit_base_cases", "b")):
                try:
                    return self._taken(card, {name: item}, wanted)
                except StepcalcError:
                    continue
        raise UnfitError

    def approach(self, wanted: Form) -> Approach:
        """Numbers on the way to where a limit is sought."""
        _, variable, point = wanted.args[:3]
        return Approach(variable, point, side_of(wanted), self.book.definitions)

    def _search(self, wanted: Form) -> Step | None:
        for card, bindings in self._candidates(wanted):
            self._trials += 1
            if self._trials > MOST_TRIALS:
                return None
            nested = card == "limit_lhopital"
            self._lhopital += nested
            try:
                return self._taken(card, bindings, wanted)
            except StepcalcError:
                continue
            finally:
                self._lhopital -= nested
        return None

    def _taken(self, card: str, bindings: Mapping[str, Form], wanted: Form) -> Step:
        rule = RULES.get(card, REWRITING)
        near = self.approach(wanted)
        if any(near.same(*pair) is False for pair in rule.equal(wanted, bindings)):
            raise UnfitError
        substeps: dict[Form, Step] = {}

        def solve(sought: Form) -> Form:
            step = substeps[sought] = self.solve(sought)
            return outcome(step)

        result = rule.apply(wanted, bindings, solve)
        if card == "limit_lhopital" and not self._slopes(substeps, wanted):
            raise UnfitError
        return Step(self.book.card(card), None, wanted, bindings, tuple(substeps.values()), result)

    def _slopes(self, substeps: Mapping[Form, Step], wanted: Form) -> bool:
        """Whether the derivative of the bottom is not 0 close to the point, on each side that counts."""
        _, below = [outcome(step) for sought, step in substeps.items() if sought.head == "goal"][-2:]
        _, variable, point = wanted.args[:3]
        sides = self.approach(wanted).sides
        return all(Approach(variable, point, side, self.book.definitions).sign(below) for side in sides)

    # ------------------------------------------------------------------------------------------ candidates

    def _candidates(self, wanted: Form) -> Iterator[Candidate]:
        subject, variable, point = wanted.args[:3]
        if subject is variable:
            yield "limit_variable", {}
            return
        varying = depending([subject], frozenset({variable}))
        if subject not in varying:
            yield "limit_constant", {}
            return
        if point not in INFINITE:
            if self._is_continuous(wanted):
                yield "limit_substitution", {}
            if subject.head == "call" and subject.label == "abs":
                yield "limit_composite", {}
            if not side_of(wanted):
                yield from self._one_side(wanted)
        elif point is MINUS_INFINITY and _has_roots(subject):
            yield "limit_mirror", {}
        yield from self._standard(subject)
        if point is INFINITY:
            yield from self._growth(subject, variable)
        yield from self._laws(wanted, varying)
        yield from self._bounds(subject, varying)
        yield from self._poles(wanted)
        yield from self._rewritings(wanted)
        yield from self._derivatives(wanted)
        if point is MINUS_INFINITY:
            yield "limit_mirror", {}
        if point not in INFINITE and not side_of(wanted):
            yield "limit_sides", {}

    def _is_continuous(self, wanted: Form) -> bool:
        """Whether the subject is put together from continuous functions that have values at the point."""
        subject, variable, point = wanted.args[:3]
        for node in depending([subject], frozenset({variable})):
            match node.head:
                case "quotient":
                    doubtful = node.args[1]
                case "power" if (as_fraction(node.args[1]) or -1) < 0:
                    doubtful = node.args[0]
                case "call" if node.label not in CONTINUOUS or node.label == "acot":
                    if node.label in ("sign", "heaviside", "acot"):
                        doubtful = node.args[0]
                    elif node.label in ("max", "min"):
                        continue
                    else:
                        return False
                case "letter" | "sum" | "product" | "power" | "root" | "call":
                    continue
                case _:
                    return False
            try:
                if evaluated(rebuild(doubtful, {variable: point})) is ZERO:
                    return False
            except StepcalcError:
                return False
        return True

    def _one_side(self, wanted: Form) -> Iterator[Candidate]:
        """Where there are values on one side only, or the subject has a kink or jump at the point."""
        sides = self.approach(wanted).sides_with_values(wanted.args[0])
        if len(sides) == 1:
            yield "limit_only_side", {"s": ONE if sides[0] == 1 else MINUS_ONE}
        elif any(node.head == "call" and node.label in _KINKED for node in postorder(wanted.args[0])):
            yield "limit_sides", {}

    def _standard(self, subject: Form) -> Iterator[Candidate]:
        if subject.head == "power":
            yield "limit_e", {"u": subject.args[1]}
        if subject.head != "quotient":
            return
        above, below = subject.args
        if above.head == "call" and above.label in U_TO_ONE:
            yield "limit_sine", {"u": below}
        elif above.head == "call" and above.label == "log":
            yield "limit_logarithm", {"u": below}
        elif above.head == "sum" and len(above.args) == 2:
            yield "limit_exponential", {"u": below}
            yield "limit_cosine", {"u": below.args[0] if below.head == "power" else below}

    def _growth(self, subject: Form, variable: Form) -> Iterator[Candidate]:
        """Orders of growth, where l'Hôpital's rule would take too many rounds."""
        above, below = fraction(subject)
        orders = [growth_of(part, variable) for part in (above, below)]
        if any(order is not None and order.is_steep for order in orders):
            yield "limit_growth", {"u": above, "v": below}

    def _laws(self, wanted: Form, varying: set[Form]) -> Iterator[Candidate]:
        subject = wanted.args[0]
        match subject.head:
            case "sum":
                yield "limit_sum", {}
            case "product":
                yield "limit_constant_multiple", {}
                yield "limit_product", {}
            case "quotient":
                yield "limit_constant_multiple", {}
                yield "limit_quotient", {}
            case "power" if subject.args[1] in varying:
                # f^g = e^(g·ln(f)) has real values only where f is positive.
                if self.approach(wanted).sign(subject.args[0]) != -1:
                    yield "limit_exponent", {}
            case "power" | "root":
                yield "limit_power", {}
            case "call":
                yield "limit_composite", {}

    def _bounds(self, subject: Form, varying: set[Form]) -> Iterator[Candidate]:
        """A bounded factor or term apart from the rest."""
        head = subject.head
        above = subject.args[0] if head == "quotient" else subject
        parts = above.args if above.head in ("sum", "product") else (above,)
        if head != "sum":
            yield from _bounded_factors(subject, parts, varying)
        bounded = [part for part in parts if part in varying and is_bounded(part)]
        if not bounded:
            return
        rest = [part for part in parts if part is not bounded[0]]
        if above.head == "sum":
            if head == "sum":
                yield "limit_comparison", {"b": bounded[0], "g": add(*rest)}
                yield "limit_oscillation", {"b": bounded[0], "g": add(*rest)}
            return
        if head != "quotient" and not rest:
            yield "limit_oscillation", {"b": bounded[0]}
            return
        others = multiply(*rest)
        if head == "quotient":
            others = divide(others, subject.args[1])
        yield "limit_squeeze", {"b": bounded[0], "g": others}
        yield "limit_oscillation", {"b": bounded[0], "g": others}

    def _poles(self, wanted: Form) -> Iterator[Candidate]:
        subject = wanted.args[0]
        if subject.head != "quotient":
            return
        sign = self.approach(wanted).sign(subject.args[1])
        if sign:
            yield "limit_pole", {"s": ONE if sign > 0 else MINUS_ONE}

    def _rewritings(self, wanted: Form) -> Iterator[Candidate]:
        from stepcalc.calculus.limits.algebra import WAYS

        subject, variable, point = wanted.args[:3]
        near = Near(subject, variable, point, self.approach(wanted))
        for card, form in proposals(near, self.ways or WAYS):
            yield card, {"g": form}

    def _derivatives(self, wanted: Form) -> Iterator[Candidate]:
        if not self.calculus or self._lhopital >= MOST_LHOPITAL:
            return
        above, below = fraction(wanted.args[0])
        if depending([below], frozenset({wanted.args[1]})):
            yield "limit_lhopital", {"u": above, "v": below}


def _bounded_factors(subject: Form, parts: Sequence[Form], varying: set[Form]) -> Iterator[Candidate]:
    """A factor, or what is divided by, that stays away from 0."""
    above, below = subject.args if subject.head == "quotient" else (subject, ONE)
    if above.head == "sum":
        parts = (above,)
    for part in parts:
        if part in varying and least_of(part) is not None:
            rest = multiply(*(other for other in parts if other is not part))
            yield "limit_bounded_factor", {"b": part, "g": rest if below is ONE else divide(rest, below)}
    if below in varying and least_of(below) is not None:
        yield "limit_bounded_factor", {"b": divide(ONE, below), "g": above}


_KINKED: Final = frozenset({"abs", "sign", "floor", "ceiling", "piecewise", "heaviside", "max", "min"})


def _has_roots(form: Form) -> bool:
    return any(
        node.head == "root" or (node.head == "power" and node.args[1].head == "quotient")
        for node in postorder(form)
    )
