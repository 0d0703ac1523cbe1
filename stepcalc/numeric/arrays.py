"""Values of forms at many points at once, in machine numbers, for drawing: not-a-number is a gap.

Real calculus as in ``numeric.real``: odd roots are real roots, and what is off its domain has no value. Where
machine numbers lose too much, or a form has a part that arrays cannot do, the 50-digit evaluator takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, Final

from stepcalc.notation.forms import Form, postorder
from stepcalc.numeric import functions, real
from stepcalc.numeric.evaluate import Program
from stepcalc.numeric.inlining import Definition, inlined
from stepcalc.numeric.shape import exact_value
from stepcalc.numeric.steps import constant

Array = Any
"""A NumPy array of floats; where truth is meant, of 1, 0 and not-a-number for what is not known."""

PRECISION: Final = 64
"""Bits, where a function that NumPy lacks is computed point by point."""

CAREFUL: Final = 128
"""Bits, where a form is computed point by point, because machine numbers lost too much."""

TRIED: Final = 24
"""At how many points the two evaluators are held against each other."""

CLOSE: Final = 1e-4
"""How well they must agree for a picture."""


class Curve:
    """A function of some letters, evaluated on arrays.

    Args:
        form: The function.
        letters: Its letters, in the order in which values are given.
        definitions: Functions that cards define.

    Examples:
        >>> from stepcalc.notation.forms import divide, letter, number
        >>> x = letter("x")
        >>> Curve(divide(number(1), x), (x,))([-2.0, 0.0, 2.0]).tolist()
        [-0.5, nan, 0.5]
    """

    def __init__(
        self, form: Form, letters: Sequence[Form], definitions: Mapping[str, Definition] | None = None
    ) -> None:
        self.form = inlined([form], definitions)[0] if definitions else form
        self.letters = tuple(letters)
        self._nodes = list(postorder(self.form))
        self._exact = _exact_values(self._nodes)
        self._program: Program | None = None
        self._slow = not all(map(_is_known, self._nodes))

    @property
    def cost(self) -> int:
        """How much dearer a point is than one of an array: so many fewer should be asked for."""
        if self._slow:
            heads = {node.head if node.head != "call" else str(node.label) for node in self._nodes}
            return 24 if heads & {"goal", "integral"} else 4
        return 1 if all(map(_is_quick, self._nodes)) else 4

    def __call__(self, *places: Any) -> Array:
        """The values at points, for each letter an array of the same shape."""
        import numpy as np

        arrays = [np.asarray(place, dtype=float) for place in places]
        return self._one_by_one(arrays) if self._slow else self._at_once(arrays)

    def carefully(self, *places: Any) -> Array:
        """The values at a few points, each computed on its own to many digits."""
        import numpy as np

        return self._one_by_one([np.asarray(place, dtype=float) for place in places])

    def settle(self, *places: Any) -> None:
        """Choose the evaluator by trying both at some of the points that will be drawn."""
        import numpy as np

        if self._slow:
            return
        flat = [np.asarray(place, dtype=float).ravel() for place in places]
        chosen = np.linspace(0, len(flat[0]) - 1, TRIED + 2)[1:-1].astype(int)
        some = [place[chosen] for place in flat]
        quick, good = self._at_once(some), self._one_by_one(some)
        scale = np.nanmax(np.abs(good), initial=0)
        off = np.abs(quick - good) > CLOSE * (np.abs(good) + 1e-3 * scale) + 1e-300
        self._slow = bool(np.any(off | (np.isnan(quick) & ~np.isnan(good))))

    def _one_by_one(self, arrays: Sequence[Array]) -> Array:
        import numpy as np

        if self._program is None:
            self._program = Program([self.form])
        program = self._program
        found = []
        for place in zip(*(array.ravel().tolist() for array in arrays), strict=True):
            point = program.prepare(dict(zip(self.letters, place, strict=True)))
            value = program.root_values(program.run(point, CAREFUL, False))[0]
            found.append(_as_float(value))
        return np.array(found, dtype=float).reshape(arrays[0].shape)

    def _at_once(self, arrays: Sequence[Array]) -> Array:
        import numpy as np

        values: dict[Form, Array] = dict(zip(self.letters, arrays, strict=True))
        shape = arrays[0].shape
        with np.errstate(all="ignore"):
            for node in self._nodes:
                if node in values:
                    continue
                known = self._exact.get(node)
                if known is not None:
                    values[node] = np.full(shape, _fraction_as_float(known))
                elif node.head == "constant":
                    found = constant(str(node.label), PRECISION, False)
                    values[node] = found if isinstance(found, str) else np.full(shape, _as_float(found))
                elif node.head == "letter":
                    values[node] = np.full(shape, np.nan)
                elif node.head != "vector":
                    values[node] = _RULES[node.head](node, self._exact, values)
            found = np.array(values[self.form], dtype=float)
            found[~np.isfinite(found)] = np.nan
        return found


def _exact_values(nodes: Sequence[Form]) -> dict[Form, Fraction]:
    found: dict[Form, Fraction] = {}
    for node in nodes:
        value = exact_value(node, [found.get(arg) for arg in node.args])
        if value is not None:
            found[node] = value
    return found


def _as_float(value: Any) -> float:
    """A raw number as a float; a condition as 1 or 0; what has no value as not-a-number."""
    from mpmath import libmp

    if value is None or isinstance(value, str | list):
        return float("nan")
    if isinstance(value, bool):
        return float(value)
    try:
        return float(libmp.to_float(value))
    except OverflowError:
        return float("nan")


def _fraction_as_float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _is_known(node: Form) -> bool:
    """Whether arrays can do what a node does."""
    if node.head == "call":
        name = str(node.label)
        count = len(node.args)
        if name in functions.NARY or name == "piecewise":
            return count > 0
        return name in (functions.UNARY, functions.BINARY)[count - 1] if 0 < count < 3 else False
    return node.head in _RULES or node.head in ("number", "letter", "constant", "vector")


def _is_quick(node: Form) -> bool:
    """Whether NumPy has what a node does."""
    several = node.head == "call" and (node.label in functions.NARY or node.label == "piecewise")
    return node.head != "call" or several or (str(node.label), len(node.args)) in quick_functions()


# ------------------------------------------------------------------------------------------------- nodes

Values = Mapping[Form, Array]
Exact = Mapping[Form, Fraction]


def _sum(node: Form, _: Exact, values: Values) -> Array:
    total = values[node.args[0]]
    for arg in node.args[1:]:
        total = total + values[arg]
    return total


def _product(node: Form, _: Exact, values: Values) -> Array:
    total = values[node.args[0]]
    for arg in node.args[1:]:
        total = total * values[arg]
    return total


def _quotient(node: Form, _: Exact, values: Values) -> Array:
    return _over(values[node.args[0]], values[node.args[1]])


def _over(above: Array, below: Array) -> Array:
    import numpy as np

    return np.where(below == 0, np.nan, above / below)


def _power(node: Form, exact: Exact, values: Values) -> Array:
    import numpy as np

    base, exponent = values[node.args[0]], values[node.args[1]]
    known = exact.get(node.args[1])
    if known is not None:
        return _rational_power(base, known)
    whole = exponent == np.round(exponent)
    found = np.where((base < 0) & ~whole, np.nan, np.power(base, exponent))
    return np.where((base == 0) & (exponent <= 0), np.nan, found)


def _root(node: Form, exact: Exact, values: Values) -> Array:
    import numpy as np

    known = exact.get(node.args[1])
    if known:
        return _rational_power(values[node.args[0]], 1 / known)
    radicand = values[node.args[0]]
    return np.where(
        radicand < 0, np.nan, np.power(radicand, _over(np.ones_like(radicand), values[node.args[1]]))
    )


def _rational_power(base: Array, exponent: Fraction) -> Array:
    """The power; an odd denominator takes negative bases, as odd roots do."""
    import numpy as np

    if exponent.denominator == 1:
        found = np.power(base, float(exponent))
    elif exponent == Fraction(1, 2):
        found = np.sqrt(base)
    elif exponent.denominator % 2:
        size = np.power(np.abs(base), float(exponent))
        found = np.where(base < 0, -size, size) if exponent.numerator % 2 else size
    else:
        found = np.where(base < 0, np.nan, np.power(np.abs(base), float(exponent)))
    return np.where(base == 0, np.nan, found) if exponent <= 0 else found


def _call(node: Form, _: Exact, values: Values) -> Array:
    import numpy as np

    name, args = str(node.label), node.args
    if name == "piecewise":
        return _piecewise(node, values)
    if name in ("min", "max"):
        total = values[args[0]]
        for arg in args[1:]:
            total = (np.minimum if name == "min" else np.maximum)(total, values[arg])
        return total
    quick = quick_functions().get((name, len(args)))
    if quick is not None:
        return quick(*(values[arg] for arg in args))
    slow = functions.UNARY[name] if len(args) == 1 else functions.BINARY[name]
    return _elementwise(slow, [values[arg] for arg in args])


def _elementwise(function: Callable[..., Any], arrays: Sequence[Array]) -> Array:
    """A function of raw numbers, point by point."""
    import numpy as np
    from mpmath import libmp

    def at(*numbers: float) -> float:
        if not all(map(np.isfinite, numbers)):
            return float("nan")
        try:
            return _as_float(function(*map(libmp.from_float, numbers), PRECISION))
        except real.ARITHMETIC_ERRORS:
            return float("nan")

    return np.vectorize(at, otypes=[float])(*arrays)


def _piecewise(node: Form, values: Values) -> Array:
    """The first branch whose condition holds, if those before it certainly fail."""
    import numpy as np

    shape = next(np.shape(values[arg]) for branch in node.args for arg in branch.args[:1])
    found, open_ = np.full(shape, np.nan), np.full(shape, True)
    for branch in node.args:
        value, truth = (values[arg] for arg in branch.args)
        found = np.where(open_ & (truth == 1), value, found)
        open_ = open_ & (truth == 0)
    return found


def _relation(node: Form, _: Exact, values: Values) -> Array:
    import numpy as np

    left, right = (values[arg] for arg in node.args)
    if isinstance(right, str):
        inside = np.full(np.shape(left), True) if right == "reals" else left == np.round(left)
        if right == "nonpositive_integers":
            inside = inside & (left <= 0)
        elif right == "naturals":
            inside = inside & (left > 0)
        held = inside if node.label == "in" else ~inside
    else:
        held = {
            "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal,
            ">": np.greater, ">=": np.greater_equal,
        }[str(node.label)](left, right)  # fmt: skip
    unknown = np.isnan(left) | (False if isinstance(right, str) else np.isnan(right))
    return np.where(unknown, np.nan, held.astype(float))


def _logic(node: Form, _: Exact, values: Values) -> Array:
    import numpy as np

    parts = [values[arg] for arg in node.args]
    if node.label == "not":
        return 1 - parts[0]
    decisive = 0.0 if node.label == "and" else 1.0
    settled = np.any([part == decisive for part in parts], axis=0)
    unknown = np.any([np.isnan(part) for part in parts], axis=0)
    return np.where(settled, decisive, np.where(unknown, np.nan, 1 - decisive))


_RULES: Final[Mapping[str, Callable[[Form, Exact, Values], Array]]] = {
    "sum": _sum,
    "product": _product,
    "quotient": _quotient,
    "power": _power,
    "root": _root,
    "call": _call,
    "relation": _relation,
    "logic": _logic,
}


@cache
def quick_functions() -> Mapping[tuple[str, int], Callable[..., Array]]:
    """The functions that NumPy has; those not here are evaluated point by point."""
    import numpy as np

    def one_over(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
        return lambda u: _over(np.ones_like(u), function(u))

    def logarithm(u: Array) -> Array:
        return np.where(u > 0, np.log(np.abs(u)), np.nan)

    def nought(u: Array) -> Array:
        return np.where(u == 0, np.nan, 0.0)

    table: dict[str, Callable[..., Array]] = {
        **{name: getattr(np, name) for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
        **{name: getattr(np, name) for name in ("abs", "sign", "floor")},
        **{f"a{name}": getattr(np, f"arc{name}") for name in ("sin", "cos", "tan", "sinh", "cosh")},
        "ceiling": np.ceil, "log": logarithm, "dirac": nought,
        "sec": one_over(np.cos), "csc": one_over(np.sin), "cot": one_over(np.tan),
        "sech": one_over(np.cosh), "csch": one_over(np.sinh), "coth": one_over(np.tanh),
        "acot": lambda u: np.where(u == 0, np.pi / 2, np.arctan(1 / u)),
        "atanh": lambda u: np.where(np.abs(u) < 1, np.arctanh(u), np.nan),
        "heaviside": lambda u: np.where(u == 0, np.nan, (u > 0).astype(float)),
    }  # fmt: skip
    found = {(name, 1): function for name, function in table.items()}
    found["log", 2] = lambda u, base: _over(logarithm(u), logarithm(base))
    found["atan2", 2] = lambda v, u: np.where((u == 0) & (v == 0), np.nan, np.arctan2(v, u))
    return found
