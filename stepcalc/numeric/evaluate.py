"""Values of forms at high precision: compiled once into a flat program, then run at many points.

This evaluator shares nothing with the engine of derivations but the forms, so that it can be asked whether
the engine is right. Every node is real unless asked otherwise; a node off its real domain has no value, and
what is built on it has none either, except that a branch not taken does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from mpmath import libmp

from stepcalc.notation.forms import Form
from stepcalc.numeric import principal, real
from stepcalc.numeric.inlining import Definition, inlined
from stepcalc.numeric.real import PRECISION, Raw, context, is_finite
from stepcalc.numeric.rounding import scales
from stepcalc.numeric.slopes import Derivatives, Slopes
from stepcalc.numeric.steps import GoalValues, Run, as_real, constant, execute
from stepcalc.numeric.tape import Tape

DEEPEST_INTEGRAL: Final = 1


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
        self.tape = Tape(self.roots)
        self._level = level
        self._fixed: dict[tuple[bool, int], list[Any]] = {}
        self._slopes: Slopes | None = None
        self._bodies: dict[Form, Program] = {}

    @property
    def letters(self) -> frozenset[Form]:
        """The letters whose values the program reads, but for those that only goals and integrals read."""
        return frozenset(self.tape.letters)

    @staticmethod
    def prepare(point: Mapping[Form, Any], complex_ok: bool = False) -> dict[Form, Any]:
        """The point with raw numbers (or, off the real axis, numbers of our context)."""
        convert = _to_complex if complex_ok else _to_raw
        return {letter: convert(value) for letter, value in point.items()}

    def evaluate(self, point: Mapping[Form, Any], *, complex_ok: bool = False) -> Evaluation:
        """The values of the roots at a point, and what their errors are relative to.

        Args:
            point: For each letter an ``int``, ``float``, ``Fraction`` or ``mpf``; ``mpc`` off the real axis.
            complex_ok: Whether principal values off the real axis are wanted.
        """
        derivatives: GoalValues = {}
        values = self.run(self.prepare(point, complex_ok), PRECISION, complex_ok, derivatives)
        found = [_shown(value) for value in self.root_values(values)]
        if complex_ok:
            return Evaluation(found, [])
        return Evaluation(found, self.root_values(scales(self.tape.operations, values, derivatives)))

    def at(self, point: Mapping[Form, Any], *, complex_ok: bool = False) -> list[Any]:
        """The values of the roots at a point, ``None`` where one has none; see :meth:`evaluate`."""
        values = self.run(self.prepare(point, complex_ok), PRECISION, complex_ok)
        return [_shown(value) for value in self.root_values(values)]

    def run(
        self,
        point: Mapping[Form, Any],
        precision: int,
        complex_ok: bool,
        derivatives: GoalValues | None = None,
    ) -> list[Any]:
        """The value of every slot at a prepared point; what goals came to is left in ``derivatives``."""
        values = self._fixed_values(precision, complex_ok).copy()
        for letter, slot in self.tape.letters.items():
            values[slot] = point.get(letter)
        run = Run(self, point, precision, complex_ok, {} if derivatives is None else derivatives)
        execute(self.tape.steps(complex_ok), values, run)
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
        for letter in changed:
            if letter in self.tape.letters:
                values[self.tape.letters[letter]] = point[letter]
        steps = self.tape.steps(complex_ok, self.tape.mask_of(changed))
        execute(steps, values, Run(self, point, precision, complex_ok, {}))
        return values

    def root_values(self, values: Sequence[Any]) -> list[Any]:
        """The roots' values among those of all slots."""
        return [values[slot] for slot in self.tape.root_slots]

    def goal_values(
        self, letters: tuple[Form, ...], point: Mapping[Form, Any], precision: int, complex_ok: bool
    ) -> Derivatives:
        """The derivatives that the goals with these letters ask for, and the scales of their subjects."""
        if self._slopes is None:
            self._slopes = Slopes(Program(self.tape.subjects, self._level))
        return self._slopes.at(point, letters, self.tape.goals[letters], precision, complex_ok)

    def body_of(self, integrand: Form) -> Program | None:
        """What an integral adds up; ``None`` where too many integrals stand inside each other."""
        if self._level >= DEEPEST_INTEGRAL:
            return None
        found = self._bodies.get(integrand)
        if found is None:
            found = self._bodies[integrand] = Program([integrand], self._level + 1)
        return found

    def _fixed_values(self, precision: int, complex_ok: bool) -> list[Any]:
        """A value for every slot that depends on no letter."""
        key = (complex_ok, precision)
        found = self._fixed.get(key)
        if found is None:
            found = [None] * len(self.tape.operations)
            slots = []
            for operation in self.tape.fixed():
                if operation.exact is not None:
                    raw = real.from_fraction(operation.exact, precision)
                    found[operation.slot] = context().make_mpf(raw) if complex_ok else raw
                elif operation.head == "constant":
                    found[operation.slot] = constant(operation.label, precision, complex_ok)
                else:
                    slots.append(operation.slot)
            steps = list(self.tape.steps_of(slots, complex_ok))
            execute(steps, found, Run(self, {}, precision, complex_ok, {}))
            self._fixed[key] = found
        return found


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
