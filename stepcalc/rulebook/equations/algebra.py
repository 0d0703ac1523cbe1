"""Equations as SymPy sees them and solutions as people write them: unknowns real, letters that are held positive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from threading import Event, Lock, Thread, get_ident
from typing import Any, Final, TypeVar

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import plus
from stepcalc.notation.forms import (
    PI,
    Form,
    divide,
    letter,
    letter_label,
    letters_of,
    multiply,
    negate,
    nodes_of,
    number,
)

T = TypeVar("T")
Expr = Any
"""A SymPy expression."""

INTEGER: Final = (("integer", True),)
INTEGER_NAMES: Final = "kmnpqrj"
SHORTEST_ROUNDED: Final = 10**9
"""A decimal with a larger denominator than this was rounded: nobody types so many digits."""

SECONDS: Final = 2.0
"""How long SymPy may search where nothing shorter bounds it."""


def unsolved() -> NotDerivableError:
    """That there is no exact solution to be had."""
    return NotDerivableError(say("no-exact-solution"), code="no-exact-solution")


class Algebra:
    """Forms as SymPy expressions in letters of known kind, and back.

    Args:
        unknowns: The letters that are sought, which are real.
        forms: All forms that will be asked for; other letters of theirs are positive, but integers stay so.
    """

    def __init__(self, unknowns: Sequence[Form], forms: Iterable[Form]) -> None:
        import sympy

        from stepcalc.notation.values import value

        self.letters = tuple(unknowns)
        names = {value(item): sympy.Dummy(item.name, real=True) for item in unknowns}
        others = [item for item in letters_of(*forms) if item not in unknowns and not is_integer_letter(item)]
        for item in sorted(others, key=lambda each: each.name):
            names[value(item)] = sympy.Dummy(item.name, positive=True)
        self._change = names
        self._back = {dummy: name for name, dummy in names.items()}
        self.unknowns = tuple(names[value(item)] for item in unknowns)

    def of(self, form: Form) -> Expr:
        """The expression that a form stands for."""
        from stepcalc.notation.values import value

        return value(form).xreplace(self._change)

    def form(self, expression: Expr) -> Form:
        """The form of an expression; in a family of solutions the integer stands before π."""
        return written(expression.xreplace(self._back))


def written(found: Expr) -> Form:
    """A solution as people write it: π/4 + 2kπ.

    Args:
        found: A SymPy expression.

    Examples:
        >>> import sympy
        >>> from stepcalc.notation.unicode import one_line
        >>> one_line(written(sympy.pi / 4 + 2 * sympy.pi * sympy.Symbol("k", integer=True)))
        'π/4 + 2kπ'
    """
    import sympy

    from stepcalc.notation.values import form_of

    counters = sorted((each for each in found.free_symbols if each.is_integer), key=str)
    if not counters or not found.is_polynomial(*counters):
        return _over_one_bar(found)
    polynomial = sympy.Poly(found, *counters)
    if polynomial.total_degree() > 1:
        return form_of(found)
    start = polynomial.coeff_monomial(1)
    terms = [_counted(polynomial.coeff_monomial(each), form_of(each)) for each in counters]
    first = form_of(start)
    before = () if start == 0 else first.args if first.head == "sum" else (first,)
    return plus(*before, *terms)


def _over_one_bar(found: Expr) -> Form:
    """A sum of fractions with one bar: (1 − √7)/3, which SymPy takes apart."""
    import sympy

    from stepcalc.notation.values import form_of

    if not found.is_Add or found.has(sympy.pi) or found.free_symbols:
        return form_of(found)
    shares = {term.as_coeff_Mul()[0].q for term in found.args if term.as_coeff_Mul()[0].is_Rational}
    if len(shares) != 1 or shares == {1}:
        return form_of(found)
    (below,) = shares
    return divide(form_of(found * below), number(int(below)))


def _counted(step: Expr, counter: Form) -> Form:
    """A period times an integer: 2kπ/3."""
    import sympy

    from stepcalc.notation.values import form_of

    share = step / sympy.pi
    if not share.is_Rational:
        return form_of(step * sympy.Symbol(counter.name, integer=True))
    above = [] if abs(share.p) == 1 else [number(abs(int(share.p)))]
    top = multiply(*above, counter, PI)
    whole = top if share.q == 1 else divide(top, number(int(share.q)))
    return negate(whole) if share < 0 else whole


def is_integer_letter(item: Form) -> bool:
    """Whether a letter stands for any integer, as the k of π/4 + kπ."""
    return item.head == "letter" and ("integer", True) in letter_label(item)[1]


def counters_of(*forms: Form) -> list[Form]:
    """The integers in solutions, by name."""
    return sorted(filter(is_integer_letter, letters_of(*forms)), key=lambda item: item.name)


def counter(*taken: Form) -> Form:
    """An integer's letter that none of the forms has."""
    names = {item.name for item in letters_of(*taken)}
    free = [name for name in INTEGER_NAMES if name not in names]
    return letter(free[0] if free else f"k_{len(names)}", INTEGER)


def is_rounded(form: Form) -> bool:
    """Whether a solution is a decimal that was rounded."""
    return any(
        node.head == "number"
        and isinstance(node.label, Fraction)
        and node.label.denominator > SHORTEST_ROUNDED
        for node in nodes_of(form)
    )


def is_sign(found: Expr) -> bool:
    """Whether it is (−1)ᵏ, as the values of cos(kπ) are."""
    return bool(found.is_Pow and found.base == -1 and found.exp.is_integer)


def put_in(found: Expr, change: Mapping[Expr, Expr]) -> Expr:
    """An expression with values put in for letters.

    With an integer k SymPy takes tan(kπ − π/4) for 1, so tangents and their like are written as quotients first.

    Args:
        found: The expression.
        change: The values.

    Examples:
        >>> import sympy
        >>> x, k = sympy.Symbol("x"), sympy.Symbol("k", integer=True)
        >>> put_in(sympy.tan(x), {x: k * sympy.pi - sympy.pi / 4})
        -1
    """
    import sympy

    if any(each.is_integer for value in change.values() for each in value.free_symbols):
        s, c = sympy.sin, sympy.cos
        for kind, plain in (
            (sympy.tan, lambda u: s(u) / c(u)),
            (sympy.cot, lambda u: c(u) / s(u)),
            (sympy.sec, lambda u: 1 / c(u)),
            (sympy.csc, lambda u: 1 / s(u)),
        ):
            found = found.replace(kind, plain)
        return sympy.powsimp(found.subs(change, simultaneous=True))
    return found.subs(change, simultaneous=True)


def shorter(found: Expr, most: int = 180) -> Expr:
    """A solution as a textbook writes it.

    Raises:
        NotDerivableError: It is longer than anybody would write down.
    """
    import sympy

    if found.is_Rational or found.is_Symbol:
        return found
    size = found.count_ops()
    if size > most:
        raise unsolved()
    if found.free_symbols:
        return sympy.factor_terms(sympy.powdenest(sympy.radsimp(found))) if size < 60 else found
    candidates = [found, sympy.sqrtdenest(sympy.radsimp(sympy.expand(found))), sympy.radsimp(found)]
    return min(candidates, key=lambda each: each.count_ops())


class _LateError(BaseException):
    """The time is over; no ``except Exception`` on the way may hold it up."""


AGAIN: Final = 0.5
"""Seconds after which an action is told once more to stop: an error that meets a destructor on the way is lost."""


PATIENCE: Final = 4
"""An action is stopped after so many times its seconds, whatever else the machine does."""
SHORTEST_WAIT: Final = 0.05


class _Clock:
    """The clock of one bound, which sends an error of its own kind to the thread that made it."""

    def __init__(self) -> None:
        # Of its own kind, so that a bound within another lets the error of the outer one through.
        self.error: type[_LateError] = type("_LateError", (_LateError,), {})
        self._thread = get_ident()
        self._lock, self._ended, self._sent = Lock(), Event(), False

    def start(self, seconds: float) -> None:
        """Send the error after some time, and again as long as that is to no effect."""
        Thread(target=self._run, args=(seconds, self._worked()), daemon=True).start()

    def _run(self, seconds: float, before: float | None) -> None:
        wait = waited = seconds
        while not self._ended.wait(wait):
            with self._lock:
                if self._ended.is_set():
                    continue
                # On a busy machine the time that passes is not the time that is worked.
                now = self._worked() if before is not None and waited < PATIENCE * seconds else None
                left = 0.0 if now is None or before is None else seconds - (now - before)
                if left <= 0:
                    self._sent = True
                    self._send(self.error)
            wait = max(left, SHORTEST_WAIT) if left > 0 else AGAIN
            waited += wait

    def _worked(self) -> float | None:
        """The seconds of the processor that the thread has had, where the system tells."""
        try:
            return time.clock_gettime(time.pthread_getcpuclockid(self._thread))
        except (AttributeError, OSError):
            return None

    def _send(self, error: type[_LateError] | None) -> None:
        from ctypes import c_ulong, py_object, pythonapi

        pythonapi.PyThreadState_SetAsyncExc(
            c_ulong(self._thread), None if error is None else py_object(error)
        )

    def end(self) -> None:
        """Send nothing any more, and call back what is on its way; what an outer clock sent, it sends again."""
        with self._lock:
            self._ended.set()
            if self._sent:
                self._send(None)


def bounded(action: Callable[[], T], seconds: float = SECONDS) -> T:
    """What an action gives, if it is done in time; else it is stopped.

    Args:
        action: What to do, in Python: a single operation on enormous numbers cannot be stopped. There may be
            shorter bounds within it.
        seconds: How long it may take, in seconds of the processor where the system tells them.

    Raises:
        NotDerivableError: It was stopped.

    Examples:
        >>> bounded(lambda: 2 + 2)
        4
    """
    clock = _Clock()
    try:
        try:
            clock.start(seconds)
            return action()
        finally:
            clock.end()
    except clock.error:
        clock.end()  # where the error came just before the first
        raise unsolved() from None
