"""The algebra of limits: other ways to write an expression, each with the card that says so.

Each function looks at an expression near a point and gives a rewriting that may help, or nothing. A rewriting
is only a proposal: it is compared with the expression by numbers before it is used.
"""

from __future__ import annotations

from typing import Final

import sympy

from stepcalc.calculus.limits.conjugates import conjugate
from stepcalc.calculus.limits.dominant import dominant
from stepcalc.calculus.limits.near import MOST_FACTORED, Near, Proposal, Way
from stepcalc.calculus.limits.one_side import branch
from stepcalc.calculus.limits.quotients import as_quotient, cancelled, one_fraction
from stepcalc.calculus.limits.standard_factors import standard_factors
from stepcalc.notation.forms import MINUS_ONE, Form, call, postorder, rebuild, size
from stepcalc.notation.values import form_of, value


def _joined_logs(near: Near) -> Proposal | None:
    """Sums of logarithms as one each."""
    change: dict[Form, Form] = {}
    for node in postorder(near.form):
        if node.head == "sum" and all(_is_log_term(term) for term in node.args):
            new = sympy.logcombine(value(node), force=True)
            if isinstance(new, sympy.log):
                change[node] = call("log", form_of(sympy.cancel(new.args[0])))
    return ("join_logs", rebuild(near.form, change)) if change else None


def _is_log_term(term: Form) -> bool:
    inner = term.args[1] if term.head == "product" and term.args[0] is MINUS_ONE else term
    return inner.head == "call" and inner.label == "log"


def _in_sines_and_cosines(near: Near) -> Proposal | None:
    """tan, cot, sec and csc in sines and cosines."""
    if not any(
        node.head == "call" and node.label in ("tan", "cot", "sec", "csc") for node in postorder(near.form)
    ):
        return None
    expr = value(near.form).replace(sympy.tan, lambda u: sympy.sin(u) / sympy.cos(u))
    expr = expr.replace(sympy.cot, lambda u: sympy.cos(u) / sympy.sin(u))
    expr = expr.replace(sympy.sec, lambda u: 1 / sympy.cos(u)).replace(sympy.csc, lambda u: 1 / sympy.sin(u))
    return "sines_and_cosines", form_of(expr)


def _simplified(near: Near) -> Proposal | None:
    """Whatever is shorter."""
    if size(near.form) > MOST_FACTORED:
        return None
    new = form_of(sympy.powsimp(sympy.cancel(sympy.powsimp(value(near.form)))))
    return ("limit_simplify", new) if size(new) < size(near.form) else None


WAYS: Final[tuple[Way, ...]] = (
    branch,
    cancelled,
    _joined_logs,
    standard_factors,
    conjugate,
    dominant,
    _simplified,
    _in_sines_and_cosines,
    one_fraction,
    as_quotient,
)
