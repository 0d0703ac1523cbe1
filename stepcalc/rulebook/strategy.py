"""Strategies: rules that open goal after goal and put the results together, which no single law can say.

A strategy is one function, ``compose(goal, solve)``. The engine calls it with a ``solve`` that derives;
verification calls it again with one that looks up what was recorded. ``entry`` says what each part of the
answer is by plain derivatives, which is what numerical checking compares with.

Each family of strategies stands in a module of its own, in a table called ``STRATEGIES``, and is loaded when one
of its goals is met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from stepcalc.notation.forms import Form, call
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.limits.rule import is_limit

Holds = Callable[[Form, Form, Mapping[str, Any]], bool | None]

_FAMILIES: Final[Mapping[str, str]] = {
    "operators": "repeated gradient jacobian hessian laplacian divergence curl directional",
    "dependence": "total branches composed implicit implicit_again",
    "taylor.strategies": "taylor taylor_series taylor_several coefficients limit_at value_at derivative_bound "
    "remainder_bound",
    "differences": "forward_difference central_difference behind",
    "fitting": "chi_squared chi_slope chi_gradient normal_equations straight_line gauss_newton fit",
    "network_checks": "backprop forward_step network_cost cost_slope activation_slope output_error error_back "
    "weight_gradient bias_gradient softmax_own softmax_other softmax_error",
    "optimisation": "newton_step descent_step lagrangian lagrange degenerate stationary constrained "
    "stationary_found constrained_found",
    "equations": "zero_never zero_always zero_product zero_factor zero_identity zero_fraction zero_scaled "
    "zero_squared zero_linear zero_power zero_quadratic zero_polynomial zero_substituted "
    "zero_exponential zero_logarithm zero_sine zero_cosine zero_tangent zero_absolute "
    "zero_root zero_sign zero_inverse zero_sine_cosine zero_found system_free system_never "
    "system_cases system_single system_linear system_divided system_basis system_curve "
    "system_inside",
}
"""The names of the goals of each family, which are those of their cards, by the module."""

_MODULE: Final = {name: module for module, names in _FAMILIES.items() for name in names.split()}


def all_but_first(form: Form) -> tuple[Form, ...]:
    """The letters of a goal: all its arguments but the first."""
    return form.args[1:]


def second(form: Form) -> tuple[Form, ...]:
    """The letter of a goal: its second argument."""
    return form.args[1:2]


def within_second(form: Form) -> tuple[Form, ...]:
    """The letters of a goal: those listed in its second argument."""
    return form.args[1].args


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a goal is answered.

    Args:
        compose: Puts the answer together from those of the goals it asks ``solve`` for.
        shape: The rows and columns of the answer; ``None`` for a single expression.
        entry: What the entry in a row and a column is, by plain derivatives.
        letters: Which arguments of the goal are the letters it differentiates with respect to.
        divides: Whether the answer divides by something that the parts do not, which must not be 0.
        settle: Puts an answer into the letters that ``entry`` is in, so that the two can be compared.
        holds: A test by values, where no plain derivative says what the answer is: from the goal, the answer
            and the functions that cards define; ``None`` where it could not be made.
        tested: What that test has done, as a sentence about a goal, where more is to be said than at how many
            points.
    """

    compose: Callable[[Form, Solve], Form]
    shape: Callable[[Form], tuple[int, int] | None]
    entry: Callable[[Form, int, int], Form]
    settle: Callable[[Form, Form], Form] = lambda _, result: result
    letters: Callable[[Form], tuple[Form, ...]] = all_but_first
    divides: bool = False
    holds: Holds | None = None
    tested: Callable[[Form], str] | None = None


def strategy(name: str) -> Strategy:
    """The strategy for the goals of a card.

    Args:
        name: The card's short name.

    Raises:
        KeyError: There is none.

    Examples:
        >>> strategy("gradient").shape(operator("gradient", call("f"), [call("x"), call("y")]))
        (2, 1)
    """
    found: Mapping[str, Strategy] = import_module(f"stepcalc.rulebook.{_MODULE[name]}").STRATEGIES
    return found[name]


def operator(name: str, subject: Form, letters: Sequence[Form], *more: Form) -> Form:
    """The goal of a strategy: an operator such as the gradient, what it is applied to, and the letters.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> operator("gradient", letter("x"), [letter("x")]).name
        'gradient'
    """
    return call(name, subject, *more, *letters)


def strategy_of(form: Form) -> str:
    """The card of the strategy for a goal; empty for a single derivative, which laws answer."""
    if form.head == "goal":
        return "repeated" if len(form.args) > 2 else ""
    return str(form.label) if form.head == "call" and form.label in _MODULE else ""


def is_derivative(form: Form) -> bool:
    """Whether a goal asks for something to be differentiated, by a law or by a strategy."""
    return form.head == "goal" or bool(strategy_of(form))


def letters_asked(form: Form) -> tuple[Form, ...]:
    """The letters that a goal differentiates with respect to; none for an expression that is rewritten."""
    if is_limit(form):
        return second(form)
    name = strategy_of(form)
    if name and form.head != "goal":
        return strategy(name).letters(form)
    return all_but_first(form) if form.head == "goal" else ()


def scalar(_: Form) -> None:
    """The shape of a single expression."""


def as_it_is(form: Form) -> Form:
    """A goal by plain derivatives: those of strategies are opened, others left as they are."""
    name = strategy_of(form)
    return strategy(name).compose(form, as_it_is) if name and name != "repeated" else form


def entry_of(form: Form, _: int, __: int) -> Form:
    """A scalar's meaning: its strategy with every goal left as it is."""
    return strategy(strategy_of(form)).compose(form, as_it_is)


def by_values(
    compose: Callable[[Form, Solve], Form],
    holds: Holds,
    tested: Callable[[Form], str] | None = None,
    *,
    letters: Callable[[Form], tuple[Form, ...]] = all_but_first,
) -> Strategy:
    """A strategy with a test by values of its own."""
    return Strategy(compose, scalar, entry_of, letters=letters, holds=holds, tested=tested)
