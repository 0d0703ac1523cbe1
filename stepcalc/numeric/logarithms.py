"""Logarithms of exponentials as their exponents, so that no number is too large on the way."""

from __future__ import annotations

from stepcalc.notation.arithmetic import base_and_exponent, combine, opposite
from stepcalc.notation.forms import ONE, Form, call, letters_of, multiply, postorder, with_args


def without_logarithms(form: Form, variable: Form) -> Form:
    """A form in which logarithms of exponentials are their exponents, so that no number is too large on the way.

    Examples:
        >>> from stepcalc.notation.forms import divide, exp, letter
        >>> from stepcalc.notation.unicode import one_line
        >>> t = letter("t")
        >>> one_line(without_logarithms(call("log", divide(ONE, exp(exp(t)))), t))
        '−e^t'
    """
    done: dict[Form, Form] = {}
    for node in postorder(form):
        new = with_args(node, tuple(done[arg] for arg in node.args)) if node.args else node
        if new.head == "call" and new.label == "log" and len(new.args) == 1:
            new = _logarithm(combine(new.args[0]), variable)
        done[node] = new
    return done[form]


def _logarithm(form: Form, variable: Form) -> Form:
    """ln of an exponential, of a power of one or of one over one; of anything else the logarithm."""
    if form.head == "call" and form.label == "exp":
        return form.args[0]
    if form.head == "quotient" and form.args[0] is ONE:
        return opposite(_logarithm(form.args[1], variable))
    if form.head in ("power", "root") and variable in letters_of(form.args[0]):
        base, exponent = base_and_exponent(form)
        inner = _logarithm(base, variable)
        if inner.head != "call" or inner.label != "log":
            return multiply(exponent, inner)
    return call("log", form)
