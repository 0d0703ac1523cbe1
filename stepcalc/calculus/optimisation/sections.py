"""Where the Hessian says nothing: the function along lines and curves through the point, by Taylor's series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from stepcalc.calculus.working import Working
from stepcalc.errors import StepcalcError
from stepcalc.notation.forms import ZERO, Form, call, letter, number, relation, subtract
from stepcalc.trace.derivation import Derivation, Question

HIGHEST: Final = 8
"""The highest power that is looked for along a section."""

MOST_SECTIONS: Final = 80
LARGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Section:
    """The function along a curve through the point.

    Args:
        curve: The coordinates, in the letter t, which is 0 at the point.
        function: The function along the curve.
        order: The power of t of the first term after the value.
        sign: 1 or −1, the sign of its coefficient.
        derivation: The Taylor polynomial to that order.
    """

    curve: tuple[Form, ...]
    function: Form
    order: int
    sign: int
    derivation: Derivation


def follow_up(
    working: Working, subject: Form, letters: Sequence[Form], row: Sequence[Form], *, exact: bool
) -> tuple[str, str, tuple[Section, ...]]:
    """What kind of point it is, what decided, and the sections that show it.

    Args:
        working: The work on the question.
        subject: The function.
        letters: Its letters.
        row: The point.
        exact: Whether the point is exact.
    """
    from stepcalc.notation.values import value

    free = {symbol for each in row for symbol in value(each).free_symbols}
    # Of a family of one letter every point is looked at in one: its integer stays as it is.
    some = any(not (symbol.is_integer and len(letters) == 1) for symbol in free)
    if not exact or some or value(subject).count_ops() > LARGEST:
        return everywhere(working, subject, letters, row) if exact else ("", "", ())
    proved = everywhere(working, subject, letters, row) if len(letters) > 1 else ("", "", ())
    names = {item.name for item in letters}
    t = letter(next(name for name in ("t", "s", "r", "q") if name not in names))
    time = value(t)
    names_ = [value(item) for item in letters]
    point = [value(each) for each in row]
    signs: dict[int, tuple[Any, int, Any]] = {}
    for curve in _curves(len(letters), time):
        put = {name: at + step for name, at, step in zip(names_, point, curve, strict=True)}
        along = value(subject).subs(put, simultaneous=True)
        term = _first_term(along, time)
        if term is None:
            continue
        order, coefficient = term
        sign = 1 if coefficient.is_positive else -1 if coefficient.is_negative else 0
        if not sign and order % 2 and coefficient.is_zero is False:
            sign = 1  # whichever it is, there are both on the two sides
        if not sign:
            continue
        signs.setdefault(sign, (curve, order, along))
        if order % 2 or len(signs) == 2:
            break
        if len(letters) == 1 or proved[0]:
            break
    told = tuple(
        _section(working, t, [at + step for at, step in zip(point, curve, strict=True)], along, order, sign)
        for sign, (curve, order, along) in signs.items()
    )
    if any(section.order % 2 for section in told):
        return "saddle", "higher", tuple(section for section in told if section.order % 2)
    if len(signs) == 2:
        return "saddle", "higher", told
    if len(letters) == 1 and told:
        return ("minimum" if told[0].sign > 0 else "maximum"), "higher", told
    return (*proved[:2], told)


def _curves(count: int, time: Any) -> Iterator[tuple[Any, ...]]:
    """Lines through the point along the axes and across, then parabolas and curves with a cusp."""
    import sympy

    if count == 1:
        yield (time,)
        return
    lines = [line for line in product((0, 1, -1), repeat=count) if any(line)]
    lines.sort(key=lambda line: sum(map(abs, line)))
    shown = 0
    for line in lines:
        first = next(part for part in line if part)
        if first < 0:
            continue  # the same line backwards
        yield tuple(part * time for part in line)
        shown += 1
        if shown > MOST_SECTIONS // 2:
            break
    factors = [sympy.Rational(each) for each in ("1", "-1", "2", "-2", "1/2", "-1/2", "3/2", "1/3")]
    for powers in ((1, 2), (2, 1), (2, 3), (3, 2), (1, 3), (3, 1)):
        for factor in factors:
            for first, second in product(range(count), repeat=2):
                if first < second:
                    curve = [sympy.S.Zero] * count
                    curve[first], curve[second] = time ** powers[0], factor * time ** powers[1]
                    yield tuple(curve)


def _first_term(along: Any, time: Any) -> tuple[int, Any] | None:
    """The power and the coefficient of the first term after the value."""
    import sympy

    if along.is_polynomial(time):
        terms = sorted(sympy.Poly(along, time).terms(), key=lambda term: term[0])
        powers = [(power, coefficient) for (power,), coefficient in terms if power]
        return powers[0] if powers and powers[0][0] <= HIGHEST else None
    now = along
    for order in range(1, HIGHEST + 1):
        now = sympy.diff(now, time)
        try:
            here = sympy.expand(now.subs(time, 0))
        except (TypeError, ValueError):
            return None
        if not here.is_finite:
            return None
        if here != 0:
            return order, here / sympy.factorial(order)
    return None


def _section(working: Working, t: Form, curve: Sequence[Any], along: Any, order: int, sign: int) -> Section:
    """The section with the Taylor polynomial that shows its first term, derived by the rules."""
    from stepcalc.notation.values import form_of

    function = form_of(along.expand() if along.is_polynomial() else along)
    goal = call("taylor", function, t, ZERO, number(order), t)
    step = working.solve(goal)
    derivation = working.finished(Question("taylor", function, (t,)), [step], step.result)
    return Section(tuple(form_of(each) for each in curve), function, order, sign, derivation)


def everywhere(
    working: Working, subject: Form, letters: Sequence[Form], row: Sequence[Form]
) -> tuple[str, str, tuple[Section, ...]]:
    """Whether the function is nowhere below, or nowhere above, its value at the point."""
    import sympy

    from stepcalc.notation.values import form_of, value

    put = dict(zip(map(value, letters), map(value, row), strict=True))
    whole = value(subject)
    height = whole.subs(put)
    gap = sympy.expand(whole - height)
    shapes = [subject if height == 0 else subtract(subject, form_of(height)), form_of(gap)]
    if gap.count_ops() < LARGEST:
        shapes.append(form_of(sympy.factor(gap)))
    for shape in shapes:
        for sign, verdict in ((">=", "minimum"), ("<=", "maximum")):
            try:
                if not working.judge.kept([relation(sign, shape, ZERO)]):
                    return verdict, "everywhere", ()
            except StepcalcError:
                continue
    return "", "", ()
