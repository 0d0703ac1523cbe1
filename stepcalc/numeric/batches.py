"""Formulas of columns and matrices, compiled once to operations of NumPy on many columns at a time.

A column stands for one example, a matrix of columns side by side for a batch of them. Products are products of
matrices, functions and powers act entry by entry, and a bias is added to each column. Every part that occurs
twice is computed once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache, partial
from typing import Any, Final

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation.forms import MINUS_ONE, Form, multiply, numeral, postorder
from stepcalc.numeric.inlining import Definition

Array = Any
"""A NumPy array of floats."""

Operation = tuple[int, Callable[..., Array], tuple[int, ...]]
"""Where a value goes, what is done, and where the values that it takes are."""

SMALLEST: Final = 1e-300
"""Logarithms are taken of no less: a share that rounds to 0 costs much, not everything."""


class Batch:
    """Equations in the order in which they are computed, compiled.

    Args:
        equations: Letters and what they are; later ones may use earlier ones.
        given: The letters that are given values.
        definitions: Functions that cards define.

    Examples:
        >>> from stepcalc.notation.forms import add, call, letter
        >>> W, a, z = letter("W"), letter("a"), letter("z")
        >>> found = Batch([(z, add(multiply(W, a), a))], [W, a]).run([[[2.0]], [[1.0, 3.0]]])
        >>> found[z].tolist()
        [[3.0, 9.0]]
    """

    def __init__(
        self,
        equations: Sequence[tuple[Form, Form]],
        given: Sequence[Form],
        definitions: Mapping[str, Definition] | None = None,
    ) -> None:
        self._definitions = definitions or {}
        self._slots: dict[Form, int] = {}
        self._constants: list[tuple[int, float]] = []
        self._operations: list[Operation] = []
        self._size = 0
        self._given = [self._slot(letter) for letter in given]
        for letter, body in equations:
            self._slots[letter] = self._compiled(body, matrices=True)
        self.letters = [letter for letter, _ in equations]
        self._operations = self._needed()
        self._steps = self._with_last_uses()

    def _with_last_uses(self) -> list[tuple[int, Callable[..., Array], tuple[int, ...], tuple[int, ...]]]:
        """The operations, each with the values that none after it takes."""
        kept = {*self._given, *(slot for slot, _ in self._constants)}
        kept |= {self._slots[letter] for letter in self.letters}
        found = []
        for target, function, sources in reversed(self._operations):
            spent = tuple(source for source in dict.fromkeys(sources) if source not in kept)
            kept.update(spent)
            found.append((target, function, sources, spent))
        return found[::-1]

    def _needed(self) -> list[Operation]:
        """The operations without those whose values nobody takes."""
        wanted = {self._slots[letter] for letter in self.letters}
        kept = []
        for operation in reversed(self._operations):
            if operation[0] in wanted:
                kept.append(operation)
                wanted.update(operation[2])
        return kept[::-1]

    def run(self, values: Sequence[Array]) -> dict[Form, Array]:
        """The values of the equations' letters.

        Args:
            values: Those of the letters that are given, in order.
        """
        import numpy as np

        slots: list[Any] = [None] * self._size
        for slot, number in self._constants:
            slots[slot] = number
        for slot, value in zip(self._given, values, strict=True):
            slots[slot] = np.asarray(value, dtype=float)
        with np.errstate(all="ignore"):
            for target, function, sources, spent in self._steps:
                if len(sources) == 2:
                    slots[target] = function(slots[sources[0]], slots[sources[1]])
                else:
                    slots[target] = function(*[slots[source] for source in sources])
                for slot in spent:
                    slots[slot] = (
                        None  # so that its memory serves the next value, which is still in the cache
                    )
        return {letter: slots[self._slots[letter]] for letter in self.letters}

    # compiling

    def _slot(self, node: Form) -> int:
        self._slots[node] = self._size
        self._size += 1
        return self._slots[node]

    def _compiled(self, form: Form, *, matrices: bool, known: Mapping[Form, int] | None = None) -> int:
        """The slot of a form's value, the operations for it being noted."""
        slots = self._slots if known is None else dict(known)
        for node in postorder(form):
            if node not in slots:
                slots[node] = self._node(node, slots, matrices)
        return slots[form]

    def _node(self, node: Form, slots: Mapping[Form, int], matrices: bool) -> int:
        sources = tuple(slots[arg] for arg in node.args)
        match node.head:
            case "number":
                return self._constant(float(numeral(node)))
            case "constant" if node.name in _CONSTANTS:
                return self._constant(_CONSTANTS[node.name])
            case "sum":
                return self._sum(node, slots)
            case "product":
                return self._product(node, slots, matrices)
            case "power":
                return self._power(node, sources)
            case "root":
                return self._do(lambda base, index: base ** (1 / index), *sources)
            case "quotient":
                return self._do(_numpy().divide, *sources)
            case "call":
                return self._call(node, sources)
        raise NotDerivableError(say("batch-unknown", part=node.head), code="batch-unknown")

    def _do(self, function: Callable[..., Array], *sources: int) -> int:
        target = self._size
        self._size += 1
        self._operations.append((target, function, sources))
        return target

    def _constant(self, value: float) -> int:
        self._constants.append((self._size, value))
        self._size += 1
        return self._size - 1

    def _sum(self, node: Form, slots: Mapping[Form, int]) -> int:
        first, *rest = node.args
        total = slots[first]
        for term in rest:
            function = _numpy().subtract if _is_negative(term) else _numpy().add
            source = self._positive(term, slots) if _is_negative(term) else slots[term]
            total = self._do(function, total, source)
        return total

    def _positive(self, term: Form, slots: Mapping[Form, int]) -> int:
        """A term without its minus sign."""
        inside = multiply(*term.args[1:])
        if inside in slots:
            return slots[inside]
        return self._do(_numpy().negative, slots[term])

    def _product(self, node: Form, slots: Mapping[Form, int], matrices: bool) -> int:
        """Numbers and single values in front, then the matrices in order."""
        import numpy as np

        if node.args[0] is MINUS_ONE and len(node.args) == 2:
            return self._do(np.negative, slots[node.args[1]])
        numbers = [arg for arg in node.args if arg.head in ("number", "constant")]
        others = [arg for arg in node.args if arg not in numbers]
        found = slots[others[0]] if others else slots[numbers.pop(0)]
        for other in others[1:]:
            found = self._do(np.matmul if matrices else np.multiply, found, slots[other])
        for number in numbers:
            found = self._do(np.multiply, slots[number], found)
        return found

    def _power(self, node: Form, sources: tuple[int, ...]) -> int:
        exponent = node.args[1]
        if exponent.head == "number" and exponent.label == 2:
            return self._do(_numpy().square, sources[0])
        if exponent.head == "number" and isinstance(exponent.label, int | Fraction):
            return self._do(partial(_raised, exponent=float(exponent.label)), sources[0])
        return self._do(_numpy().power, *sources)

    def _call(self, node: Form, sources: tuple[int, ...]) -> int:
        name = str(node.label)
        known = _functions().get(name)
        if known is not None:
            return self._do(known, *sources)
        if name in self._definitions:
            letters, body = self._definitions[name]
            return self._compiled(body, matrices=False, known=dict(zip(letters, sources, strict=True)))
        from stepcalc.numeric.arrays import quick_functions

        found = quick_functions().get((name, len(sources)))
        if found is None:
            raise NotDerivableError(say("batch-unknown", part=name), code="batch-unknown")
        return self._do(found, *sources)


def _is_negative(term: Form) -> bool:
    return term.head == "product" and term.args[0] is MINUS_ONE


def _raised(base: Array, exponent: float) -> Array:
    return base**exponent


def _numpy() -> Any:
    import numpy as np

    return np


_CONSTANTS: Final = {"pi": math.pi, "e": math.e}


def _sigmoid(u: Array) -> Array:
    """1/(1 + e^−u), in the memory of one array; an exponential that overflows gives 0, which is right."""
    import numpy as np

    found = np.negative(u)
    np.exp(found, out=found)
    found += 1.0
    return np.divide(1.0, found, out=found)


def _softmax(u: Array) -> Array:
    """Shares of each column; the largest exponent is taken off first, which changes none of them."""
    import numpy as np

    powers = u - u.max(axis=0)
    np.exp(powers, out=powers)
    powers /= powers.sum(axis=0)
    return powers


def _logarithm(u: Array) -> Array:
    import numpy as np

    return np.log(np.where(u < 0, np.nan, np.maximum(u, SMALLEST)))


def _softplus(u: Array) -> Array:
    import numpy as np

    return np.logaddexp(0.0, u)


def _relu(u: Array) -> Array:
    import numpy as np

    return np.maximum(0.0, u)


def _heaviside(u: Array) -> Array:
    """The slope of ReLU; at 0, where there is none, training takes 0."""
    return u > 0


@cache
def _functions() -> Mapping[str, Callable[..., Array]]:
    """The functions that are computed in a way of their own."""
    import numpy as np

    return {
        "hadamard": np.multiply,
        "transposed": np.transpose,
        "summed": lambda u: np.sum(u, axis=0),
        "softmax": _softmax,
        "sigmoid": _sigmoid,
        "softplus": _softplus,
        "relu": _relu,
        "heaviside": _heaviside,
        "log": _logarithm,
        "exp": np.exp,
        "tanh": np.tanh,
        "erf": np.vectorize(math.erf, otypes=[float]),
    }
