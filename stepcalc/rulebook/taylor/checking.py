"""Whether a Taylor polynomial, a coefficient or a value is that of its function, by values close to the centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepcalc.notation.arithmetic import opposite, plus
from stepcalc.notation.forms import ZERO, Form, numeral
from stepcalc.rulebook.taylor.centre import substituted
from stepcalc.rulebook.taylor.writing import polynomial


def touches_function(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether a Taylor polynomial agrees with its function to its order, by values close to the centre."""
    from stepcalc.numeric.contact import touches

    subject, variable, centre, order, step = form.args[:5]
    if variable.head == "vector":
        moving = [
            (item, at, _distance(item, of))
            for item, at, of in zip(variable.args, centre.args, step.args, strict=True)
        ]
    else:
        moving = [(variable, centre, _distance(variable, step))]
    return touches(subject, result, moving, int(numeral(order)), definitions)


def _distance(variable: Form, step: Form) -> Form:
    return step if step.head == "letter" else variable


def touches_coefficients(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """The same of a list of coefficients."""
    from stepcalc.numeric.contact import touches

    subject, variable, centre, order = form.args
    step = variable if centre is ZERO else plus(variable, opposite(centre))
    written = polynomial(result.args, step)
    return touches(subject, written, [(variable, centre, variable)], int(numeral(order)), definitions)


def tends_to(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether an expression comes close to a value on both sides of a point."""
    from stepcalc.numeric.contact import touches

    subject, variable, centre = form.args
    return touches(subject, result, [(variable, centre, variable)], 0, definitions)


def is_value(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether a value at the centre is that of the expression with the centre put in."""
    from stepcalc.numeric.contact import same_value

    return same_value(substituted(*form.args), result, definitions)
