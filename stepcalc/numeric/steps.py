"""What each kind of node does to the values of its arguments, on the real line and off it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mpmath import libmp

from stepcalc.notation.forms import Form
from stepcalc.numeric import functions, principal, real
from stepcalc.numeric.quadrature import integrate
from stepcalc.numeric.real import ARITHMETIC_ERRORS, Raw, context
from stepcalc.numeric.undefined import undefined

if TYPE_CHECKING:
    from stepcalc.numeric.evaluate import Program

_UNARY, _MANY, _LENIENT, _SPECIAL = -1, -2, -3, -4
"""How a step takes its arguments, where there are not two; a lenient one bears missing values."""


class Operation(NamedTuple):
    """One node of the program: where its value goes, what it does, where its arguments are."""

    slot: int
    head: str
    label: Any
    args: tuple[int, ...]
    exact: Fraction | None = None


Step = tuple[int, Callable[..., Any], Any, int]

GoalValues = dict[tuple[Form, ...], tuple[list[Any], list[int]]]
"""For each sequence of letters the derivatives of its goals, and the scales of their subjects."""


@dataclass(slots=True)
class Run:
    """One run: the point, the precision, and what its goals came to."""

    program: Program
    point: Mapping[Form, Any]
    precision: int
    complex_ok: bool
    derivatives: GoalValues


_CONSTANTS: Final[dict[str, Callable[[int], Raw]]] = {
    "pi": libmp.mpf_pi,
    "e": libmp.mpf_e,
    "euler_gamma": libmp.mpf_euler,
    "infinity": lambda _: libmp.finf,
}


def constant(name: str, precision: int, complex_ok: bool) -> Any:
    """The value of a constant: a number, a truth value, or the name of a set."""
    if name == "true":
        return True
    if name == "i":
        return context().mpc(0, 1) if complex_ok else None
    if name in _CONSTANTS:
        raw = _CONSTANTS[name](precision)
        return context().make_mpf(raw) if complex_ok else raw
    return None if name == "undefined" else name


def real_step(operation: Operation) -> Step:
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
            return slot, undefined(name, orders), args, _MANY
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
    if len(args) == 1 and name in functions.UNARY:
        return slot, functions.UNARY[name], args[0], _UNARY
    if len(args) == 2 and name in functions.BINARY:
        return slot, functions.BINARY[name], args[0], args[1]
    if name in functions.NARY and args:
        return slot, functions.NARY[name], args, _MANY
    return slot, undefined(name, (0,) * len(args)), args, _MANY


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


def principal_step(operation: Operation) -> Step:
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


def _goal(run: Run, label: Any, _args: Sequence[Any]) -> Any:
    """The derivative that a goal asks for; all goals with the same letters are evaluated at once."""
    letters, place = label
    found = run.derivatives.get(letters)
    if found is None:
        found = run.program.goal_values(letters, run.point, run.precision, run.complex_ok)
        run.derivatives[letters] = found
    return found[0][place]


def _integral(run: Run, label: Any, limits: Sequence[Any]) -> Any:
    """A definite integral of a real function between real limits."""
    integrand, bound = label
    body = run.program.body_of(integrand)
    if body is None:
        return None
    point, (lower, upper) = run.point, limits
    if run.complex_ok:
        point = {letter: as_real(value) for letter, value in point.items()}
        lower, upper = as_real(lower), as_real(upper)
        if lower is None or upper is None:
            return None
    base: list[Any] = []

    def value(at: Raw) -> Any:
        here = {**point, bound: at}
        if not base:
            base.extend(body.run(here, run.precision, False))
            return body.root_values(base)[0]
        return body.root_values(body.rerun(base, here, (bound,), run.precision, False))[0]

    found = integrate(value, lower, upper, run.precision)
    return context().make_mpf(found) if run.complex_ok and found is not None else found


def execute(steps: Sequence[Step], values: list[Any], run: Run) -> None:
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


def as_real(value: Any) -> Raw | None:
    """The raw number, where a number of our context is real."""
    return principal.real_raw(value) if hasattr(value, "_mpf_") or hasattr(value, "_mpc_") else None
