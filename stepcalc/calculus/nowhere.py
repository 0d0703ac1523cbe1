"""Refuses what has no value at any point: a division by 0, the logarithm of 0."""

from __future__ import annotations

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import number_value
from stepcalc.notation.forms import ZERO, Form, nodes_of
from stepcalc.notation.unicode import one_line


def refuse_without_value(form: Form) -> None:
    """Refuse a form of which a part has no value whatever its letters are.

    Raises:
        NotDerivableError: There is such a part; the error names it.

    Examples:
        >>> from stepcalc.notation.forms import ONE, divide
        >>> refuse_without_value(divide(ONE, ZERO))
        Traceback (most recent call last):
        ...
        stepcalc.errors.NotDerivableError: 1/0 divides by 0, so there is no value to differentiate.
    """
    nodes = nodes_of(form)
    if ZERO not in nodes or any(node.label == "piecewise" for node in nodes):
        return  # a piece that does not apply needs no value
    for node in nodes:
        code = _fault(node)
        if code:
            raise NotDerivableError(say(code, text=one_line(node)), code=code)


def _fault(node: Form) -> str:
    match node.head:
        case "quotient" if node.args[1] is ZERO:
            return "divides-by-nought"
        case "power" if node.args[0] is ZERO:
            exponent = number_value(node.args[1])
            if exponent is None:
                return "power-of-nought"
            return "divides-by-nought" if exponent < 0 else ""
        case "call" if node.label == "log" and node.args[0] is ZERO:
            return "log-of-nought"
    return ""
