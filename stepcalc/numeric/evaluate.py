"""Values of forms at high precision: compiled once into a flat program, then run at many points.

This evaluator shares nothing with the engine of derivations but the forms, so that it can be asked whether
the engine is right. Every node is real unless asked otherwise; a node off its real domain has no value, and
what is built on it has none either, except that a branch not taken does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any, Final, NamedTuple

from mpmath import libmp

from stepcalc.notation.forms import Form, postorder, rebuild, with_args
from stepcalc.numeric import principal, real
from stepcalc.numeric.differences import BITS_LOST, nested
from stepcalc.numeric.quadrature import integrate
from stepcalc.numeric.real import ARITHMETIC_ERRORS, PRECISION, Raw, context, is_finite, magnitude

Definition = tuple[tuple[Form, ...], Form]

HIGHEST_ORDER: Final = 8
DEEPEST_DEFINITION: Final = 40
DEEPEST_INTEGRAL: Final = 1
LARGEST_CONSTANT_BITS: Final = 20_000

_UNARY, _MANY, _LENIENT, _SPECIAL = -1, -2, -3, -4
"""How a step takes its arguments, where there are not two; a lenient one bears missing values."""

_OPAQUE: Final = 1
"""The bit, beside one for each letter, of what reads letters of its own accord: goals and integrals."""

_ALL: Final = -1

_CONSTANTS: Final[dict[str, Callable[[int], Raw]]] = {
    "pi": libmp.mpf_pi,
    "e": libmp.mpf_e,
    "euler_gamma": libmp.mpf_euler,
    "infinity": lambda _: libmp.finf,
}


class Operation(NamedTuple):
    """One node of the program: where its value goes, what it does, where its arguments are."""

    slot: int
    head: str
    label: Any
    args: tuple[int, ...]
    exact: Fraction | None = None


Step = tuple[int, Callable[..., Any], Any, int]


@dataclass(slots=True)
class _Derivatives:
    """The goals of a program that have the same letters, evaluated together at shifted points."""

    letters: tuple[Form, ...]
    subjects: list[Form]
    program: Program | None = None


@dataclass(slots=True)
class _Run:
    """One run: the point, the precision, and what its goals came to."""

    program: Program
    point: Mapping[Form, Any]
    precision: int
    complex_ok: bool
    derivatives: dict[tuple[Form, ...], list[Any]]


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
        self._groups: dict[tuple[Form, ...], _Derivatives] = {}
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
                parts = _evaluated_parts(node)
                waiting = [part for part in parts if part not in slots]
                if waiting:
                    stack.extend(reversed(waiting))
                    continue
                stack.pop()
                slots[node] = len(slots)
                self._append(node, tuple([slots[part] for part in parts]), exact)
        return slots

    def _append(self, node: Form, args: tuple[int, ...], exact: dict[int, Fraction]) -> None:
        slot = len(self._operations)
        label: Any = node.label
        value = _exact_value(node, [exact.get(arg) for arg in args])
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
            group = self._groups.setdefault(letters, _Derivatives(letters, []))
            label = (letters, len(group.subjects))
            group.subjects.append(node.args[0])
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
        if not _is_well_formed(node):
            head = "nothing"
        self._operations.append(Operation(slot, head, label, args, value))

    def _steps_for(self, complex_ok: bool, mask: int) -> list[Step]:
        """The steps that depend on the letters of the mask; with no mask, those that depend on any."""
        key = (complex_ok, mask)
        found = self._steps.get(key)
        if found is None:
            translate = _principal_step if complex_ok else _real_step
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
            run = _Run(self, {}, precision, complex_ok, {})
            translate = _principal_step if complex_ok else _real_step
            steps = []
            for operation, depends in zip(self._operations, self._depends, strict=True):
                if depends:
                    continue
                if operation.exact is not None:
                    raw = real.from_fraction(operation.exact, precision)
                    found[operation.slot] = context().make_mpf(raw) if complex_ok else raw
                elif operation.head == "constant":
                    found[operation.slot] = _constant(operation.label, precision, complex_ok)
                else:
                    steps.append(translate(operation))
            _execute(steps, found, run)
            self._constants[key] = found
        return found

    # -------------------------------------------------------------------------------------------- running

    @staticmethod
    def prepare(point: Mapping[Form, Any], complex_ok: bool = False) -> dict[Form, Any]:
        """The point with raw numbers (or, off the real axis, numbers of our context)."""
        convert = _to_complex if complex_ok else _to_raw
        return {letter: convert(value) for letter, value in point.items()}

    def run(self, point: Mapping[Form, Any], precision: int, complex_ok: bool) -> list[Any]:
        """The value of every slot at a prepared point."""
        values = self._fixed_values(precision, complex_ok).copy()
        for letter, slot in self._letters.items():
            values[slot] = point.get(letter)
        _execute(self._steps_for(complex_ok, _ALL), values, _Run(self, point, precision, complex_ok, {}))
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
        _execute(steps, values, _Run(self, point, precision, complex_ok, {}))
        return values

    def root_values(self, values: Sequence[Any]) -> list[Any]:
        """The roots' values among those of all slots."""
        return [values[slot] for slot in self._root_slots]

    def differentiate(
        self, letters: tuple[Form, ...], point: Mapping[Form, Any], precision: int, complex_ok: bool = False
    ) -> list[Any]:
        """The derivative of every root with respect to each of the letters in turn, at a prepared point."""
        count = len(self.roots)
        if len(letters) > HIGHEST_ORDER or any(point.get(letter) is None for letter in letters):
            return [None] * count
        working = precision + BITS_LOST * len(letters)
        distinct = tuple(dict.fromkeys(letters))
        base = self.run(point, working, complex_ok)
        if complex_ok:
            return self._differentiate_off_axis(distinct, letters, base, point, working)

        def values(coordinates: tuple[Raw, ...]) -> list[Any]:
            shifted = {**point, **dict(zip(distinct, coordinates, strict=True))}
            return self.root_values(self.rerun(base, shifted, distinct, working, False))

        at = tuple(point[letter] for letter in distinct)
        return nested(values, at, [distinct.index(letter) for letter in letters], working)

    def _differentiate_off_axis(
        self,
        distinct: tuple[Form, ...],
        letters: tuple[Form, ...],
        base: list[Any],
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
            found = self.root_values(self.rerun(base, shifted, distinct, working, True))
            parts: list[Any] = []
            for value in found:
                usable = None if isinstance(value, bool | list | str) else value
                parts += (None, None) if usable is None else own.mpc(usable)._mpc_
            return parts

        at = tuple(own.mpc(point[letter]).real._mpf_ for letter in distinct)
        flat = nested(values, at, [distinct.index(letter) for letter in letters], working)
        return [
            None if re is None or im is None else own.make_mpc((re, im))
            for re, im in zip(flat[::2], flat[1::2], strict=True)
        ]

    def evaluate(self, point: Mapping[Form, Any], *, complex_ok: bool = False) -> Evaluation:
        """The values of the roots at a point, and what their errors are relative to.

        Args:
            point: For each letter an ``int``, ``float``, ``Fraction`` or ``mpf``; ``mpc`` off the real axis.
            complex_ok: Whether principal values off the real axis are wanted.
        """
        values = self.run(self.prepare(point, complex_ok), PRECISION, complex_ok)
        found = [_shown(value) for value in self.root_values(values)]
        return Evaluation(found, [] if complex_ok else self._scales(values))

    def at(self, point: Mapping[Form, Any], *, complex_ok: bool = False) -> list[Any]:
        """The values of the roots at a point, ``None`` where one has none; see :meth:`evaluate`."""
        values = self.run(self.prepare(point, complex_ok), PRECISION, complex_ok)
        return [_shown(value) for value in self.root_values(values)]

    def _scales(self, values: Sequence[Any]) -> list[int]:
        """Magnitudes that errors are relative to: terms that cancel in a sum leave their rounding behind."""
        sizes: list[int] = []
        losses: list[int] = []
        for slot, head, _, args, _ in self._operations:
            value = values[slot]
            size = magnitude(value) if isinstance(value, tuple) else 0
            loss = 0
            if head == "sum":
                loss = max(0, max([sizes[arg] + losses[arg] for arg in args]) - size)
            elif args:
                loss = max([losses[arg] for arg in args])
            sizes.append(size)
            losses.append(loss)
        return [sizes[slot] + losses[slot] for slot in self._root_slots]

    def goal_values(
        self, letters: tuple[Form, ...], point: Mapping[Form, Any], precision: int, complex_ok: bool
    ) -> list[Any]:
        """The derivatives that the goals with these letters ask for, in the order of their subjects."""
        group = self._groups[letters]
        if group.program is None:
            group.program = Program(group.subjects, self._level)
        return group.program.differentiate(letters, point, precision, complex_ok)


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


def _evaluated_parts(node: Form) -> tuple[Form, ...]:
    """The arguments that are evaluated before the node: not what is under a derivative or an integral."""
    if node.head == "goal":
        return ()
    if node.head == "call" and node.label == "integral" and len(node.args) == 4:
        return node.args[2:]
    return node.args


_TRUTH_HEADS: Final = ("relation", "logic")


def _is_truth(form: Form) -> bool:
    return form.head in _TRUTH_HEADS or (form.head == "constant" and form.label == "true")


def _is_number(form: Form) -> bool:
    if form.head == "constant":
        return form.label in _CONSTANTS or form.label in ("i", "undefined")
    return form.head != "vector" and form.head not in _TRUTH_HEADS


def _is_well_formed(node: Form) -> bool:
    """Whether numbers stand where numbers are needed, and conditions where conditions are."""
    args = node.args
    match node.head:
        case "vector" | "goal":
            return True
        case "logic":
            return all(map(_is_truth, args))
        case "relation" if node.label in ("in", "not in"):
            return _is_number(args[0]) and args[1].head == "constant"
        case "call" if node.label == "piecewise":
            return all(
                branch.head == "vector"
                and len(branch.args) == 2
                and _is_number(branch.args[0])
                and _is_truth(branch.args[1])
                for branch in args
            )
        case _:
            return all(map(_is_number, args))


def _exact_value(node: Form, args: Sequence[Fraction | None]) -> Fraction | None:
    """The rational number that a form without letters or functions is, if it is one of bounded size."""
    if node.head == "number":
        assert isinstance(node.label, int | Fraction)
        return Fraction(node.label)
    if node.head not in ("sum", "product", "quotient", "power"):
        return None
    known = [arg for arg in args if arg is not None]
    if len(known) < len(args):
        return None
    match node.head:
        case "sum":
            found = sum(known, Fraction(0))
        case "product":
            found = Fraction(1)
            for factor in known:
                found *= factor
        case "quotient":
            if not known[1]:
                return None
            found = known[0] / known[1]
        case _:
            return _exact_power(*known)
    return (
        found
        if found.numerator.bit_length() + found.denominator.bit_length() < LARGEST_CONSTANT_BITS
        else None
    )


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    size = base.numerator.bit_length() + base.denominator.bit_length()
    if exponent.denominator > 1 or not base or size * abs(exponent.numerator) > LARGEST_CONSTANT_BITS:
        return None
    return base**exponent.numerator


def _constant(name: str, precision: int, complex_ok: bool) -> Any:
    """The value of a constant: a number, a truth value, or the name of a set."""
    if name == "true":
        return True
    if name == "i":
        return context().mpc(0, 1) if complex_ok else None
    if name in _CONSTANTS:
        raw = _CONSTANTS[name](precision)
        return context().make_mpf(raw) if complex_ok else raw
    return None if name == "undefined" else name


# ---------------------------------------------------------------------------------- steps of a real program


def _real_step(operation: Operation) -> Step:
    """What a node does to raw real numbers."""
    slot, head, label, args, _ = operation
    match head:
        case "sum":
            return slot, real.add, args, _MANY
        case "product":
            if len(args) == 2:
                return slot, libmp.mpf_mul, args[0], args[1]
            return slot, real.multiply, args, _MANY
        case "quotient":
            return slot, real.divide, args[0], args[1]
        case "power" | "root":
            if isinstance(label, Fraction):
                if head == "power":
                    return slot, real.rational_power(label), args[0], _UNARY
                if label:
                    return slot, real.rational_power(1 / label), args[0], _UNARY
            return slot, real.power if head == "power" else real.root, args[0], args[1]
        case "call":
            return _real_call(slot, label, args)
        case "derived":
            name, orders = label
            return slot, real.undefined(name, orders), args, _MANY
        case "relation":
            return slot, _RELATIONS[label], args, _LENIENT
        case _:
            return _any_step(slot, head, label, args)


def _any_step(slot: int, head: str, label: Any, args: tuple[int, ...]) -> Step:
    """What is done alike on and off the real axis."""
    match head:
        case "logic":
            return slot, _LOGIC[label], args, _LENIENT
        case "vector":
            return slot, lambda parts, _: list(parts), args, _LENIENT
        case "goal":
            return slot, _goal, (label, args), _SPECIAL
        case "integral":
            return slot, _integral, (label, args), _SPECIAL
        case _:
            return slot, _nothing, (), _LENIENT


def _real_call(slot: int, name: str, args: tuple[int, ...]) -> Step:
    if name == "piecewise":
        return slot, _piecewise, args, _LENIENT
    if len(args) == 1 and name in real.UNARY:
        return slot, real.UNARY[name], args[0], _UNARY
    if len(args) == 2 and name in real.BINARY:
        return slot, real.BINARY[name], args[0], args[1]
    if name in real.NARY and args:
        return slot, real.NARY[name], args, _MANY
    return slot, real.undefined(name, (0,) * len(args)), args, _MANY


def _nothing(_values: Sequence[Any], _precision: int) -> None:
    return None


def _and(values: Sequence[Any], _precision: int) -> bool | None:
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else None


def _or(values: Sequence[Any], _precision: int) -> bool | None:
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None


def _not(values: Sequence[Any], _precision: int) -> bool | None:
    return None if values[0] is None else not values[0]


_LOGIC: Final = {"and": _and, "or": _or, "not": _not}


def _real_relation(sign: str) -> Callable[[Sequence[Any], int], bool | None]:
    def holds(values: Sequence[Any], precision: int) -> bool | None:
        left, right = values
        if left is None or right is None:
            return None
        if isinstance(right, str):
            found = real.belongs(left, right, precision)
            return found if sign == "in" or found is None else not found
        if isinstance(left, bool) or isinstance(right, bool):
            return None
        return real.compare(sign, left, right, precision)

    return holds


_RELATIONS: Final = {sign: _real_relation(sign) for sign in ("=", "!=", "<", "<=", ">", ">=", "in", "not in")}


def _piecewise(branches: Sequence[Any], _precision: int) -> Any:
    """The first branch whose condition holds, if those before it certainly fail."""
    for branch in branches:
        if not isinstance(branch, list) or len(branch) != 2 or branch[1] is None:
            return None
        if branch[1]:
            return branch[0]
    return None


# ------------------------------------------------------------------------------- steps of a complex program


def _principal_step(operation: Operation) -> Step:
    """What a node does to numbers of our context, off the real axis."""
    slot, head, label, args, _ = operation
    table = {
        "sum": principal.add,
        "product": principal.multiply,
        "quotient": principal.divide,
        "power": principal.power,
        "root": principal.root,
    }
    if head in table:
        return slot, _spread(table[head]), args, _MANY
    if head == "call" and label != "piecewise":
        function = principal.function(label)
        if function is None:
            function = principal.undefined(label, (0,) * len(args))
        return slot, _spread(function), args, _MANY
    if head == "call":
        return slot, _piecewise, args, _LENIENT
    if head == "derived":
        return slot, _spread(principal.undefined(*label)), args, _MANY
    if head == "relation":
        return slot, _complex_relation(label), args, _LENIENT
    return _any_step(slot, head, label, args)


def _spread(function: Callable[..., Any]) -> Callable[[Sequence[Any], int], Any]:
    return lambda values, _precision: function(*values)


def _complex_relation(sign: str) -> Callable[[Sequence[Any], int], bool | None]:
    def holds(values: Sequence[Any], precision: int) -> bool | None:
        left, right = values
        if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
            return None
        if isinstance(right, str):
            raw = principal.real_raw(left)
            found = False if raw is None else real.belongs(raw, right, precision)
            return found if sign == "in" or found is None else not found
        return principal.relation(sign, left, right)

    return holds


# ------------------------------------------------------------------------------------------ goals, integrals


def _goal(run: _Run, label: Any, _args: Sequence[Any]) -> Any:
    """The derivative that a goal asks for; all goals with the same letters are evaluated at once."""
    letters, place = label
    found = run.derivatives.get(letters)
    if found is None:
        found = run.program.goal_values(letters, run.point, run.precision, run.complex_ok)
        run.derivatives[letters] = found
    return found[place]


def _integral(run: _Run, label: Any, limits: Sequence[Any]) -> Any:
    """A definite integral of a real function between real limits."""
    bound, body = label
    if body is None:
        return None
    point, (lower, upper) = run.point, limits
    if run.complex_ok:
        point = {letter: _as_real(value) for letter, value in point.items()}
        lower, upper = _as_real(lower), _as_real(upper)
        if lower is None or upper is None:
            return None
    base: list[Any] = []

    def integrand(at: Raw) -> Any:
        here = {**point, bound: at}
        if not base:
            base.extend(body.run(here, run.precision, False))
            return body.root_values(base)[0]
        return body.root_values(body.rerun(base, here, (bound,), run.precision, False))[0]

    found = integrate(integrand, lower, upper, run.precision)
    return context().make_mpf(found) if run.complex_ok and found is not None else found


def _execute(steps: Sequence[Step], values: list[Any], run: _Run) -> None:
    """Carry out the steps in order; where one has no value, note that and go on."""
    own = context()
    saved = own.prec
    if run.complex_ok:
        own.prec = run.precision
    try:
        position, count = 0, len(steps)
        while position < count:
            slot = -1
            try:
                for slot, function, first, second in islice(steps, position, None):
                    position += 1
                    if second >= 0:
                        left, right = values[first], values[second]
                        missing = left is None or right is None
                        values[slot] = None if missing else function(left, right, run.precision)
                    elif second == _UNARY:
                        value = values[first]
                        values[slot] = None if value is None else function(value, run.precision)
                    elif second == _SPECIAL:
                        label, places = first
                        found = [values[place] for place in places]
                        values[slot] = None if None in found else function(run, label, found)
                    else:
                        found = [values[place] for place in first]
                        missing = second == _MANY and None in found
                        values[slot] = None if missing else function(found, run.precision)
            except ARITHMETIC_ERRORS:
                values[slot] = None
    finally:
        own.prec = saved


def _as_real(value: Any) -> Raw | None:
    """The raw number, where a number of our context is real."""
    return principal.real_raw(value) if hasattr(value, "_mpf_") or hasattr(value, "_mpc_") else None


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
            raw = _as_real(value)
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
        return context().make_mpf(value) if is_finite(value) else None  # type: ignore[arg-type]
    if value is None or isinstance(value, bool):
        return value
    return principal.usable(value) if hasattr(value, "_mpf_") or hasattr(value, "_mpc_") else None
