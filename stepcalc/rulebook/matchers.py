"""What a law in one line cannot say: undefined functions, pieces, extremes, integrals with limits that vary.

Each matcher looks at one form and gives the card to name, the bindings, what is left open, and how to build
the right-hand side from the derivatives of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stepcalc.notation.arithmetic import opposite, plus, times
from stepcalc.notation.forms import (
    TRUE,
    ZERO,
    Form,
    call,
    derived,
    derived_label,
    logic,
    postorder,
    rebuild,
    relation,
    vector,
)
from stepcalc.rulebook.law import Binding, Bindings, Derivatives, several, single
from stepcalc.rulebook.varying import Varying

if TYPE_CHECKING:
    from stepcalc.rulebook.book import Rulebook


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What a matcher found.

    Args:
        card: The short name of the card.
        bindings: How the card's letters are read.
        open: The expressions whose derivatives are needed, by letter.
        build: Makes the derivative from theirs.
        conditions: Where that holds.
        chained: Whether the open expressions are inner functions (the chain rule).
    """

    card: str
    bindings: Bindings
    open: Mapping[str, Binding]
    build: Callable[[Derivatives], Form]
    conditions: tuple[Form, ...] = ()
    chained: bool = False


Matcher = Callable[["Rulebook", Form, Varying], Match | None]


def _function(book: Rulebook, form: Form, _: Varying) -> Match | None:
    """f(u, v, ...) of an undefined function: the sum of partial derivatives times those of the arguments."""
    if form.head == "call" and (str(form.label) in book.functions or _known_to_sympy(str(form.label))):
        return None
    arguments = form.args
    name = form.name
    orders = derived_label(form)[1] if form.head == "derived" else (0,) * len(arguments)

    def build(given: Derivatives) -> Form:
        return plus(
            *(
                times(derived(name, _one_more(orders, place), *arguments), derivative)
                for place, derivative in enumerate(several(given["u"]))
                if derivative is not ZERO
            )
        )

    return Match("unknown_function", {"u": arguments}, {"u": arguments}, build, chained=True)


def _one_more(orders: tuple[int, ...], place: int) -> tuple[int, ...]:
    return tuple(order + (slot == place) for slot, order in enumerate(orders))


def _known_to_sympy(name: str) -> bool:
    """Whether a name without a card is a function of SymPy's, and so not a function nobody has defined."""
    import sympy

    return isinstance(getattr(sympy, name, None), sympy.FunctionClass)


def _piecewise(_: Rulebook, form: Form, varying: Varying) -> Match:
    """Each piece on its own; where one gives way to the next nothing is said."""
    values = tuple(pair.args[0] for pair in form.args)
    tests = tuple(pair.args[1] for pair in form.args)
    borders = dict.fromkeys(
        relation("not in" if node.label in ("in", "not in") else "!=", *node.args)
        for test in tests
        for node in postorder(test)
        if node.head == "relation" and varying(node)
    )

    def build(given: Derivatives) -> Form:
        derivatives = several(given["f"])
        return call("piecewise", *(vector(d, test) for d, test in zip(derivatives, tests, strict=True)))

    return Match("piecewise", {"f": values, "c": tests}, {"f": values}, build, tuple(borders))


def _extreme(card: str, sign: str) -> Matcher:
    def match(_: Rulebook, form: Form, __: Varying) -> Match:
        parts = tuple(dict.fromkeys(form.args))

        def build(given: Derivatives) -> Form:
            derivatives = several(given["f"])
            rows = [vector(derivatives[i], _beats(parts, i, sign)) for i in range(len(parts) - 1)]
            return call("piecewise", *rows, vector(derivatives[-1], TRUE)) if rows else derivatives[0]

        ties = tuple(
            relation("!=", parts[i], parts[j]) for i in range(len(parts)) for j in range(i + 1, len(parts))
        )
        return Match(card, {"f": parts}, {"f": parts}, build, ties)

    return match


def _beats(parts: tuple[Form, ...], place: int, sign: str) -> Form:
    others = [relation(sign, parts[place], part) for slot, part in enumerate(parts) if slot != place]
    return others[0] if len(others) == 1 else logic("and", *others)


def _integral(_: Rulebook, form: Form, varying: Varying) -> Match:
    """The fundamental theorem where only the upper limit varies, else Leibniz's rule."""
    integrand, bound, low, high = form.args
    inside = bound is not varying.variable and varying(integrand)
    only_top = not inside and not varying(low)
    opened: dict[str, Binding] = {"v": high}
    if not only_top:
        opened["u"] = low
    if inside:
        opened["f"] = integrand
    at_top, at_bottom = rebuild(integrand, {bound: high}), rebuild(integrand, {bound: low})

    def build(given: Derivatives) -> Form:
        terms = [times(at_top, single(given["v"]))]
        if "u" in given:
            terms.append(opposite(times(at_bottom, single(given["u"]))))
        if "f" in given and given["f"] is not ZERO:
            terms.append(call("integral", single(given["f"]), bound, low, high))
        return plus(*terms)

    bindings: dict[str, Binding] = {"f": integrand, "t": bound, "u": low, "v": high}
    return Match("fundamental_theorem" if only_top else "leibniz_integral", bindings, opened, build)


MATCHERS: Final[Mapping[str, Matcher]] = {
    "call": _function,
    "derived": _function,
    "piecewise": _piecewise,
    "min": _extreme("minimum", "<"),
    "max": _extreme("maximum", ">"),
    "integral": _integral,
}
"""By the function's name, or the head where that is not found."""
