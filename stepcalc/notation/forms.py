"""Forms: frozen, interned, ordered, unevaluated expressions, which are all that is shown and recorded.

A form has a head, a label and arguments:

=============  ================================  ============================================================
head           label                             arguments
=============  ================================  ============================================================
``number``     ``int`` or a decimal ``Fraction``  none; a fraction's denominator has no factors but 2 and 5
``letter``     ``(name, assumptions, index)``    none; index is 0, or tells SymPy dummies of one name apart
``constant``   ``"pi"``, ``"e"``, ``"i"``, ...     none
``sum``        ``None``                          two or more terms
``product``    ``None``                          two or more factors; a leading ``-1`` is a minus sign
``quotient``   ``None``                          numerator, denominator
``power``      ``None``                          base, exponent
``root``       ``None``                          radicand, index
``call``       name of the function              the function's arguments
``derived``    ``(name, orders)``                arguments of an undefined function's derivative
``vector``     ``None``                          the components
``matrix``     ``(rows, columns, places)``       the entries at these places, ``None`` for all, row by row
``relation``   ``"<"``, ``"!="``, ``"in"``, ...    left side, right side
``logic``      ``"and"``, ``"or"``, ``"not"``     the parts
``goal``       ``"D"`` or ``"partial"``           what is differentiated, then the letters, in order
``reference``  number of a step                  none
=============  ================================  ============================================================

Equal forms are one object, so ``is`` compares them, dictionaries find them at once, and a form that occurs
twice is stored once. The table of forms holds them weakly: nothing outlives its last user.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from threading import RLock
from typing import Final, NoReturn, TypeVar, cast

T = TypeVar("T")

Label = int | Fraction | str | tuple[object, ...] | None

HEADS: Final = frozenset(
    "number letter constant sum product quotient power root call derived vector matrix relation logic goal"
    " reference".split()
)
CONSTANTS: Final = frozenset(
    {"pi", "e", "i", "infinity", "euler_gamma", "true", "integers", "nonpositive_integers", "undefined"}
)
RELATIONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">=", "in", "not in"})


class Form:
    """A node of an expression; made by the functions of this module, never directly."""

    __slots__ = ("__weakref__", "_value", "args", "head", "label")

    head: str
    label: Label
    args: tuple[Form, ...]
    _value: object

    def __init__(self) -> None:
        raise TypeError("make forms with the functions of stepcalc.notation.forms")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a form does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a form does not change")

    def __copy__(self) -> Form:
        return self

    def __deepcopy__(self, memo: object) -> Form:
        return self

    def __reduce__(self) -> tuple[Callable[..., Form], tuple[object, ...]]:
        return from_table, (to_table(self),)

    def __repr__(self) -> str:
        return f"<{self.head} {self.label!r} of {len(self.args)}>"

    @property
    def name(self) -> str:
        """The name of a letter, constant, call or derived function."""
        label = self.label
        return str(label[0] if isinstance(label, tuple) else label)


class _Entry(weakref.ref[Form]):
    """A weak reference that knows its place in the table."""

    __slots__ = ("key",)
    key: tuple[str, Label, tuple[Form, ...]]


_TABLE: dict[tuple[str, Label, tuple[Form, ...]], _Entry] = {}
_set_head, _set_label, _set_args, _set_value = (
    vars(Form)[slot].__set__ for slot in ("head", "label", "args", "_value")
)


_LOCK = RLock()
"""Held while the table changes: two threads that make one form must be given one object."""


def _forget(entry: _Entry) -> None:
    with _LOCK:
        if _TABLE.get(entry.key) is entry:
            del _TABLE[entry.key]


def make(head: str, label: Label, args: tuple[Form, ...]) -> Form:
    """The one form with this head, label and arguments; no check is made (see :func:`checked`)."""
    key = (head, label, args)
    entry = _TABLE.get(key)
    if entry is not None:
        found = entry()
        if found is not None:
            return found
    form: Form = object.__new__(Form)
    _set_head(form, head)
    _set_label(form, label)
    _set_args(form, args)
    _set_value(form, None)
    entry = _Entry(form, _forget)
    entry.key = key
    with _LOCK:
        known = _TABLE.setdefault(key, entry)
        if known is not entry:
            other = known()
            if other is not None:
                return other
            _TABLE[key] = entry
    return form


def number(value: int | Fraction) -> Form:
    """A numeral: an integer, or a decimal given as an exact fraction; other fractions are quotients.

    Examples:
        >>> number(Fraction(1, 2)).label, number(Fraction(4, 2)).label, number(Fraction(1, 3)).head
        (Fraction(1, 2), 2, 'quotient')
    """
    if isinstance(value, int):
        return make("number", int(value), ())
    if value.denominator == 1:
        return make("number", value.numerator, ())
    return make("number", value, ()) if is_decimal(value) else rational(value)


def is_decimal(value: Fraction) -> bool:
    """Whether a fraction can be written as a decimal that ends."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def rational(value: Fraction) -> Form:
    """An exact fraction as a quotient of integers, with the minus sign in front.

    Examples:
        >>> rational(Fraction(-1, 2)) is negate(divide(number(1), number(2)))
        True
    """
    if value.denominator == 1:
        return make("number", value.numerator, ())
    positive = make("quotient", None, (number(abs(value.numerator)), number(value.denominator)))
    return positive if value > 0 else make("product", None, (MINUS_ONE, positive))


def letter(name: str, assumptions: tuple[tuple[str, bool], ...] = (), index: int = 0) -> Form:
    """A letter, or a name used as one; assumptions are SymPy's, sorted, as pairs."""
    return make("letter", (name, assumptions, index), ())


def constant(name: str) -> Form:
    """One of the numbers (and sets) that have names of their own; see ``CONSTANTS``."""
    return make("constant", name, ())


def add(*terms: Form) -> Form:
    """A sum of these terms, in this order; no term gives 0, one gives itself."""
    if len(terms) < 2:
        return terms[0] if terms else ZERO
    return make("sum", None, terms)


def multiply(*factors: Form) -> Form:
    """A product of these factors, in this order; no factor gives 1, one gives itself."""
    if len(factors) < 2:
        return factors[0] if factors else ONE
    return make("product", None, factors)


def negate(form: Form) -> Form:
    """The form with its leading minus sign set or taken off.

    Examples:
        >>> x = letter("x")
        >>> negate(negate(x)) is x, negate(number(3)).label, negate(multiply(number(2), x)).args[0].label
        (True, -3, -2)
    """
    if form.head == "number":
        assert isinstance(form.label, int | Fraction)
        return number(-form.label)
    if form.head == "product":
        first = form.args[0]
        if first is MINUS_ONE:
            return multiply(*form.args[1:])
        if first.head == "number":
            return make("product", None, (negate(first), *form.args[1:]))
        return make("product", None, (MINUS_ONE, *form.args))
    return make("product", None, (MINUS_ONE, form))


def subtract(left: Form, right: Form) -> Form:
    """The sum of ``left`` and the negative of ``right``."""
    return make("sum", None, (left, negate(right)))


def divide(numerator: Form, denominator: Form) -> Form:
    """A quotient, as it stands."""
    return make("quotient", None, (numerator, denominator))


def power(base: Form, exponent: Form) -> Form:
    """A power, as it stands; powers of Euler's number are calls of ``exp``."""
    if base is E:
        return make("call", "exp", (exponent,))
    return make("power", None, (base, exponent))


def root(radicand: Form, index: Form | None = None) -> Form:
    """A root, the square root if no index is given."""
    return make("root", None, (radicand, TWO if index is None else index))


def call(name: str, *args: Form) -> Form:
    """A function of these arguments; see ``notation/functions.py`` for the names that have a meaning."""
    return make("call", name, args)


def derived(name: str, orders: tuple[int, ...], *args: Form) -> Form:
    """The derivative of an undefined function, so many times in each argument, at these arguments."""
    return make("derived", (name, orders), args)


def vector(*components: Form) -> Form:
    """An ordered list of expressions."""
    return make("vector", None, components)


def matrix(rows: Sequence[Sequence[Form]]) -> Form:
    """A matrix with all its entries, row by row.

    Examples:
        >>> matrix([[ONE, ZERO], [ZERO, ONE]]).label
        (2, 2, None)
    """
    width = len(rows[0]) if rows else 0
    return make("matrix", (len(rows), width, None), tuple(entry for row in rows for entry in row))


def sparse_matrix(rows: int, columns: int, entries: Mapping[tuple[int, int], Form]) -> Form:
    """A matrix of which only these entries are not 0."""
    places = tuple(sorted(entries))
    return make("matrix", (rows, columns, places), tuple(entries[place] for place in places))


def column(entries: Sequence[Form]) -> Form:
    """A matrix with one column."""
    return matrix([[entry] for entry in entries])


def entries_of(form: Form) -> dict[tuple[int, int], Form]:
    """The entries of a matrix by row and column, those left out being 0."""
    rows, columns, places = matrix_label(form)
    if places is None:
        places = tuple((i, j) for i in range(rows) for j in range(columns))
    return dict(zip(places, form.args, strict=True))


def relation(sign: str, left: Form, right: Form) -> Form:
    """A relation such as ``x > 0`` or ``u not in integers``; see ``RELATIONS``."""
    return make("relation", sign, (left, right))


def logic(connective: str, *parts: Form) -> Form:
    """Relations joined by ``and`` or ``or``, or one under ``not``."""
    return make("logic", connective, parts)


def goal(subject: Form, *letters: Form, kind: str = "D") -> Form:
    """What is sought: the derivative of ``subject`` with respect to each of ``letters`` in turn."""
    return make("goal", kind, (subject, *letters))


def reference(step: int) -> Form:
    """The result of the step that has this number."""
    return make("reference", step, ())


ZERO: Final = number(0)
ONE: Final = number(1)
TWO: Final = number(2)
MINUS_ONE: Final = number(-1)
PI: Final = constant("pi")
E: Final = constant("e")
INFINITY: Final = constant("infinity")
TRUE: Final = constant("true")


def exp(exponent: Form) -> Form:
    """A power of Euler's number."""
    return make("call", "exp", (exponent,))


def numeral(form: Form) -> int | Fraction:
    """The number that a ``number`` form is."""
    return cast("int | Fraction", form.label)


def letter_label(form: Form) -> tuple[str, tuple[tuple[str, bool], ...], int]:
    """The name of a letter, what is assumed of it, and its index."""
    return cast("tuple[str, tuple[tuple[str, bool], ...], int]", form.label)


def derived_label(form: Form) -> tuple[str, tuple[int, ...]]:
    """The name of an undefined function and how often it was differentiated in each argument."""
    return cast("tuple[str, tuple[int, ...]]", form.label)


Places = tuple[tuple[int, int], ...]


def matrix_label(form: Form) -> tuple[int, int, Places | None]:
    """The number of rows, of columns, and the places of the entries (``None``: all, row by row)."""
    return cast("tuple[int, int, Places | None]", form.label)


def with_args(form: Form, args: tuple[Form, ...]) -> Form:
    """The same head and label over other arguments."""
    return form if args == form.args else make(form.head, form.label, args)


def postorder(*roots: Form) -> Iterator[Form]:
    """Every node below the roots once, arguments before what they are arguments of.

    Iterative, so depth is bounded by memory only.

    Examples:
        >>> x = letter("x")
        >>> [node.head for node in postorder(add(power(x, TWO), x))]
        ['letter', 'number', 'power', 'sum']
    """
    seen: set[Form] = set()
    for top in roots:
        stack: list[Form | None] = [top]
        while stack:
            node = stack.pop()
            if node is None:  # all that stood on the stack above the next node is done
                node = stack.pop()
                assert node is not None
            elif node in seen:
                continue
            elif node.args:
                waiting = [arg for arg in node.args if arg not in seen]
                if waiting:
                    stack += (node, None)
                    stack += waiting[::-1]
                    continue
            seen.add(node)
            yield node


def nodes_of(*forms: Form) -> Collection[Form]:
    """Every node below the forms once, in no order that means anything: quicker than :func:`postorder`.

    Examples:
        >>> x = letter("x")
        >>> len(nodes_of(add(power(x, TWO), x)))
        4
    """
    seen = dict.fromkeys(forms)
    stack = list(seen)
    while stack:
        for arg in stack.pop().args:
            if arg not in seen:
                seen[arg] = None
                stack.append(arg)
    return seen.keys()


def fold(form: Form, combine: Callable[[Form, tuple[T, ...]], T]) -> T:
    """Combine the outcomes of a node's arguments into its own, from the leaves up, once for each node."""
    done: dict[Form, T] = {}
    for node in postorder(form):
        done[node] = combine(node, tuple(done[arg] for arg in node.args))
    return done[form]


def rebuild(form: Form, change: Mapping[Form, Form]) -> Form:
    """The form with every occurrence of the keys of ``change`` replaced, from the leaves up.

    Examples:
        >>> x, y = letter("x"), letter("y")
        >>> rebuild(add(x, TWO), {x: y}) is add(y, TWO)
        True
    """
    done: dict[Form, Form] = {}
    for node in postorder(form):
        new = change.get(node)
        if new is None:
            new = with_args(node, tuple(done[arg] for arg in node.args)) if node.args else node
        done[node] = new
    return done[form]


def letters_of(*forms: Form) -> frozenset[Form]:
    """The letters that occur in the forms (bound ones of an integral included)."""
    return frozenset([node for node in nodes_of(*forms) if node.head == "letter"])


def depending(forms: Sequence[Form], letters: frozenset[Form]) -> set[Form]:
    """The nodes below ``forms`` in which one of ``letters`` occurs."""
    found: set[Form] = set()
    for node in postorder(*forms):
        if node in letters or any(arg in found for arg in node.args):
            found.add(node)
    return found


def size(form: Form) -> int:
    """The number of nodes that the form has when written out in full."""
    return fold(form, lambda _, sizes: 1 + sum(sizes))


def size_up_to(form: Form, most: int) -> int | None:
    """The number of nodes of a form written out, or ``None`` if it is more than ``most``, found early."""
    count, stack = 0, [form]
    while stack:
        count += 1
        if count > most:
            return None
        stack.extend(stack.pop().args)
    return count


def depth(form: Form) -> int:
    """The length of the longest way from the form down to a leaf."""
    return fold(form, lambda _, depths: 1 + max(depths, default=0))


Row = tuple[str, Label, tuple[int, ...]]


def to_table(form: Form) -> tuple[Row, ...]:
    """The nodes as rows (head, label, row numbers of the arguments); the form is the last row."""
    place: dict[Form, int] = {}
    rows: list[Row] = []
    for node in postorder(form):
        place[node] = len(rows)
        rows.append((node.head, node.label, tuple(place[arg] for arg in node.args)))
    return tuple(rows)


def from_table(rows: Sequence[Row]) -> Form:
    """The form that :func:`to_table` wrote."""
    nodes: list[Form] = []
    for head, label, places in rows:
        nodes.append(make(head, label, tuple(nodes[place] for place in places)))
    return nodes[-1]
