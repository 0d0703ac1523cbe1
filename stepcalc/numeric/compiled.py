"""Forms compiled for NumPy: a flat list of operations in which shared parts are computed once.

For numerical work that evaluates a few forms thousands of times, such as fitting. Parts that rest on data alone are
computed when the data are bound; what the model needs comes before what only its derivatives need. Real calculus
as in ``numeric.real``: odd roots are real roots, and what is off its domain is not-a-number.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, Final

from stepcalc.notation.forms import MINUS_ONE, Form, letters_of, postorder
from stepcalc.numeric.evaluate import Program
from stepcalc.numeric.inlining import Definition, inlined
from stepcalc.numeric.shape import exact_value

Array = Any
"""A NumPy array of floats, or a single NumPy float."""

Operation = tuple[int, Callable[..., Any], int, int]
"""Where the value goes, what is done, and where its one or two arguments are; the second is -1 for none."""

HIGHEST_BY_PRODUCTS: Final = 4
"""Powers up to this one are made by multiplying."""


class Compiled:
    """Forms as operations on arrays.

    Args:
        forms: What is evaluated; the first first.
        letters: The letters in them.
        definitions: Functions that cards define.

    Examples:
        >>> from stepcalc.notation.forms import letter, multiply
        >>> a, x = letter("a"), letter("x")
        >>> bound = Compiled([multiply(a, x), x], [a, x]).bind({x: [1.0, 2.0]}, [a])
        >>> [values.tolist() for values in bound([3.0])]
        [[3.0, 6.0], [1.0, 2.0]]
    """

    def __init__(
        self,
        forms: Sequence[Form],
        letters: Sequence[Form],
        definitions: Mapping[str, Definition] | None = None,
    ) -> None:
        self.forms = tuple(inlined(list(forms), definitions) if definitions else forms)
        self.letters = tuple(letters)
        self._operations: list[Operation] = []
        self._start: list[Any] = []
        self._slots: dict[Form, int] = {}
        self._same: dict[tuple[Any, ...], int] = {}
        ends: list[int] = []
        exact: dict[Form, Fraction] = {}
        varying: set[Form] = set()
        for form in self.forms:
            for node in postorder(form):
                if node not in self._slots:
                    self._add(node, exact, varying)
            ends.append(len(self._operations))
        self.roots = [self._slots[form] for form in self.forms]
        self._parts = self._needed(ends)

    def bind(self, data: Mapping[Form, Any], parameters: Sequence[Form]) -> Bound:
        """The same with the data in place, a function of the parameters alone.

        Args:
            data: For each of the other letters an array; all of one length.
            parameters: The letters that values are given for in each call, in order.
        """
        import numpy as np

        values = list(self._start)
        for letter, array in data.items():
            if letter in self._slots:
                values[self._slots[letter]] = np.asarray(array, dtype=float)
        waiting = {self._slots[letter] for letter in parameters if letter in self._slots}
        kept: list[list[Operation]] = [[] for _ in self.forms]
        wide = {self._slots[letter] for letter in data if letter in self._slots}
        on_arrays = _on_arrays()
        with np.errstate(all="ignore"):
            for place, part in enumerate(self._parts):
                for slot, act, first, second in part:
                    if first in wide or second in wide:
                        wide.add(slot)
                    if first in waiting or second in waiting:
                        waiting.add(slot)
                        # NumPy's own function is quicker on an array and a number, Python's on two numbers.
                        quick = on_arrays.get(act, act) if slot in wide else act
                        kept[place].append((slot, quick, first, second))
                    else:
                        values[slot] = (
                            act(values[first]) if second < 0 else act(values[first], values[second])
                        )
        places = [self._slots.get(letter, -1) for letter in parameters]
        return Bound(values, places, kept, self.roots)

    # ---------------------------------------------------------------------------------------- compiling

    def _needed(self, ends: Sequence[int]) -> list[list[Operation]]:
        """For each form the operations that it needs beyond those of the forms before it."""
        needed = set(self.roots)
        parts: list[list[Operation]] = []
        for begin, end in zip([0, *ends[:-1]][::-1], ends[::-1], strict=True):
            part: list[Operation] = []
            for operation in reversed(self._operations[begin:end]):
                if operation[0] in needed:
                    needed.update(operation[2:])
                    part.append(operation)
            parts.append(part[::-1])
        return parts[::-1]

    def _put(self, value: Any) -> int:
        self._start.append(value)
        return len(self._start) - 1

    def _do(self, act: Callable[..., Any], first: int, second: int = -1) -> int:
        """The slot of an operation's value; the same operation is done once."""
        if second >= 0 and first > second and act in _COMMUTING:
            first, second = second, first
        key = (act, first, second)
        found = self._same.get(key)
        if found is None:
            found = self._same[key] = self._put(None)
            self._operations.append((found, act, first, second))
        return found

    def _add(self, node: Form, exact: dict[Form, Fraction], varying: set[Form]) -> None:
        known = exact_value(node, [exact.get(arg) for arg in node.args])
        if known is not None:
            exact[node] = known
            self._slots[node] = self._put(_as_float(known))
        elif node.head == "letter":
            varying.add(node)
            self._slots[node] = self._put(_NOTHING)
        elif node.head in _CONDITIONAL:
            varying.add(node)  # evaluated within the pieces that it belongs to
        elif not any(arg in varying for arg in node.args):
            self._slots[node] = self._put(_constant(node))
        else:
            varying.add(node)
            self._slots[node] = self._compile(node, exact)

    def _compile(self, node: Form, exact: Mapping[Form, Fraction]) -> int:
        if any(arg not in self._slots for arg in node.args):
            return self._slowly(node)
        args = [self._slots[arg] for arg in node.args]
        match node.head:
            case "sum":
                return self._sum(node, args)
            case "product":
                return self._product(node, args)
            case "quotient":
                return self._do(operator.truediv, *args)
            case "power":
                return self._power(args, exact.get(node.args[1]))
            case "root":
                index = exact.get(node.args[1])
                if index:
                    return self._power([args[0], -1], 1 / index)
                return self._do(_real_power, args[0], self._do(operator.truediv, self._put(1.0), args[1]))
            case "call":
                quick = _functions().get((str(node.label), len(args)))
                if quick is not None:
                    return self._do(quick, *args)
        return self._slowly(node)

    def _sum(self, node: Form, args: Sequence[int]) -> int:
        total, *others = args
        for arg, term in zip(others, node.args[1:], strict=True):
            without = _positive_part(term)
            if without is not None and without in self._slots:
                total = self._do(operator.sub, total, self._slots[without])
            else:
                total = self._do(operator.add, total, arg)
        return total

    def _product(self, node: Form, args: Sequence[int]) -> int:
        if node.args[0] is MINUS_ONE:
            rest = args[1]
            for arg in args[2:]:
                rest = self._do(operator.mul, rest, arg)
            return self._do(operator.neg, rest)
        total, *others = args
        for arg in others:
            total = self._do(operator.mul, total, arg)
        return total

    def _power(self, args: Sequence[int], exponent: Fraction | None) -> int:
        base = args[0]
        if exponent is None:
            return self._do(_real_power, base, args[1])
        if exponent < 0:
            return self._do(operator.truediv, self._put(1.0), self._power(args, -exponent))
        if exponent.denominator == 1 and 1 <= exponent <= HIGHEST_BY_PRODUCTS:
            found = base
            for _ in range(int(exponent) - 1):
                found = self._do(operator.mul, found, base)
            return found
        import numpy as np

        if exponent == Fraction(1, 2):
            return self._do(np.sqrt, base)
        if exponent.denominator == 1 or exponent.denominator % 2 == 0:
            return self._do(np.power, base, self._put(_as_float(exponent)))
        size = self._do(np.power, self._do(np.abs, base), self._put(_as_float(exponent)))
        return self._do(np.copysign, size, base) if exponent.numerator % 2 else size

    def _slowly(self, node: Form) -> int:
        """A node that NumPy has no single function for."""
        own = letters_of(node)
        names = [letter for letter in self.letters if letter in own]
        places = [self._slots[letter] for letter in names]
        gathered = places[0]
        for place in places[1:]:
            gathered = self._do(_together, gathered, place)
        return self._do(_Whole(node, names), gathered)


class Bound:
    """Compiled forms with their data: called with the parameters, it gives the values of all forms.

    Args:
        values: The values that are known.
        places: Where the parameters go.
        parts: For each form the operations that it needs beyond those of the forms before it.
        roots: Where the values of the forms are found.
    """

    def __init__(
        self,
        values: list[Any],
        places: Sequence[int],
        parts: Sequence[Sequence[Operation]],
        roots: Sequence[int],
    ) -> None:
        self._values = values
        self._places = tuple(places)
        self._first = tuple(parts[0])
        self._others = tuple(operation for part in parts[1:] for operation in part)
        self._roots = tuple(roots)

    def first(self, parameters: Sequence[Any]) -> Array:
        """The value of the first form alone."""
        values = self._values
        for place, parameter in zip(self._places, parameters, strict=True):
            if place >= 0:
                values[place] = parameter
        _run(self._first, values)
        return values[self._roots[0]]

    def others(self) -> list[Array]:
        """The values of the other forms, at the parameters that :meth:`first` was last called with."""
        values = self._values
        _run(self._others, values)
        return [values[root] for root in self._roots[1:]]

    def __call__(self, parameters: Sequence[Any]) -> list[Array]:
        """The values of all forms."""
        import numpy as np

        with np.errstate(all="ignore"):
            first = self.first([np.float64(parameter) for parameter in parameters])
            return [first, *self.others()]


def _run(operations: Sequence[Operation], values: list[Any]) -> None:
    for slot, act, first, second in operations:
        values[slot] = act(values[first]) if second < 0 else act(values[first], values[second])


# ------------------------------------------------------------------------------------------------ operations

_NOTHING: Final = float("nan")
_CONDITIONAL: Final = ("vector", "relation", "logic")
_COMMUTING: Final = (operator.add, operator.mul)


def _positive_part(term: Form) -> Form | None:
    """x of the term −x, which is subtracted rather than added."""
    if term.head == "product" and term.args[0] is MINUS_ONE and len(term.args) == 2:
        return term.args[1]
    return None


def _as_float(value: Fraction) -> Any:
    import numpy as np

    try:
        return np.float64(float(value))
    except OverflowError:
        return np.float64("inf" if value > 0 else "-inf")


def _constant(node: Form) -> Any:
    """A form without letters, to all the digits of a double."""
    import numpy as np

    found = Program([node])
    point = found.prepare({})
    return np.float64(_raw_as_float(found.root_values(found.run(point, 128, False))[0]))


def _raw_as_float(value: Any) -> float:
    from mpmath import libmp

    if value is None or isinstance(value, str | list):
        return float("nan")
    if isinstance(value, bool):
        return float(value)
    try:
        return float(libmp.to_float(value))
    except OverflowError:
        return float("nan")


def _real_power(base: Array, exponent: Array) -> Array:
    import numpy as np

    return np.power(base, exponent)


def _together(left: Array, right: Array) -> tuple[Array, ...]:
    return (*left, right) if isinstance(left, tuple) else (left, right)


class _Whole:
    """A form with parts that no single NumPy function does, evaluated as plots are."""

    def __init__(self, node: Form, letters: Sequence[Form]) -> None:
        from stepcalc.numeric.arrays import Curve

        self.curve = Curve(node, letters)

    def __call__(self, given: Any) -> Array:
        import numpy as np

        arrays = np.broadcast_arrays(*(given if isinstance(given, tuple) else (given,)))
        found = self.curve(*arrays)
        return found if arrays[0].shape else np.float64(found)


@cache
def _on_arrays() -> Mapping[Callable[..., Any], Callable[..., Array]]:
    """What does on arrays what Python's operators do."""
    import numpy as np

    return {
        operator.add: np.add,
        operator.sub: np.subtract,
        operator.mul: np.multiply,
        operator.truediv: np.divide,
    }


@cache
def _functions() -> Mapping[tuple[str, int], Callable[..., Array]]:
    """The functions that NumPy has, by name and number of arguments."""
    import numpy as np

    from stepcalc.numeric.arrays import quick_functions

    # A logarithm off its domain is not finite, which is all that is asked of it here.
    plain = {("log", 1): np.log, ("atanh", 1): np.arctanh, ("min", 2): np.minimum, ("max", 2): np.maximum}
    return {**quick_functions(), **plain}
