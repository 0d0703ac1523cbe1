"""Points at which forms have values and conditions hold: on each side of zero and of every breakpoint.

The points are pseudo-random but always the same for the same forms. Numbers of ordinary size are tried first;
where these fail, wider ranges, and the neighbourhood of the numbers at which a radicand, the argument of a
logarithm and the like change sign.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, Final

from mpmath import libmp

from stepcalc.notation.forms import MINUS_ONE, ONE, Form, add, number, postorder, subtract
from stepcalc.numeric.evaluate import Program, compile_forms
from stepcalc.numeric.inlining import Definition, inlined
from stepcalc.numeric.real import Raw, context, from_fraction

Point = dict[Form, Any]

MOST_TRIALS: Final = 400
MOST_SECONDS: Final = 0.3
ENOUGH: Final = 4
MORE_SECONDS: Final = 0.9
"""What is added while points are found, but slowly, because the forms are large."""

FEWEST: Final = 3
MANY_ROOTS: Final = 300
MOST_SECONDS_FOR_FEWEST: Final = 20.0
"""Where every trial gives a point, and the forms are many, so long is taken for the fewest that tell anything."""

COARSE_PRECISION: Final = 64
MOST_CRITICAL_FORMS: Final = 24
MOST_BREAKPOINTS: Final = 6
HALVINGS: Final = 30
GRAIN: Final = 1 << 20

_BANDS: Final = ((0.1, 1.0), (1.0, 2.5), (2.5, 5.0), (0.1, 2.0), (5.0, 10.0))
_PARAMETER_BANDS: Final = ((0.3, 1.0), (1.0, 3.0), (0.5, 2.0), (2.0, 5.0))
_PARAMETER_NAMES: Final = frozenset("abckmnp")
_GRID: Final = tuple(
    Fraction(k, 7) + Fraction(1, 97) for k in (-70, -40, -21, -12, -7, -4, -1, 1, 4, 7, 12, 21, 40, 70)
)

_KINKED: Final = frozenset({"abs", "sign", "heaviside", "dirac"})
_POSITIVE_ONLY: Final = frozenset({"log", "loggamma", "Ci", "Chi", "li"})
_WITHIN_ONE: Final = frozenset({"asin", "acos", "atanh", "erfinv", "asec", "acsc", "acoth", "asech", "acosh"})


@dataclass(frozen=True, slots=True)
class Sample:
    """A point inside the domain.

    Args:
        point: A number (``mpf``) for each letter.
        values: What the program's roots are there; none of them is ``None``, no condition is false.
        scales: What the values' rounding errors are relative to, see :class:`numeric.evaluate.Evaluation`.
    """

    point: Point
    values: list[Any]
    scales: list[int]


def holds(
    condition: Form, point: Mapping[Form, Any], definitions: Mapping[str, Definition] | None = None
) -> bool | None:
    """Whether a condition holds at a point.

    Returns:
        ``None`` where a side has no real value, or the point is within rounding of the boundary.

    Examples:
        >>> from stepcalc.notation.forms import letter, number, relation
        >>> x = letter("x")
        >>> holds(relation(">", x, number(0)), {x: 2}), holds(relation(">", x, number(0)), {x: -2})
        (True, False)
    """
    found = compile_forms([condition], definitions).at(point)[0]
    return found if isinstance(found, bool) else None


def sample_points(
    roots: Sequence[Form],
    conditions: Sequence[Form],
    letters: Sequence[Form],
    *,
    count: int = 8,
    seed: int = 0,
    definitions: Mapping[str, Definition] | None = None,
) -> list[Point]:
    """Points at which all forms have finite real values and all conditions hold.

    Args:
        roots: The forms.
        conditions: Relations, and relations joined by ``and`` and ``or``.
        letters: What is given values; the letter of differentiation first.
        count: How many points are wanted.
        seed: Another seed gives other points.
        definitions: Functions that cards define.

    Returns:
        As many points as were wanted, or fewer where they cannot be found in bounded time.

    Examples:
        >>> from stepcalc.notation.forms import call, letter
        >>> x = letter("x")
        >>> points = sample_points([call("asin", subtract(x, number(3)))], [], [x])
        >>> len(points), all(2 <= point[x] <= 4 for point in points)
        (8, True)
    """
    forms = inlined([*roots, *conditions], definitions) if definitions else [*roots, *conditions]
    return [sample.point for sample in samples(Program(forms), letters, count=count, seed=seed)]


def samples(
    program: Program, letters: Sequence[Form], *, count: int = 8, seed: int = 0, complex_ok: bool = False
) -> list[Sample]:
    """Points inside the domain with the values there: see :func:`sample_points`.

    Args:
        program: The forms and the conditions, compiled together; every condition among its roots must hold.
        letters: What is given values; the letter of differentiation first.
        count: How many points are wanted.
        seed: Another seed gives other points.
        complex_ok: Whether points off the real axis are wanted, with principal values; the program should
            then hold no conditions, which have no meaning there.
    """
    return _Search(program, tuple(letters), count, seed, complex_ok).found()


class _Search:
    """One search for points."""

    def __init__(
        self, program: Program, letters: tuple[Form, ...], count: int, seed: int, complex_ok: bool
    ) -> None:
        self.program = program
        self.letters = letters
        self.count = count
        self.complex_ok = complex_ok
        self.random = random.Random(seed + 1)
        self.whole = frozenset(letter for letter in letters if _is_integer(letter)) | _said_to_be_integers(
            program.roots
        )
        self.samples: list[Sample] = []
        self.seen: set[tuple[Any, ...]] = set()
        self.trials = 0
        self.deadline = time.thread_time() + MOST_SECONDS

    def found(self) -> list[Sample]:
        """All stages, until there are enough points or the bounds are reached."""
        if not self.letters:
            self._try({})
            return self.samples
        breakpoints = [] if self.complex_ok else self._breakpoints(_kinks(self.program.roots))
        edges = cache(lambda: self._breakpoints(_edges(self.program.roots)))
        stages: list[Callable[[], Iterable[dict[Form, Fraction]]]] = [
            lambda: self._around(breakpoints, 2),
            lambda: self._ordinary(6 * self.count),
            lambda: self._around(edges(), 4),
            lambda: self._wide(100),
            lambda: self._around(edges(), 12),
            lambda: self._wide(MOST_TRIALS),
        ]
        if self.complex_ok:
            stages = [lambda: self._ordinary(6 * self.count), lambda: self._wide(100)]
        for stage in stages:
            for candidate in stage():
                if len(self.samples) >= self.count or not self._may_go_on():
                    return self.samples
                self._try(candidate)
        return self.samples

    def _may_go_on(self) -> bool:
        if self.trials >= MOST_TRIALS:
            return False
        late = time.thread_time() - self.deadline
        found = len(self.samples)
        most = MOST_SECONDS_FOR_FEWEST if len(self.program.roots) > MANY_ROOTS else MORE_SECONDS
        if 0 < found == self.trials < FEWEST and late < most:
            return True
        return late < 0 or (0 < found < ENOUGH and late < MORE_SECONDS)

    def _try(self, candidate: Mapping[Form, Fraction]) -> None:
        """Keep the point if everything has a value there and every condition holds."""
        key = tuple(candidate.values())
        if key in self.seen:
            return
        self.seen.add(key)
        if not all(_agrees(letter, value) for letter, value in candidate.items()):
            return
        self.trials += 1
        own = context()
        point = {letter: own.make_mpf(from_fraction(value, 96)) for letter, value in candidate.items()}
        if self.complex_ok:
            point = {letter: self._off_axis(letter, value) for letter, value in point.items()}
        evaluation = self.program.evaluate(point, complex_ok=self.complex_ok)
        if self.trials == 1:
            # The first trial also loads what is needed; it does not take the time of the others.
            self.deadline = time.thread_time() + MOST_SECONDS
        if all(value is not None and value is not False for value in evaluation.values):
            self.samples.append(Sample(point, evaluation.values, evaluation.scales))

    def _off_axis(self, letter: Form, value: Any) -> Any:
        """The number moved off the real axis, unless its letter stays there."""
        if letter in self.whole or _facts(letter):
            return value
        return context().mpc(value, self.random.choice((-1, 1)) * self.random.randint(100, 1500) / 1024)

    # ---------------------------------------------------------------------------------------- candidates

    def _between(self, low: float, high: float) -> Fraction:
        """A number in a range, short in binary and not a round one."""
        drawn = int(self.random.uniform(low, high) * GRAIN) | 1
        return Fraction(drawn, GRAIN)

    def _value(self, letter: Form, turn: int, scale: float = 1.0) -> Fraction:
        """A number for a letter that respects what is assumed of it; ``turn`` alternates signs and bands."""
        is_parameter = letter.name in _PARAMETER_NAMES and letter is not self.letters[0]
        bands = _PARAMETER_BANDS if is_parameter else _BANDS
        low, high = bands[turn // 2 % len(bands)]
        size = self._between(low * scale, high * scale)
        if letter in self.whole:
            size = Fraction(max(1, round(size)) if scale != 1 else self.random.randint(1, 6))
        negative = turn % 2 == 1 if not is_parameter else self.random.random() < 0.2
        facts = _facts(letter)
        if facts.get("positive") or facts.get("nonnegative"):
            negative = False
        elif facts.get("negative") or facts.get("nonpositive"):
            negative = True
        return -size if negative else size

    def _ordinary(self, trials: int) -> Iterator[dict[Form, Fraction]]:
        """Numbers of ordinary size, in turn on each side of zero."""
        for turn in range(trials):
            yield {
                letter: self._value(letter, turn if place == 0 else self.random.randrange(8))
                for place, letter in enumerate(self.letters)
            }

    def _wide(self, trials: int) -> Iterator[dict[Form, Fraction]]:
        """Sizes from thousandths to millions."""
        for turn in range(trials):
            scale = 10 ** self.random.uniform(-3, 6 if turn % 3 else 1)
            yield {
                letter: self._value(
                    letter, self.random.randrange(10), scale if self.random.random() < 0.6 else 1.0
                )
                for letter in self.letters
            }

    def _around(
        self, breakpoints: Sequence[tuple[Form, dict[Form, Fraction], list[Fraction]]], each: int
    ) -> Iterator[dict[Form, Fraction]]:
        """Points on both sides of every breakpoint, and between neighbours."""
        for _ in range(each):
            for letter, others, places in breakpoints:
                for left, right in pairwise([places[0] - 3, *places, places[-1] + 3]):
                    yield {**others, letter: self._inside(left, right)}

    def _inside(self, left: Fraction, right: Fraction) -> Fraction:
        """A number strictly between two, not too close to either."""
        part = Fraction(self.random.randint(120, 880) | 1, 1000)
        exact = left + (right - left) * part
        grain = GRAIN
        while grain * (right - left) < 1 << 10 and grain < 1 << 80:
            grain <<= 10
        return Fraction(int(exact * grain) | 1, grain)

    # --------------------------------------------------------------------------------------- breakpoints

    def _breakpoints(
        self, critical: Sequence[Form]
    ) -> list[tuple[Form, dict[Form, Fraction], list[Fraction]]]:
        """For each letter, the others' values and the places where one of the forms changes its sign."""
        if not critical:
            return []
        tester = Program(list(critical))
        found = []
        for letter in self.letters:
            if letter in self.whole or not _occurs(letter, critical):
                continue
            for _ in range(1 if len(self.letters) == 1 else 3):
                others = {
                    other: self._value(other, self.random.randrange(8))
                    for other in self.letters
                    if other is not letter
                }
                places = self._sign_changes(tester, letter, others)
                if places:
                    found.append((letter, others, places))
        return found

    def _sign_changes(self, tester: Program, letter: Form, others: Mapping[Form, Fraction]) -> list[Fraction]:
        """Where one of the forms changes sign as a letter varies, the nearest to zero."""
        fixed = {other: from_fraction(value, COARSE_PRECISION) for other, value in others.items()}

        def values(at: Fraction) -> list[Raw | None]:
            point = {**fixed, letter: from_fraction(at, COARSE_PRECISION)}
            return tester.root_values(tester.run(point, COARSE_PRECISION, False))

        rows = []
        for at in _GRID:
            if time.thread_time() > self.deadline:
                break
            rows.append((at, values(at)))
        places: set[Fraction] = set()
        for k in range(len(tester.roots)):
            column = [(at, row[k]) for at, row in rows]
            places.update(_crossings(column, _component(values, k)))
        return sorted(sorted(places, key=abs)[:MOST_BREAKPOINTS])


def _component(
    values: Callable[[Fraction], Sequence[Raw | None]], place: int
) -> Callable[[Fraction], Raw | None]:
    return lambda at: values(at)[place]


Column = Sequence[tuple[Fraction, "Raw | None"]]


def _crossings(column: Column, value: Callable[[Fraction], Raw | None]) -> Iterator[Fraction]:
    """Where a function changes sign: between points of the grid, or where its last slope leads."""
    known = [(at, raw) for at, raw in column if raw is not None]
    crossed = False
    for (left, low), (right, high) in pairwise(known):
        if low[0] != high[0]:
            crossed = True
            yield _bisected(left, right, bool(low[0]), value)
    if not crossed:
        for pair in (known[-2:], known[:2]):
            if len(pair) == 2:
                yield from _extrapolated(pair[0], pair[1], value)


def _bisected(
    left: Fraction, right: Fraction, low_sign: bool, value: Callable[[Fraction], Raw | None]
) -> Fraction:
    """The place of a change of sign, by halving."""
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        found = value(middle)
        if found is None:
            break
        if not found[1]:
            return middle
        if bool(found[0]) == low_sign:
            left = middle
        else:
            right = middle
    return Fraction(round((left + right) / 2 * GRAIN), GRAIN)


def _extrapolated(
    first: tuple[Fraction, Raw], second: tuple[Fraction, Raw], value: Callable[[Fraction], Raw | None]
) -> Iterator[Fraction]:
    """Where secants lead from two points: exact for what is linear, such as x - 1000."""
    (a, low), (b, high) = first, second
    for _ in range(30):
        rise = libmp.mpf_sub(high, low, COARSE_PRECISION)
        if not rise[1]:
            return
        move = _as_fraction(libmp.mpf_div(high, rise, COARSE_PRECISION)) * (b - a)
        if abs(move) > 10**9:
            return
        if abs(move) * GRAIN < 1:
            yield Fraction(round(b * GRAIN), GRAIN)
            return
        a, low, b = b, high, Fraction(round((b - move) * GRAIN * 16), GRAIN * 16)
        found = value(b)
        if found is None:
            return
        if not found[1]:
            yield b
            return
        high = found


def _as_fraction(value: Raw) -> Fraction:
    sign, mantissa, exponent, _ = value
    if not -200 < exponent < 200:
        return Fraction(0) if exponent < 0 else Fraction(10**12)
    exact = Fraction(mantissa) * Fraction(2) ** exponent
    return -exact if sign else exact


def _kinks(roots: Sequence[Form]) -> list[Form]:
    """Forms at whose changes of sign a value jumps or bends."""
    found: dict[Form, None] = {}
    for node in postorder(*roots):
        if node.head != "call":
            continue
        if node.name in _KINKED:
            found[node.args[0]] = None
        elif node.name in ("floor", "ceiling"):
            found.update((subtract(node.args[0], number(k)), None) for k in (-1, 0, 1, 2))
        elif node.name in ("min", "max") and len(node.args) < 6:
            found.update((subtract(left, right), None) for left, right in pairwise(node.args))
        elif node.name == "piecewise":
            found.update((part, None) for part in _sides(node.args))
    return list(found)[:MOST_CRITICAL_FORMS]


def _sides(branches: Sequence[Form]) -> Iterator[Form]:
    """For each relation in the conditions of a piecewise form, the difference of its sides."""
    conditions = [branch.args[1] for branch in branches if branch.head == "vector" and len(branch.args) == 2]
    for node in postorder(*conditions):
        if node.head == "relation" and node.args[1].head != "constant":
            yield subtract(*node.args)


def _edges(roots: Sequence[Form]) -> list[Form]:
    """Forms at whose changes of sign a value may cease to be real, or a condition to hold."""
    found: dict[Form, None] = {}
    for node in postorder(*roots):
        match node.head:
            case "root" | "power":
                if node.args[1].head != "number" or node.head == "root":
                    found[node.args[0]] = None
            case "relation" if node.args[1].head != "constant":
                found[subtract(*node.args)] = None
            case "call" if node.name in _POSITIVE_ONLY:
                found[node.args[0]] = None
            case "call" if node.name in _WITHIN_ONE:
                found[add(node.args[0], MINUS_ONE)] = None
                found[add(node.args[0], ONE)] = None
            case "call" if node.name == "erfcinv":
                found[node.args[0]] = None
            case _:
                continue
    return list(found)[:MOST_CRITICAL_FORMS]


def _occurs(letter: Form, forms: Sequence[Form]) -> bool:
    return any(node is letter for node in postorder(*forms))


def _agrees(letter: Form, value: Fraction) -> bool:
    """Whether a number has the sign that is assumed of a letter."""
    facts = _facts(letter)
    signs = {
        "positive": value > 0,
        "negative": value < 0,
        "nonnegative": value >= 0,
        "nonpositive": value <= 0,
    }
    return all(held for fact, held in signs.items() if facts.get(fact))


def _facts(letter: Form) -> dict[str, bool]:
    label = letter.label
    return dict(label[1]) if isinstance(label, tuple) and isinstance(label[1], tuple) else {}


def _is_integer(letter: Form) -> bool:
    return bool(_facts(letter).get("integer"))


def _said_to_be_integers(roots: Sequence[Form]) -> frozenset[Form]:
    """The letters of which a condition says that they are whole numbers."""
    found = set()
    for root in roots:
        parts = root.args if root.head == "logic" and root.label == "and" else (root,)
        for part in parts:
            if part.head == "relation" and part.label == "in" and part.args[0].head == "letter":
                found.add(part.args[0])
    return frozenset(found)
