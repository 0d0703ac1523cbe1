"""Limits by arithmetic alone: values closer and closer to a point, and what they can be seen to do there.

The scales lie so far apart that each is about the square of the one before: what converges no faster than one
over a logarithm still halves its distance from one scale to the next. Nothing here knows any rule of limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from mpmath import libmp

from stepcalc.notation.arithmetic import as_fraction, base_and_exponent, combine, opposite
from stepcalc.notation.forms import (
    INFINITY,
    ONE,
    Form,
    add,
    call,
    constant,
    divide,
    exp,
    letter,
    letter_label,
    letters_of,
    multiply,
    negate,
    postorder,
    rebuild,
    with_args,
)
from stepcalc.notation.forms import ZERO as NOUGHT
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.numeric.inlining import Definition
from stepcalc.numeric.real import Raw, from_fraction, is_finite, magnitude

MINUS_INFINITY: Final = negate(INFINITY)
_INFINITE: Final = (INFINITY, MINUS_INFINITY)
UNDEFINED: Final = constant("undefined")

_NEAR: Final = (3, 6, 12, 24, 48, 96, 192, 384)
"""How close a point is approached, as negative exponents of two."""

_FAR: Final = (6, 10, 16, 32, 64, 128, 256, 512)
"""How far out infinity is approached, as exponents of two."""

_SPREAD: Final = tuple(Fraction(n, 1024) for n in (1024, 1265, 1657, 1946, 1097))
"""Several points at each scale, so that none of them can be a special one."""

_FEW: Final = _SPREAD[:3]
"""As many as are needed where values are only compared with others."""

_PARAMETERS: Final = tuple(
    tuple(Fraction(n, 1009) for n in row)
    for row in ((317, 1423, 2113, 711, 1811), (1873, 409, 1301, 2411, 607), (-743, -1213, 389, -1709, 911))
)
"""What other letters are given for values."""

_LARGE: Final = tuple(
    tuple(Fraction(sign * n, 1009) for n in row)
    for row in (
        (5309, 3671, 7433, 4421, 6553),
        (21001, 13007, 17011, 31013, 27017),
        (90001, 70001, 50021, 110017, 60013),
    )
    for sign in (1, -1)
)
"""What they are given where a form has no real value for any of those."""

_RESTRICTED: Final = frozenset({"log", "asin", "acos", "asec", "acsc", "acosh", "atanh", "acoth", "asech"})
"""Functions that are not real everywhere; where another has no value, its argument was too large."""

CLOSE_BITS: Final = 36
SOON: Final = 5
"""At so many scales it is looked first whether a number is as good as reached."""

FAST_BITS: Final = 10
FASTEST: Final = 0.2
SAME_BITS: Final = 60
SLOWEST: Final = 0.8
SLOWEST_NEARING: Final = 0.95
SLOWEST_GROWTH: Final = 1.04
RESERVE: Final = 400
CANCELLED: Final = 8
"""The precision at a scale is so many times its exponent: (x − sin(x))/x³ loses three times as many bits."""

ZERO: Final = libmp.fzero
Values = list[list[Raw]]


class Approach:
    """A letter on its way to a point.

    Args:
        variable: The letter.
        point: Where it goes; infinity and its negative are points here.
        side: 1 from the right, −1 from the left, 0 from both sides.
        definitions: Functions that cards define.
    """

    def __init__(
        self,
        variable: Form,
        point: Form,
        side: int = 0,
        definitions: Mapping[str, Definition] | None = None,
    ) -> None:
        self.variable = variable
        self.point = point
        self.side = {INFINITY: -1, MINUS_INFINITY: 1}.get(point, side)
        self.definitions = definitions

    @property
    def sides(self) -> tuple[int, ...]:
        """The sides that count."""
        return (self.side,) if self.side else (1, -1)

    # ------------------------------------------------------------------------------------------- questions

    def reaches(self, form: Form, given: Form) -> bool | None:
        """Whether a form tends to what is claimed: a number, an infinity, or nothing (``undefined``).

        A claim by cases for the sign of another letter is taken case by case.

        Returns:
            ``None`` where the form has no real values on the way.
        """
        verdicts = []
        for place, setting in enumerate([*self._settings(form, given), *self._settings_between(form, given)]):
            claimed = _case(given, setting)
            if place and self._soon_close(form, claimed, setting):
                verdicts.append(True)
                continue
            spread = _SPREAD if claimed is UNDEFINED else _FEW
            sides = [self._values([form], side, setting, spread=spread)[0] for side in self.sides]
            # Where numbers soon become too large, one scale tells whether a number is reached, and no more.
            fewest = 2 if claimed is UNDEFINED or claimed in (INFINITY, MINUS_INFINITY) else 1
            usable = [values for values in sides if len(values) >= fewest]
            if not usable:
                continue
            if claimed is UNDEFINED:
                verdicts.append(_wanders(usable))
            elif claimed in (INFINITY, MINUS_INFINITY):
                verdicts.append(all(_grows(values, 0 if claimed is INFINITY else 1) for values in usable))
            else:
                wanted = self._constant(claimed, setting)
                verdicts.append(wanted is not None and all(_closes_in(values, wanted) for values in usable))
        return all(verdicts) if verdicts else None

    def _soon_close(self, form: Form, claimed: Form, setting: Mapping[Form, Fraction]) -> bool:
        """Whether a form is seen to come close to a number at the nearer scales; one setting is taken further."""
        wanted = None if claimed in (UNDEFINED, *_INFINITE) else self._constant(claimed, setting)
        if wanted is None:
            return False
        sides = [
            self._values([form], side, setting, scales=self._scales[:SOON], spread=_FEW)[0]
            for side in self.sides
        ]
        usable = [values for values in sides if values]
        return bool(usable) and all(_is_close(values, wanted) for values in usable)

    def still_nears(self, form: Form, given: Form) -> bool:
        """Whether values come nearer to a number with each scale, too slowly to say that it is the limit."""
        for setting in self._settings(form, given):
            wanted = self._constant(_case(given, setting), setting)
            sides = [self._values([form], side, setting)[0] for side in self.sides]
            usable = [values for values in sides if values]
            if wanted is None or not usable or not all(_nears(values, wanted) for values in usable):
                return False
        return True

    def reaches_slowly(self, form: Form, given: Form) -> bool:
        """Whether a form that logarithms slow down tends to what is claimed, x being put as e^(e^t), or so close.

        As t goes to infinity, e^(e^t) does, and a ± e^(−e^t) goes to a: the limit is the same. There ln(ln(x))
        is t, so that what takes x far beyond all numbers is seen at ordinary t.
        """
        faster = letter("t" if self.variable.name != "t" else "s")
        steep = exp(exp(faster))
        for side in set(self.sides) & set(self.sides_with_values(form)):
            if self._infinite:
                place = steep if self.point is INFINITY else negate(steep)
            else:
                away = divide(ONE, steep)
                away = away if side > 0 else negate(away)
                place = away if self.point is NOUGHT else add(self.point, away)
            put_in = without_logarithms(rebuild(form, {self.variable: place}), faster)
            if not Approach(faster, INFINITY, 0, self.definitions).reaches(put_in, given):
                return False
        return True

    def same(self, form: Form, other: Form) -> bool | None:
        """Whether two forms have the same values close to the point."""
        verdicts = []
        for setting in self._settings(form, other):
            for side in self.sides:
                scales = self._scales[: SOON + 1 : 2]
                first, second = self._values([form, other], side, setting, scales=scales, spread=_FEW)
                if len(first) != len(second):
                    return False
                verdicts += [
                    _agree(a, b) for left, right in zip(first, second, strict=True)
                    for a, b in zip(left, right, strict=False)
                ]  # fmt: skip
        return all(verdicts) if verdicts else None

    def sign(self, form: Form) -> int | None:
        """The sign that a form has everywhere close to the point; ``None`` if it has none."""
        found: set[int] = set()
        for setting in self._settings(form):
            for side in self.sides:
                for values in self._values([form], side, setting)[0][-3:]:
                    found.update(0 if value == ZERO else -1 if value[0] else 1 for value in values)
        return found.pop() if len(found) == 1 else None

    def sides_with_values(self, form: Form) -> tuple[int, ...]:
        """The sides on which a form is real close to the point."""
        scales = (*self._scales[::4], self._scales[-1])
        return tuple(
            side for side in (1, -1)
            if any(
                self._values([form], side, setting, scales=scales, spread=_FEW)[0]
                for setting in self._settings(form)
            )
        )  # fmt: skip

    # --------------------------------------------------------------------------------------------- values

    def _settings(self, *forms: Form) -> Iterator[dict[Form, Fraction]]:
        """Values for the other letters; larger ones where the first form is real for none of the usual."""
        others = sorted(letters_of(*forms, self.point) - {self.variable}, key=lambda item: item.name)

        def settings(rows: Sequence[Sequence[Fraction]]) -> Iterator[dict[Form, Fraction]]:
            for row in rows:
                yield {item: _as_assumed(item, row[place % len(row)]) for place, item in enumerate(others)}

        usual = list(settings(_PARAMETERS if others else _PARAMETERS[:1]))
        unreal = others and any(map(_may_be_unreal, postorder(*forms)))
        if unreal and not any(self._is_real(forms[0], setting) for setting in usual):
            usual = [setting for setting in settings(_LARGE) if self._is_real(forms[0], setting)]
        yield from usual

    def _is_real(self, form: Form, setting: Mapping[Form, Fraction]) -> bool:
        near = self._scales[:3]
        return any(
            len(self._values([form], side, setting, scales=near, spread=_FEW)[0]) > 1 for side in self.sides
        )

    def _settings_between(self, form: Form, given: Form) -> Iterator[dict[Form, Fraction]]:
        """The same with each letter where one case of a claim gives way to another: at 0, or at 1."""
        own = {condition.args for _, condition in _cases(given) if condition.label == "="}
        for setting in self._settings(form, given):
            for item, number in own:
                known = as_fraction(number)
                if item in setting and known is not None:
                    yield {**setting, item: known}

    @cached_property
    def _scales(self) -> tuple[int, ...]:
        return _FAR if self.point in (INFINITY, MINUS_INFINITY) else _NEAR

    def _values(
        self,
        forms: Sequence[Form],
        side: int,
        setting: Mapping[Form, Fraction],
        *,
        scales: Sequence[int] = (),
        spread: Sequence[Fraction] = _SPREAD,
    ) -> list[Values]:
        """For each form its values, scale by scale, at the scales where all of them are real."""
        program = self._compiled(forms)
        found: list[Values] = [[] for _ in forms]
        for scale in scales or self._scales:
            rows = [self._row(program, scale, part, side, setting) for part in spread]
            kept = [row for row in rows if row is not None]
            if len(kept) > len(spread) // 2:
                for values, column in zip(found, zip(*kept, strict=True), strict=False):
                    values.append(list(column))
            elif found[0]:
                # Too large a number says no more, and ends here; where a form is not real, what it was
                # further off does not count.
                return found if self._overflows(forms, scale, side, setting) else [[] for _ in forms]
        return found

    def _overflows(
        self, forms: Sequence[Form], scale: int, side: int, setting: Mapping[Form, Fraction]
    ) -> bool:
        """Whether a form has no value at a scale because a part is too large or too small, not for being unreal."""
        for node in postorder(*forms):
            restricted = node.head == "quotient" or node.label in _RESTRICTED
            if node.head not in ("call", "power", "quotient"):
                continue
            program, inner = self._compiled([node]), self._compiled(list(node.args))
            for part in _SPREAD:
                if self._row(program, scale, part, side, setting) is not None:
                    continue
                row = self._row(inner, scale, part, side, setting)
                if row is not None and restricted:
                    # What was a number further off, and is nought now, has become too small to be told from it.
                    before = self._row(inner, self._scales[0], part, side, setting)
                    return before is not None and any(
                        late == ZERO != early for late, early in zip(row, before, strict=True)
                    )
                return row is not None and not (node.head == "power" and row[0][0])
        return False

    def _compiled(self, forms: Sequence[Form]) -> Any:
        return compile_forms(forms, self.definitions)

    @cached_property
    def _centre(self) -> Any:
        """The point, compiled: it may hold other letters."""
        return compile_forms([self.point], self.definitions)

    @property
    def _infinite(self) -> bool:
        return self.point in (INFINITY, MINUS_INFINITY)

    def _row(
        self, program: Any, scale: int, part: Fraction, side: int, setting: Mapping[Form, Fraction]
    ) -> list[Raw] | None:
        precision = CANCELLED * scale + RESERVE
        here = {item: from_fraction(given, precision) for item, given in setting.items()}
        if self._infinite:
            # No whole number: a power with so large a whole exponent would be multiplied out.
            far = part * 2**scale + Fraction(1, 7)
            at = from_fraction(far if self.point is INFINITY else -far, precision)
        else:
            away = from_fraction(part * Fraction(side, 2**scale), precision)
            (centre,) = self._centre.root_values(self._centre.run(here, precision, False))
            if not isinstance(centre, tuple):
                return None
            at = libmp.mpf_add(centre, away, precision, "n")
        values = program.root_values(program.run({**here, self.variable: at}, precision, False))
        usable = all(isinstance(value, tuple) and is_finite(value) for value in values)
        return values if usable else None

    def _constant(self, form: Form, setting: Mapping[Form, Fraction]) -> Raw | None:
        precision = CANCELLED * self._scales[-1] + RESERVE
        program = compile_forms([form], self.definitions)
        here = {item: from_fraction(given, precision) for item, given in setting.items()}
        value = program.root_values(program.run(here, precision, False))[0]
        return value if isinstance(value, tuple) and is_finite(value) else None


def without_logarithms(form: Form, variable: Form) -> Form:
    """A form in which logarithms of exponentials are their exponents, so that no number is too large on the way.

    Examples:
        >>> from stepcalc.notation.unicode import one_line
        >>> t = letter("t")
        >>> one_line(without_logarithms(call("log", divide(ONE, exp(exp(t)))), t))
        '−e^t'
    """
    done: dict[Form, Form] = {}
    for node in postorder(form):
        new = with_args(node, tuple(done[arg] for arg in node.args)) if node.args else node
        if new.head == "call" and new.label == "log" and len(new.args) == 1:
            new = _logarithm(combine(new.args[0]), variable)
        done[node] = new
    return done[form]


def _logarithm(form: Form, variable: Form) -> Form:
    """ln of an exponential, of a power of one or of one over one; of anything else the logarithm."""
    if form.head == "call" and form.label == "exp":
        return form.args[0]
    if form.head == "quotient" and form.args[0] is ONE:
        return opposite(_logarithm(form.args[1], variable))
    if form.head in ("power", "root") and variable in letters_of(form.args[0]):
        base, exponent = base_and_exponent(form)
        inner = _logarithm(base, variable)
        if inner.head != "call" or inner.label != "log":
            return multiply(exponent, inner)
    return call("log", form)


# -------------------------------------------------------------------------------------------- what is seen


def _may_be_unreal(node: Form) -> bool:
    """Whether a node has real values for some arguments only."""
    return node.head in ("root", "power") or (node.head == "call" and node.label in _RESTRICTED)


def _as_assumed(item: Form, value: Fraction) -> Fraction:
    """A number with the sign that is assumed of a letter."""
    assumed = dict(letter_label(item)[1])
    if assumed.get("positive") or assumed.get("nonnegative"):
        return abs(value)
    return -abs(value) if assumed.get("negative") or assumed.get("nonpositive") else value


def _case(claimed: Form, setting: Mapping[Form, Fraction]) -> Form:
    """What is claimed for the values of the other letters, where it is claimed by their signs."""
    for value, condition in _cases(claimed):
        if _is_met(condition, setting):
            return value
    return claimed


def _is_met(condition: Form, setting: Mapping[Form, Fraction]) -> bool:
    """Whether a letter has the value, or the sign, that a condition asks for."""
    if condition.head == "logic":
        return all(_is_met(part, setting) for part in condition.args)
    found, border = setting.get(condition.args[0]), as_fraction(condition.args[1])
    if found is None or border is None:
        return False
    return {">": found > border, "<": found < border, "=": found == border}.get(str(condition.label), False)


def _cases(claimed: Form) -> list[tuple[Form, Form]]:
    """The values and the relations of a claim by cases; none of any other claim."""
    if claimed.head != "call" or claimed.label != "piecewise":
        return []
    pairs = [case.args for case in claimed.args]
    return [(value, condition) for value, condition in pairs if condition.head in ("relation", "logic")]


def _distances(values: Values, wanted: Raw) -> list[Raw]:
    """How far values are from a number at most, scale by scale."""
    return [_largest(libmp.mpf_sub(value, wanted, 200, "n") for value in row) for row in values]


def _is_close(values: Values, wanted: Raw) -> bool:
    """Whether the distance from a number as good as vanishes, and has not grown on the way."""
    distances = _distances(values, wanted)
    if magnitude(distances[-1]) > max(magnitude(wanted), 0) - CLOSE_BITS:
        return False
    return not any(libmp.mpf_gt(late, early) for early, late in pairwise(distances[-3:]))


def _closes_in(values: Values, wanted: Raw) -> bool:
    """Whether the distance from a number vanishes, or keeps shrinking in a way that leads to nothing else."""
    distances = _distances(values, wanted)
    if magnitude(distances[-1]) <= max(magnitude(wanted), 0) - CLOSE_BITS:
        return True
    if len(distances) < 3 or distances[-1] == ZERO:
        return False
    ratios = [_ratio(late, early) for early, late in pairwise(distances[-4:])]
    if max(ratios[-2:]) > SLOWEST:
        return False
    # One over a logarithm halves with each scale; that of a logarithm's logarithm takes a little less each time.
    if abs(2 - 1 / ratios[-1]) < 0.25 or (
        1.6 < 1 / ratios[-1] < 2 and ratios == sorted(ratios, reverse=True)
    ):
        return True
    # Too large a number may end the approach early: what vanishes as fast as 1/√x is seen to do so before.
    close = magnitude(distances[-1]) <= max(magnitude(wanted), 0) - FAST_BITS
    return close and max(ratios[-2:]) <= FASTEST


def _nears(values: Values, wanted: Raw) -> bool:
    """Whether the distance from a number goes on shrinking noticeably."""
    distances = _distances(values, wanted)
    if len(distances) < 4 or ZERO in distances:
        return False
    return max(_ratio(late, early) for early, late in pairwise(distances[-4:])) < SLOWEST_NEARING


def _grows(values: Values, sign: int) -> bool:
    """Whether values have this sign (0 plus, 1 minus) and grow beyond all bounds."""
    last = values[-3:]
    if len(last) < 2 or any(value[0] != sign or value == ZERO for row in last for value in row):
        return False
    sizes = [_largest(row) for row in last]
    return all(_ratio(late, early) >= SLOWEST_GROWTH for early, late in pairwise(sizes))


def _wanders(sides: Sequence[Values]) -> bool:
    """Whether the values come to nothing: they keep swinging, or the two sides differ."""
    if any(_swings(values) for values in sides):
        return True
    if len(sides) < 2:
        return False
    right, left = (values[-1][0] for values in sides)
    return not _agree(right, left, 20)


def _swings(values: Values) -> bool:
    """Whether points at one scale, the closest, have quite different values, of a size that stays."""
    row = values[-1]
    apart = _largest(libmp.mpf_sub(value, row[0], 53, "n") for value in row)
    size = _largest(row)
    if size == ZERO or magnitude(apart) < magnitude(size) - 8:
        return False
    if len(values) < 4:
        return False
    late, early = _largest([*values[-1], *values[-2]]), _largest([*values[-3], *values[-4]])
    signs = {value[0] for value in row if value != ZERO}
    return _ratio(late, early) > 0.6 and (len(signs) == 2 or _ratio(late, early) < 1.7)


def _agree(first: Raw, second: Raw, bits: int = SAME_BITS) -> bool:
    apart = libmp.mpf_sub(first, second, 200, "n")
    return apart == ZERO or magnitude(apart) <= max(magnitude(first), magnitude(second)) - bits


def _largest(values: Any) -> Raw:
    largest: Raw = ZERO
    for value in values:
        size = libmp.mpf_abs(value)
        if libmp.mpf_gt(size, largest):
            largest = size
    return largest


def _ratio(first: Raw, second: Raw) -> float:
    if second == ZERO:
        return 1.0
    return float(libmp.to_float(libmp.mpf_div(first, second, 53, "n")))
