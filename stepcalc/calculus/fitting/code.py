"""The same fit as a few lines of SciPy, for those who want to go on without StepCalc."""

from __future__ import annotations

from importlib.util import find_spec
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.calculus.fitting.fitted import Fit

MOST_CALLS: Final = 20_000
NEAR: Final = 1e-3
"""How near SciPy must come, as a part of the parameters and of their errors."""


def code(fit: Fit) -> str:
    """A program that makes the fit again with ``scipy.optimize.curve_fit`` and prints parameters and errors.

    Args:
        fit: What was fitted.

    Raises:
        NotDerivableError: The model has a function that NumPy and SciPy do not have.
    """
    asked = fit.asked
    used: dict[str, None] = {}
    names = {name: _identifier(name, used) for name in (*asked.names, *fit.names)}
    columns = [names[name] for name in asked.names]
    parameters = [names[name] for name in fit.names]
    body, libraries = _body(asked.plain, names)
    one = columns[0] if len(columns) == 1 else "data"
    first = [line for line in libraries if "scipy" not in line]
    last = [line for line in libraries if "scipy" in line]
    lines = [*first, "import numpy as np", *last, "from scipy.optimize import curve_fit", ""]
    for name, values in zip(columns, asked.data.values(), strict=True):
        lines.append(_array(name, values))
    response = _identifier(asked.response, used)
    lines.append(_array(response, asked.y))
    if asked.sigma is not None:
        lines.append(_array("sigma", asked.sigma))
    lines += ["", "", f"def model({', '.join([one, *parameters])}):"]
    if len(columns) != 1:
        lines.append(f"    {', '.join(columns)}{',' * (len(columns) == 1)} = data" if columns else "")
    lines += [f"    return {body}" + (f" + 0*{response}" if not columns else ""), "", ""]
    given = columns[0] if len(columns) == 1 else f"({', '.join(columns)})" if columns else response
    begin, remark = _start(fit)
    start = ", ".join(repr(float(value)) for value in begin)
    told = f"p0=[{start}]"
    if asked.sigma is not None:
        told += f", sigma=sigma, absolute_sigma={not fit.scaled}"
    lines += [
        *remark,
        f"values, covariance = curve_fit(model, {given}, {response}, {told}, maxfev={MOST_CALLS})",
        "errors = np.sqrt(np.diag(covariance))",
        f"for name, value, error in zip({list(fit.names)!r}, values, errors):",
        '    print(f"{name} = {value:.8g} ± {error:.3g}")',
    ]
    return "\n".join(line for line in lines if line is not None) + "\n"


def _start(fit: Fit) -> tuple[tuple[float, ...], list[str]]:
    """Where SciPy begins, and what is said of it: where the fit began if it gets on from there, else near its end."""
    if not fit.attempts:
        return (1.0,) * len(fit.values), []
    if _is_found_from(fit, fit.begin):
        return fit.begin, []
    return tuple(float(f"{value:.3g}") for value in fit.values), [f"# {say('fit-code-near')}"]


def _is_found_from(fit: Fit, begin: tuple[float, ...]) -> bool:
    """Whether SciPy comes from a start to the parameters of the fit; where it is not installed, whether we did."""
    if find_spec("scipy") is None:
        return len(fit.attempts) == 1
    import warnings

    import numpy as np
    from scipy.optimize import leastsq

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = leastsq(fit.leftovers, begin, maxfev=MOST_CALLS)[0]
    apart = np.abs(found - fit.values)
    return bool(
        np.all(apart <= NEAR * np.array(list(fit.standard_errors.values())) + NEAR * np.abs(fit.values))
    )


def _identifier(name: str, used: dict[str, None]) -> str:
    """The name as Python can have it."""
    found = "".join(each if each.isalnum() or each == "_" else "_" for each in name) or "_"
    if found[0].isdigit() or iskeyword(found) or found in ("np", "model", "curve_fit", "sigma", "data"):
        found = f"{found}_" if not found[0].isdigit() else f"_{found}"
    while found in used:
        found += "_"
    used[found] = None
    return found


def _array(name: str, values: Any) -> str:
    """A line with an array, broken where it is long."""
    text = f"{name} = np.array(["
    lines, width = [text], len(text)
    for place, value in enumerate(values):
        piece = repr(float(value)) + ("" if place == len(values) - 1 else ", ")
        if width + len(piece) > 98:
            lines[-1] = lines[-1].rstrip()
            lines.append("    ")
            width = 4
        lines[-1] += piece
        width += len(piece)
    return "\n".join(lines) + "])"


def _body(form: Any, names: dict[str, str]) -> tuple[str, list[str]]:
    """The model as an expression of NumPy, and what has to be imported for it."""
    import sympy
    from sympy.printing.numpy import NumPyPrinter, SciPyPrinter

    from stepcalc.notation.values import value

    expression = value(form)
    change = {each: sympy.Symbol(names[each.name]) for each in expression.free_symbols if each.name in names}
    expression = expression.xreplace(change)
    settings = {"fully_qualified_modules": True, "allow_unknown_functions": False}
    for printer in (NumPyPrinter(settings), SciPyPrinter(settings)):
        try:
            text = printer.doprint(expression)
        except (TypeError, ValueError, NotImplementedError):
            continue
        if "math." in text or "Not supported" in text:
            continue  # what works on numbers only
        libraries = {"functools.": "import functools", "scipy.": "import scipy.special"}
        return text.replace("numpy.", "np."), [line for name, line in libraries.items() if name in text]
    raise NotDerivableError(say("fit-no-code"), code="fit-no-code")
