"""What each production of the grammar builds: the forms of what was typed, unevaluated and in its order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from stepcalc.errors import ReadError
from stepcalc.messages import say
from stepcalc.notation.forms import (
    MINUS_ONE,
    TRUE,
    Form,
    add,
    call,
    derived,
    divide,
    goal,
    letter,
    logic,
    multiply,
    number,
    power,
    relation,
    root,
    vector,
)
from stepcalc.notation.operators import BUILD
from stepcalc.notation.parsing import Build, Token
from stepcalc.notation.spelling import Tell
from stepcalc.notation.words import Vocabulary

_NOT_EXPRESSIONS: Final = frozenset({"vector", "relation", "logic"})

_SHORTHANDS: Final[dict[str, tuple[int, Callable[..., Form]]]] = {
    "sqrt": (1, root),
    "cbrt": (1, lambda radicand: root(radicand, number(3))),
    "root": (2, root),
    "log2": (1, lambda argument: call("log", argument, number(2))),
    "log10": (1, lambda argument: call("log", argument, number(10))),
}
"""Names that stand for a root or a logarithm: the number of arguments, and what is built of them."""


@dataclass(frozen=True, slots=True)
class _Function:
    """A function with what stands between its name and its argument."""

    token: Token
    exponent: Form | None = None
    base: Form | None = None
    orders: tuple[int, ...] | None = None

    @property
    def name(self) -> str:
        return str(self.token.value)


class Builders:
    """The builders of one reading.

    Args:
        text: What is read.
        known: The names that are known.
        tell: Notes a choice that was made.
    """

    def __init__(self, text: str, known: Vocabulary, tell: Tell) -> None:
        self.text = text
        self.known = known
        self.tell = tell

    def table(self) -> dict[str, Build]:
        """A builder for each named production of grammar.lark."""
        return _PLAIN | {
            "function": self.function,
            "raised_function": lambda parts: replace(parts[0], exponent=parts[2]),
            "based_function": self.based_function,
            "differentiated_function": lambda parts: replace(parts[0], orders=parts[1].value),
            "call": self.call,
            "any_number": lambda parts: call("rest", parts[0]),
        }

    def fail(self, code: str, token: Token, **parts: object) -> ReadError:
        return ReadError(say(code, **parts), code=code, text=self.text, start=token.start, end=token.end)

    def function(self, parts: list[Any]) -> _Function:
        return _Function(parts[0])

    def based_function(self, parts: list[Any]) -> _Function:
        function: _Function = parts[0]
        if function.name != "log":
            raise self.fail("base-not-here", function.token, name=self.typed(function))
        return replace(function, base=parts[2])

    def typed(self, function: _Function) -> str:
        return self.text[function.token.start : function.token.end] or function.name

    def call(self, parts: list[Any]) -> Form:
        """A function of its arguments, raised to the power that stands at its name."""
        function: _Function = parts[0]
        items: list[Form] = parts[2]
        if function.exponent is not None and function.exponent is MINUS_ONE and function.orders is None:
            return self.value(replace(function, token=self.inverse(function), exponent=None), items)
        value = self.value(function, items)
        return value if function.exponent is None else power(value, function.exponent)

    def inverse(self, function: _Function) -> Token:
        """sin^-1 is arcsin; for other functions -1 at the name could mean two things."""
        entry = self.known.functions.get(function.name)
        inverse = self.known.functions.get(f"a{function.name}")
        if entry is None or not entry.power_inside or inverse is None:
            raise self.fail("inverse-unclear", function.token, name=self.typed(function))
        name = self.typed(function)
        self.tell("inverse-function", name=name, inverse=inverse.shown)
        return replace(function.token, value=inverse.name)

    def value(self, function: _Function, items: list[Form]) -> Form:
        name = function.name
        if name in self.known.operators:
            return self.operator(function, items)
        if name == "piecewise":
            self.check_branches(function, items)
        elif not self.known.law and any(item.head in _NOT_EXPRESSIONS for item in items):
            raise self.fail("argument-not-expression", function.token, name=self.typed(function))
        if function.orders is not None:
            return self.derived(function, items)
        if name in _SHORTHANDS:
            count, build = _SHORTHANDS[name]
            self.check_count(function, items, (count,))
            return build(*items)
        if function.base is not None:
            self.check_count(function, items, (1,))
            return call("log", *items, function.base)
        if name == "D" and self.known.law and "D" not in self.known.functions:
            return self.law_goal(function, items)
        entry = self.known.functions.get(name)
        if entry is not None and entry.arities:
            self.check_count(function, items, entry.arities)
        if name == "integral" and items[1].head != "letter":
            raise self.fail("integral-needs-letter", function.token)
        if name == "log" and len(items) == 1 and self.typed(function) in ("log", "\\log"):
            self.tell("log-is-ln")
        return call(name, *items)

    def operator(self, function: _Function, items: list[Form]) -> Form:
        """A matrix, or an operator such as the gradient."""
        found = BUILD[function.name](items) if function.name in BUILD else call(function.name, *items)
        if found is None:
            raise self.fail("matrix-not-readable", function.token)
        return found

    def check_count(self, function: _Function, items: list[Form], counts: tuple[int, ...]) -> None:
        if len(items) in counts or (self.known.law and any(item.name == "rest" for item in items)):
            return
        wanted = " or ".join(map(str, counts))
        code = "one-argument" if counts == (1,) else "number-of-arguments"
        raise self.fail(code, function.token, name=self.typed(function), wanted=wanted, given=len(items))

    def check_branches(self, function: _Function, items: list[Form]) -> None:
        """Each branch is an expression with its condition; only law cards may leave that open."""
        for item in items:
            good = item.head == "vector" and len(item.args) == 2
            good = good and item.args[0].head not in _NOT_EXPRESSIONS
            good = good and (item.args[1].head in ("relation", "logic") or item.args[1] is TRUE)
            if not good and not self.known.law:
                raise self.fail("branch-not-readable", function.token)

    def derived(self, function: _Function, items: list[Form]) -> Form:
        orders = function.orders
        assert orders is not None
        if len(orders) != len(items):
            raise self.fail("primes-and-arguments", function.token, name=self.typed(function))
        if function.name in self.known.functions:
            raise self.fail("prime-not-readable", function.token, name=self.typed(function))
        return derived(function.name, orders, *items) if any(orders) else call(function.name, *items)

    def law_goal(self, function: _Function, items: list[Form]) -> Form:
        """D(u) on a rule card is the derivative with respect to the variable, x."""
        self.check_count(function, items, (1, 2))
        return goal(items[0], *(items[1:] or [letter("x")]))


def _minus(factors: list[Form]) -> Form:
    """A minus sign before these factors; one that stands before a numeral becomes the numeral's."""
    first = factors[0]
    if first.head == "number":
        value = first.label
        assert not isinstance(value, str | tuple | None)
        if value > 0 or (value == 0 and len(factors) == 1):
            return multiply(number(-value), *factors[1:])
    return multiply(MINUS_ONE, *factors)


def _extended(items: list[Any], more: list[Any]) -> list[Any]:
    """The first list, with the second at its end: lists are built in place, each has one owner."""
    items += more
    return items


def _joined(connective: str, parts: list[Form]) -> Form:
    return logic(connective, *parts) if len(parts) > 1 else parts[0]


def _next_relation(parts: list[Any]) -> list[Form]:
    """a < b < c is a < b and b < c."""
    relations: list[Form] = parts[0]
    return _extended(relations, [relation(parts[1].value, relations[-1].args[1], parts[2])])


_PLAIN: Final[dict[str, Build]] = {
    "whole_sum": lambda parts: add(*parts[0]),
    "first_term": lambda parts: [multiply(*parts[0])],
    "next_term": lambda parts: _extended(parts[0], [multiply(*parts[2])]),
    "next_term_negative": lambda parts: _extended(parts[0], [_minus(parts[2])]),
    "negative": lambda parts: [_minus(parts[1])],
    "positive": lambda parts: parts[1],
    "next_factors": lambda parts: _extended(parts[0], parts[2]),
    "over": lambda parts: [divide(multiply(*parts[0]), multiply(*parts[2]))],
    "first_factor": lambda parts: [parts[0]],
    "next_factor": lambda parts: _extended(parts[0], [parts[2]]),
    "power": lambda parts: power(parts[0], parts[2]),
    "negative_exponent": lambda parts: _minus([parts[1]]),
    "power_of_superscript": lambda parts: power(parts[0], parts[2]),
    "factorial": lambda parts: call("factorial", parts[0]),
    "value": lambda parts: parts[0].value,
    "inside": lambda parts: parts[1],
    "radical": lambda parts: root(parts[1], number(parts[0].value)),
    "fraction": lambda parts: divide(parts[2], parts[5]),
    "indexed_root": lambda parts: root(parts[5], parts[2]),
    "goal": lambda parts: goal(parts[2], *parts[0].value[1], kind=parts[0].value[0]),
    "first_item": lambda parts: [parts[0]],
    "next_item": lambda parts: _extended(parts[0], [parts[2]]),
    "vector": lambda parts: vector(*parts[1]),
    "whole_disjunction": lambda parts: _joined("or", parts[0]),
    "first_alternative": lambda parts: [_joined("and", parts[0])],
    "next_alternative": lambda parts: _extended(parts[0], [_joined("and", parts[2])]),
    "first_statement": lambda parts: parts[0],
    "next_statement": lambda parts: _extended(parts[0], parts[2]),
    "chain": lambda parts: parts[0],
    "member": lambda parts: [relation(parts[1].value, parts[0], parts[2].value)],
    "denial": lambda parts: [logic("not", _joined("and", parts[1]))],
    "truth": lambda parts: [TRUE],
    "bracketed_condition": lambda parts: [parts[1]],
    "first_relation": lambda parts: [relation(parts[1].value, parts[0], parts[2])],
    "next_relation": _next_relation,
}
"""The builders that need only their parts; terms and products are lists of factors until they are whole."""
