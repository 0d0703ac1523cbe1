"""Limits by arithmetic alone: a letter on its way to a point, and what forms can be seen to tend to there.

The scales lie so far apart that each is about the square of the one before: what converges no faster than one
over a logarithm still halves its distance from one scale to the next. Nothing here knows any rule of limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from mpmath import libmp

from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import (
    INFINITY,
    ONE,
    Form,
    add,
    constant,
    divide,
    exp,
    letter,
    letters_of,
    negate,
    postorder,
    rebuild,
)
from stepcalc.notation.forms import ZERO as NOUGHT
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.numeric.inlining import Definition
from stepcalc.numeric.logarithms import without_logarithms
from stepcalc.numeric.other_letters import LARGE, USUAL, as_assumed, case_of, cases_of
from stepcalc.numeric.real import Raw, from_fraction, is_finite
from stepcalc.numeric.tendency import ZERO, Values, agree, closes_in, grows, is_close, nears, wanders

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

_RESTRICTED: Final = frozenset({"log", "asin", "acos", "asec", "acsc", "acosh", "atanh", "acoth", "asech"})
"""Functions that are not real everywhere; where another has no value, its argument was too large."""

SOON: Final = 5
"""At so many scales it is looked first whether a number is as good as reached."""

RESERVE: Final = 400
CANCELLED: Final = 8
"""The precision at a scale is so many times its exponent: (x − sin(x))/x³ loses three times as many bits."""


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

    def reaches(self, form: Form, given: Form) -> bool | None:
        """Whether a form tends to what is claimed: a number, an infinity, or nothing (``undefined``).

        A claim by cases for the sign of another letter is taken case by case.

        Returns:
            ``None`` where the form has no real values on the way.
        """
        verdicts = []
        for place, setting in enumerate([*self._settings(form, given), *self._settings_between(form, given)]):
            claimed = case_of(given, setting)
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
                verdicts.append(wanders(usable))
            elif claimed in (INFINITY, MINUS_INFINITY):
                verdicts.append(all(grows(values, 0 if claimed is INFINITY else 1) for values in usable))
            else:
                wanted = self._constant(claimed, setting)
                verdicts.append(wanted is not None and all(closes_in(values, wanted) for values in usable))
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
        return bool(usable) and all(is_close(values, wanted) for values in usable)

    def still_nears(self, form: Form, given: Form) -> bool:
        """Whether values come nearer to a number with each scale, too slowly to say that it is the limit."""
        for setting in self._settings(form, given):
            wanted = self._constant(case_of(given, setting), setting)
            sides = [self._values([form], side, setting)[0] for side in self.sides]
            usable = [values for values in sides if values]
            if wanted is None or not usable or not all(nears(values, wanted) for values in usable):
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
                    agree(a, b) for left, right in zip(first, second, strict=True)
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

    def _settings(self, *forms: Form) -> Iterator[dict[Form, Fraction]]:
        """Values for the other letters; larger ones where the first form is real for none of the usual."""
        others = sorted(letters_of(*forms, self.point) - {self.variable}, key=lambda item: item.name)

        def settings(rows: Sequence[Sequence[Fraction]]) -> Iterator[dict[Form, Fraction]]:
            for row in rows:
                yield {item: as_assumed(item, row[place % len(row)]) for place, item in enumerate(others)}

        usual = list(settings(USUAL if others else USUAL[:1]))
        unreal = others and any(map(_may_be_unreal, postorder(*forms)))
        if unreal and not any(self._is_real(forms[0], setting) for setting in usual):
            usual = [setting for setting in settings(LARGE) if self._is_real(forms[0], setting)]
        yield from usual

    def _is_real(self, form: Form, setting: Mapping[Form, Fraction]) -> bool:
        near = self._scales[:3]
        return any(
            len(self._values([form], side, setting, scales=near, spread=_FEW)[0]) > 1 for side in self.sides
        )

    def _settings_between(self, form: Form, given: Form) -> Iterator[dict[Form, Fraction]]:
        """The same with each letter where one case of a claim gives way to another: at 0, or at 1."""
        own = {condition.args for _, condition in cases_of(given) if condition.label == "="}
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


def _may_be_unreal(node: Form) -> bool:
    """Whether a node has real values for some arguments only."""
    return node.head in ("root", "power") or (node.head == "call" and node.label in _RESTRICTED)
