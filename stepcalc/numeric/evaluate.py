"""Values of forms at high precision: compiled once into a flat program, then run at many points.

This evaluator shares nothing with the engine of derivations but the forms, so that it can be asked whether
the engine is right. Every node is real unless asked otherwise; a node off its real domain has no value, and
what is built on it has none either, except that a branch not taken does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any, Final

from mpmath import libmp

from stepcalc.notation.forms import Form, postorder, rebuild, with_args
from stepcalc.numeric import principal, real
from stepcalc.numeric.differences import BITS_LOST, nested
from stepcalc.numeric.real import PRECISION, Raw, context, is_finite, magnitude
from stepcalc.numeric.shape import evaluated_parts, exact_value, is_well_formed
from stepcalc.numeric.steps import (
    GoalValues,
    Operation,
    Run,
    Step,
    as_real,
    constant,
    execute,
    principal_step,
    real_step,
)

Definition = tuple[tuple[Form, ...], Form]


HIGHEST_ORDER: Final = 8
DIFFERENCE_BITS: Final = 44
"""How much less the rounding of a function counts in its derivative than in itself."""


_AMPLIFIES: Final[Mapping[str, Callable[[int, int, int], int]]] = {
    "exp": lambda error, loss, size: error,
    "log": lambda error, loss, size: loss - size,
    **dict.fromkeys(("sin", "cos"), lambda error, loss, size: error - size),
    **dict.fromkeys(("tan", "cot", "sec", "csc"), lambda error, loss, size: error + abs(size)),
}
"""Functions that make more of their argument's error than it was: what they lose, by the magnitude of that
error, what the argument had lost, and the magnitude of the value."""


DEEPEST_DEFINITION: Final = 40


DEEPEST_INTEGRAL: Final = 1


_OPAQUE: Final = 1
"""The bit, beside one for each letter, of what reads letters of its own accord: goals and integrals."""


_ALL: Final = -1


_STEPS: Final = frozenset({"floor", "ceiling"})
FINER_TRIALS: Final = 3
BITS_BETWEEN_STEPS: Final = 8
MOST_FINER: Final = 2000
"""Where differences cross the steps of floor(u), they are taken finer, so many times and by so many bits at most."""


WIDEST_SUM: Final = 8
"""Longer sums are added up in groups, so that where one term changes few additions are made again."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """What some letters reach on the way to some roots: all that has to be done again where they change.

    Args:
        letters: The letters with their slots.
        steps: What is to be done.
        slots: Whose values it changes.
        roots: The slots of the roots, then those of steps such as floor(u).
        jumping: The slots of such steps.
    """

    letters: tuple[tuple[Form, int], ...]
    steps: list[Step]
    slots: list[int]
    roots: list[int]
    jumping: list[int]


class _Jumps:
    """What is constant between its jumps, floor(u) and the like, must not change from one value to the next.

    Args:
        before: The values at the point.
    """

    def __init__(self, before: Sequence[Any]) -> None:
        self.before = before
        self.bits: int | None = None

    def unless(self, found: list[Any], count: int) -> list[Any]:
        """The values of so many roots; none of them where a step behind them was crossed, whose size is kept."""
        for old, new in zip(self.before, found[count:], strict=True):
            if isinstance(old, tuple) and isinstance(new, tuple) and old != new:
                self.bits = max(self.bits or 0, magnitude(libmp.mpf_sub(new, old)))
        return found[:count] if self.bits is None else [None] * count


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The values of a program's roots at a point.

    Args:
        values: For each root an ``mpf`` (``mpc`` off the real axis), or ``None``; a condition's truth.
        scales: For each root the magnitude, as an exponent of two, of the largest term that it was added up
            from: what its rounding error is relative to.
    """

    values: list[Any]
    scales: list[int]


class Program:
    """Forms compiled for evaluation; made by :func:`compile_forms`.

    Args:
        roots: What is evaluated.
        level: How many integrals the program stands inside.
    """

    def __init__(self, roots: Sequence[Form], level: int = 0) -> None:
        self.roots = tuple(roots)
        self._level = level
        self._operations: list[Operation] = []
        self._letters: dict[Form, int] = {}
        self._groups: dict[tuple[Form, ...], list[int]] = {}
        self._subjects: list[Form] = []
        self._inner: Program | None = None
        self._held: tuple[Mapping[Form, Any], dict[tuple[int, bool], tuple[list[Any], list[int]]]] = ({}, {})
        self._reaches: dict[tuple[tuple[Form, ...], tuple[int, ...], bool], _Reach] = {}
        self._depends: list[int] = []
        self._steps: dict[tuple[bool, int], list[Step]] = {}
        self._constants: dict[tuple[bool, int], list[Any]] = {}
        slots = self._compile()
        self._root_slots = [slots[top] for top in self.roots]

    @property
    def letters(self) -> frozenset[Form]:
        """The letters whose values the program reads, but for those that only goals and integrals read."""
        return frozenset(self._letters)

    # ------------------------------------------------------------------------------------------ compiling

    def _compile(self) -> dict[Form, int]:
        slots: dict[Form, int] = {}
        exact: dict[int, Fraction] = {}
        for top in self.roots:
            stack = [top]
            while stack:
                node = stack[-1]
                if node in slots:
                    stack.pop()
                    continue
                parts = evaluated_parts(node)
                waiting = [part for part in parts if part not in slots]
                if waiting:
                    stack.extend(reversed(waiting))
                    continue
                stack.pop()
                slots[node] = self._append(node, tuple([slots[part] for part in parts]), exact)
        return slots

    def _append(self, node: Form, args: tuple[int, ...], exact: dict[int, Fraction]) -> int:
        label: Any = node.label
        value = exact_value(node, [exact.get(arg) for arg in args])
        if node.head == "sum" and value is None:
            args = self._in_groups(args)
        slot = len(self._operations)
        if value is not None:
            exact[slot] = value
        depends = 0
        for arg in args:
            depends |= self._depends[arg]
        if node.head in ("letter", "reference"):
            self._letters[node] = slot
            depends = 1 << len(self._letters)
        elif node.head == "goal":
            letters = node.args[1:]
            group = self._groups.setdefault(letters, [])
            label = (letters, len(group))
            group.append(len(self._subjects))
            self._subjects.append(node.args[0])
            depends = _ALL
        elif node.head == "call" and label == "integral" and len(node.args) == 4:
            label = (
                node.args[1],
                Program(node.args[:1], self._level + 1) if self._level < DEEPEST_INTEGRAL else None,
            )
            depends = _ALL
        self._depends.append(depends)
        head = (
            "integral" if depends == _ALL and node.head == "call" and isinstance(label, tuple) else node.head
        )
        if head in ("power", "root") and args[1] in exact:
            label = exact[args[1]]
        if not is_well_formed(node):
            head = "nothing"
        self._operations.append(Operation(slot, head, label, args, value))
        return slot

    def _in_groups(self, args: tuple[int, ...]) -> tuple[int, ...]:
        """The terms of a long sum, put together in groups that have places of their own."""
        while len(args) > WIDEST_SUM:
            groups = [args[start : start + WIDEST_SUM] for start in range(0, len(args), WIDEST_SUM)]
            args = tuple([self._group_sum(group) if len(group) > 1 else group[0] for group in groups])
        return args

    def _group_sum(self, args: tuple[int, ...]) -> int:
        slot = len(self._operations)
        self._operations.append(Operation(slot, "sum", None, args))
        self._depends.append(reduce(or_, [self._depends[arg] for arg in args]))
        return slot

    def _steps_for(self, complex_ok: bool, mask: int) -> list[Step]:
        """The steps that depend on the letters of the mask; with no mask, those that depend on any."""
        key = (complex_ok, mask)
        found = self._steps.get(key)
        if found is None:
            translate = principal_step if complex_ok else real_step
            found = [
                translate(operation)
                for operation, depends in zip(self._operations, self._depends, strict=True)
                if depends & mask and operation.head not in ("letter", "reference")
            ]
            self._steps[key] = found
        return found

    def _fixed_values(self, precision: int, complex_ok: bool) -> list[Any]:
        """A value for every slot that depends on no letter."""
        key = (complex_ok, precision)
        found = self._constants.get(key)
        if found is None:
            found = [None] * len(self._operations)
            run = Run(self, {}, precision, complex_ok, {})
            translate = principal_step if complex_ok else real_step
            steps = []
            for operation, depends in zip(self._operations, self._depends, strict=True):
                if depends:
                    continue
                if operation.exact is not None:
                    raw = real.from_fraction(operation.exact, precision)
                    found[operation.slot] = context().make_mpf(raw) if complex_ok else raw
                elif operation.head == "constant":
                    found[operation.slot] = constant(operation.label, precision, complex_ok)
                else:
                    steps.append(translate(operation))
            execute(steps, found, run)
            self._constants[key] = found
        return found

    # -------------------------------------------------------------------------------------------- running

    @staticmethod
    def prepare(point: Mapping[Form, Any], complex_ok: bool = False) -> dict[Form, Any]:
        """The point with raw numbers (or, off the real axis, numbers of our context)."""
        convert = _to_complex if complex_ok else _to_raw
        return {letter: convert(value) for letter, value in point.items()}

    def run(
        self,
        point: Mapping[Form, Any],
        precision: int,
        complex_ok: bool,
        derivatives: GoalValues | None = None,
    ) -> list[Any]:
        """The value of every slot at a prepared point; what goals came to is left in ``derivatives``."""
        values = self._fixed_values(precision, complex_ok).copy()
        for letter, slot in self._letters.items():
            values[slot] = point.get(letter)
        run = Run(self, point, precision, complex_ok, {} if derivatives is None else derivatives)
        execute(self._steps_for(complex_ok, _ALL), values, run)
        return values

    def rerun(
        self,
        base: list[Any],
        point: Mapping[Form, Any],
        changed: Sequence[Form],
        precision: int,
        complex_ok: bool,
    ) -> list[Any]:
        """The value of every slot at a point that differs from that of ``base`` in some letters only."""
        values = base.copy()
        mask = 0
        for letter in changed:
            slot = self._letters.get(letter)
            if slot is not None:
                values[slot] = point[letter]
                mask |= self._depends[slot]
        steps = self._steps_for(complex_ok, mask | _OPAQUE)
        execute(steps, values, Run(self, point, precision, complex_ok, {}))
        return values

    def root_values(self, values: Sequence[Any]) -> list[Any]:
        """The roots' values among those of all slots."""
        return [values[slot] for slot in self._root_slots]

    def differentiate(
        self,
        letters: tuple[Form, ...],
        point: Mapping[Form, Any],
        precision: int,
        complex_ok: bool = False,
        places: Sequence[int] | None = None,
    ) -> tuple[list[Any], list[int]]:
        """The derivative of every root with respect to each of the letters in turn, at a prepared point.

        Args:
            letters: What varies, one after the other.
            point: A prepared number for each letter.
            precision: How many bits the derivatives are to have.
            complex_ok: Whether the point lies off the real axis.
            places: Which roots; all, if not given.

        Returns:
            The derivatives, and the scales of the functions themselves (empty off the real axis).
        """
        places = tuple(range(len(self.roots)) if places is None else places)
        count = len(places)
        if len(letters) > HIGHEST_ORDER or any(point.get(letter) is None for letter in letters):
            return [None] * count, [0] * count
        working = precision + BITS_LOST * len(letters)
        distinct = tuple(dict.fromkeys(letters))
        base, scales = self._base(point, working, complex_ok)
        reach = self._reach(distinct, places, complex_ok)
        if complex_ok:
            return self._differentiate_off_axis(distinct, letters, base, reach, point, working), []
        at = tuple(point[letter] for letter in distinct)
        order = [distinct.index(letter) for letter in letters]
        finer = 0
        for _ in range(FINER_TRIALS):
            jumps = _Jumps([base[slot] for slot in reach.jumping])

            def values(
                coordinates: tuple[Raw, ...],
                base: list[Any] = base,
                jumps: _Jumps = jumps,
                bits: int = working,
            ) -> list[Any]:
                shifted = {**point, **dict(zip(distinct, coordinates, strict=True))}
                return jumps.unless(self._shifted(base, reach, shifted, bits, False), count)

            found = nested(values, at, order, working, finer)
            if jumps.bits is None:
                return found, [scales[place] for place in places]
            # A step of floor(u) that is crossed is no slope: smaller differences stay between two steps.
            finer += max(jumps.bits, 0) + BITS_BETWEEN_STEPS
            if finer > MOST_FINER:
                break
            working = precision + (BITS_LOST + finer) * len(letters)
            base, _ = self._base(point, working, False)
        return [None] * count, [scales[place] for place in places]

    def _base(
        self, point: Mapping[Form, Any], precision: int, complex_ok: bool
    ) -> tuple[list[Any], list[int]]:
        """The values of all slots at a point and the scales of the roots, kept until another point comes."""
        if self._held[0] is not point:
            self._held = (point, {})
        known = self._held[1].get((precision, complex_ok))
        if known is None:
            values = self.run(point, precision, complex_ok)
            known = values, [] if complex_ok else self._scales(values, {})
            self._held[1][precision, complex_ok] = known
        return known

    def _reach(self, letters: tuple[Form, ...], places: tuple[int, ...], complex_ok: bool) -> _Reach:
        key = (letters, places, complex_ok)
        found = self._reaches.get(key)
        if found is None:
            found = self._reaches[key] = self._reached(letters, places, complex_ok)
        return found

    def _reached(self, letters: tuple[Form, ...], places: tuple[int, ...], complex_ok: bool) -> _Reach:
        own = tuple((letter, self._letters[letter]) for letter in letters if letter in self._letters)
        mask = _OPAQUE
        for _, slot in own:
            mask |= self._depends[slot]
        roots = [self._root_slots[place] for place in places]
        slots: set[int] = set()
        stack = list(roots)
        while stack:
            slot = stack.pop()
            if slot not in slots and self._depends[slot] & mask:
                slots.add(slot)
                stack.extend(self._operations[slot].args)
        translate = principal_step if complex_ok else real_step
        operations = [self._operations[slot] for slot in sorted(slots)]
        steps = [translate(each) for each in operations if each.head not in ("letter", "reference")]
        jumping = [
            slot
            for slot in sorted(slots)
            if not complex_ok
            and self._operations[slot].head == "call"
            and self._operations[slot].label in _STEPS
        ]
        return _Reach(
            own, steps, [*slots, *(slot for _, slot in own if slot not in slots)], [*roots, *jumping], jumping
        )

    def _shifted(
        self, base: list[Any], reach: _Reach, point: Mapping[Form, Any], precision: int, complex_ok: bool
    ) -> list[Any]:
        """The values of some roots where some letters have other values; the base is left as it was."""
        before = [base[slot] for slot in reach.slots]
        for letter, slot in reach.letters:
            base[slot] = point[letter]
        try:
            execute(reach.steps, base, Run(self, point, precision, complex_ok, {}))
            return [base[slot] for slot in reach.roots]
        finally:
            for slot, value in zip(reach.slots, before, strict=True):
                base[slot] = value

    def _differentiate_off_axis(
        self,
        distinct: tuple[Form, ...],
        letters: tuple[Form, ...],
        base: list[Any],
        reach: _Reach,
        point: Mapping[Form, Any],
        working: int,
    ) -> list[Any]:
        """Differences along the real direction, of the real and the imaginary parts apart."""
        own = context()
        imaginary = [own.mpc(point[letter]).imag for letter in distinct]

        def values(coordinates: tuple[Raw, ...]) -> list[Any]:
            numbers = [
                own.mpc(own.make_mpf(raw), part) for raw, part in zip(coordinates, imaginary, strict=True)
            ]
            shifted = {**point, **dict(zip(distinct, numbers, strict=True))}
            found = self._shifted(base, reach, shifted, working, True)
            parts: list[Any] = []
            for value in found:
                usable = None if isinstance(value, bool | list | str) else value
                parts += (None, None) if usable is None else own.mpc(usable)._mpc_
            return parts

        at = tuple(own.mpc(point[letter]).real._mpf_ for letter in distinct)
        flat = nested(values, at, [distinct.index(letter) for letter in letters], working)
        return [
            None if re is None or im is None else own.make_mpc((re, im)) if im[1] else own.make_mpf(re)
            for re, im in zip(flat[::2], flat[1::2], strict=True)
        ]

    def evaluate(self, point: Mapping[Form, Any], *, complex_ok: bool = False) -> Evaluation:
        """The values of the roots at a point, and what their errors are relative to.

        Args:
            point: For each letter an ``int``, ``float``, ``Fraction`` or ``mpf``; ``mpc`` off the real axis.
            complex_ok: Whether principal values off the real axis are wanted.
        """
        derivatives: GoalValues = {}
        values = self.run(self.prepare(point, complex_ok), PRECISION, complex_ok, derivatives)
        found = [_shown(value) for value in self.root_values(values)]
        return Evaluation(found, [] if complex_ok else self._scales(values, derivatives))

    def at(self, point: Mapping[Form, Any], *, complex_ok: bool = False) -> list[Any]:
        """The values of the roots at a point, ``None`` where one has none; see :meth:`evaluate`."""
        values = self.run(self.prepare(point, complex_ok), PRECISION, complex_ok)
        return [_shown(value) for value in self.root_values(values)]

    def _scales(self, values: Sequence[Any], derivatives: GoalValues) -> list[int]:
        """Magnitudes that errors are relative to: terms that cancel in a sum leave their rounding behind.

        A derivative's error is also relative to the function, whose values were subtracted.
        """
        sizes: list[int] = []
        losses: list[int] = []
        for slot, head, label, args, _ in self._operations:
            value = values[slot]
            size = magnitude(value) if isinstance(value, tuple) else 0
            loss = 0
            if head == "goal":
                letters, place = label
                if letters in derivatives:
                    loss = max(0, derivatives[letters][1][place] - DIFFERENCE_BITS - size)
            elif head == "integral":
                loss = max(0, -size)
            elif head == "sum":
                loss = max(0, max([sizes[arg] + losses[arg] for arg in args]) - size)
            elif args:
                loss = max([losses[arg] for arg in args])
                if head == "call" and label in _AMPLIFIES:
                    loss = max(
                        loss, _AMPLIFIES[label](sizes[args[0]] + losses[args[0]], losses[args[0]], size)
                    )
            sizes.append(size)
            losses.append(loss)
        return [sizes[slot] + losses[slot] for slot in self._root_slots]

    def goal_values(
        self, letters: tuple[Form, ...], point: Mapping[Form, Any], precision: int, complex_ok: bool
    ) -> tuple[list[Any], list[int]]:
        """The derivatives that the goals with these letters ask for, and the scales of their subjects."""
        if self._inner is None:
            self._inner = Program(self._subjects, self._level)
        return self._inner.differentiate(letters, point, precision, complex_ok, self._groups[letters])


def compile_forms(roots: Sequence[Form], definitions: Mapping[str, Definition] | None = None) -> Program:
    """Compile forms that are to be evaluated at the same points.

    Args:
        roots: The forms; conditions (relations and their conjunctions) evaluate to truth values.
        definitions: Functions that cards define: name to (parameters, body).

    Examples:
        >>> from stepcalc.notation.forms import add, letter, number, power, root
        >>> x = letter("x")
        >>> program = compile_forms([add(power(x, number(2)), number(1)), root(x)])
        >>> [None if value is None else int(value) for value in program.at({x: 4})]
        [17, 2]
        >>> [None if value is None else int(value) for value in program.at({x: -4})]
        [17, None]
    """
    return Program(inlined(roots, definitions) if definitions else roots)


def inlined(roots: Sequence[Form], definitions: Mapping[str, Definition]) -> list[Form]:
    """The forms with calls of defined functions replaced by their bodies."""
    bodies: dict[str, Form | None] = {}

    def body_of(name: str, level: int) -> Form | None:
        if name not in bodies:
            bodies[name] = None  # while it is being made: a definition does not call itself
            if level < DEEPEST_DEFINITION:
                bodies[name] = replaced([definitions[name][1]], level + 1)[0]
        return bodies[name]

    def replaced(forms: Sequence[Form], level: int) -> list[Form]:
        done: dict[Form, Form] = {}
        for node in postorder(*forms):
            new = with_args(node, tuple([done[arg] for arg in node.args])) if node.args else node
            if new.head == "call" and new.name in definitions:
                parameters = definitions[new.name][0]
                body = body_of(new.name, level)
                if body is not None and len(parameters) == len(new.args):
                    new = rebuild(body, dict(zip(parameters, new.args, strict=True)))
            done[node] = new
        return [done[form] for form in forms]

    return replaced(roots, 0)


def _to_raw(value: Any) -> Raw | None:
    """The raw number of a real number of any kind, exactly."""
    match value:
        case bool() | None:
            return None
        case int():
            return libmp.from_int(value)  # type: ignore[no-any-return]
        case Fraction():
            return real.from_fraction(value, 4 * PRECISION)
        case float():
            raw = libmp.from_float(value)
        case _:
            raw = as_real(value)
    return raw if raw is not None and is_finite(raw) else None


def _to_complex(value: Any) -> Any:
    """The number in our context, real or complex."""
    own = context()
    if isinstance(value, complex):
        return own.mpc(value)
    if hasattr(value, "_mpc_"):
        return own.make_mpc(value._mpc_)
    raw = _to_raw(value)
    return None if raw is None else own.make_mpf(raw)


def _shown(value: Any) -> Any:
    """A value as it is handed out: a finite number of our context, a truth value, or ``None``."""
    if isinstance(value, tuple):
        return context().make_mpf(value) if is_finite(value) else None
    if value is None or isinstance(value, bool):
        return value
    return principal.usable(value) if hasattr(value, "_mpf_") or hasattr(value, "_mpc_") else None
