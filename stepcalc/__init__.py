"""Calculus as a good teacher writes it: each line follows from the one before by a rule that has a name.

Examples:
    >>> import stepcalc
    >>> derivation = stepcalc.diff("x**2*sin(x)")
    >>> derivation.result
    x*(x*cos(x) + 2*sin(x))
    >>> [step.rule.name for step in derivation.steps[:2]]
    ['Product rule', 'Power rule']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stepcalc._version import __version__
    from stepcalc.calculus.definition import from_definition
    from stepcalc.calculus.dependence import implicit, logarithmically, total
    from stepcalc.calculus.fitting.fit import fit
    from stepcalc.calculus.fitting.fitted import Fit
    from stepcalc.calculus.limits.questions import limit
    from stepcalc.calculus.networks import backprop
    from stepcalc.calculus.networks.network import Network, network
    from stepcalc.calculus.networks.training import Training
    from stepcalc.calculus.optimisation.constrained_points import Lagrange
    from stepcalc.calculus.optimisation.critical import critical
    from stepcalc.calculus.optimisation.critical_points import Critical
    from stepcalc.calculus.optimisation.descend import descend
    from stepcalc.calculus.optimisation.descents import Descent
    from stepcalc.calculus.optimisation.lagrange import lagrange
    from stepcalc.calculus.optimisation.newton import Newton, newton
    from stepcalc.calculus.questions import diff
    from stepcalc.calculus.slope import Slope, slope
    from stepcalc.calculus.taylor import taylor
    from stepcalc.calculus.understanding import read
    from stepcalc.calculus.vector import (
        curl,
        directional,
        divergence,
        gradient,
        hessian,
        jacobian,
        laplacian,
        partial,
    )
    from stepcalc.errors import (
        LimitError,
        MissingExtraError,
        NotDerivableError,
        OverwriteError,
        ReadError,
        RuleError,
        StepcalcError,
        TraceError,
        UsageError,
    )
    from stepcalc.rulebook.book import Rulebook, load_book
    from stepcalc.trace.conditions import Condition
    from stepcalc.trace.derivation import Derivation
    from stepcalc.trace.step import Step
    from stepcalc.trace.verification import Verification

__all__ = [
    "Condition",
    "Critical",
    "Derivation",
    "Descent",
    "Fit",
    "Lagrange",
    "LimitError",
    "MissingExtraError",
    "Network",
    "Newton",
    "NotDerivableError",
    "OverwriteError",
    "ReadError",
    "RuleError",
    "Rulebook",
    "Slope",
    "Step",
    "StepcalcError",
    "TraceError",
    "Training",
    "UsageError",
    "Verification",
    "__version__",
    "backprop",
    "critical",
    "curl",
    "descend",
    "diff",
    "directional",
    "divergence",
    "fit",
    "from_definition",
    "gradient",
    "hessian",
    "implicit",
    "jacobian",
    "lagrange",
    "laplacian",
    "limit",
    "load_book",
    "logarithmically",
    "network",
    "newton",
    "partial",
    "read",
    "slope",
    "taylor",
    "total",
]

# SymPy takes a third of a second to import, so each name is loaded when it is first used.
_HOMES: Final = {
    "__version__": "stepcalc._version",
    "diff": "stepcalc.calculus.questions",
    "Fit": "stepcalc.calculus.fitting.fitted",
    "fit": "stepcalc.calculus.fitting.fit",
    "from_definition": "stepcalc.calculus.definition",
    "backprop": "stepcalc.calculus.networks",
    **dict.fromkeys(("Network", "network"), "stepcalc.calculus.networks.network"),
    "Training": "stepcalc.calculus.networks.training",
    "limit": "stepcalc.calculus.limits.questions",
    "slope": "stepcalc.calculus.slope",
    "Slope": "stepcalc.calculus.slope",
    "read": "stepcalc.calculus.understanding",
    "taylor": "stepcalc.calculus.taylor",
    **dict.fromkeys(
        ("curl", "directional", "divergence", "gradient", "hessian", "jacobian", "laplacian", "partial"),
        "stepcalc.calculus.vector",
    ),
    **dict.fromkeys(("implicit", "logarithmically", "total"), "stepcalc.calculus.dependence"),
    **dict.fromkeys(("Newton", "newton"), "stepcalc.calculus.optimisation.newton"),
    "Critical": "stepcalc.calculus.optimisation.critical_points",
    "critical": "stepcalc.calculus.optimisation.critical",
    "Lagrange": "stepcalc.calculus.optimisation.constrained_points",
    "lagrange": "stepcalc.calculus.optimisation.lagrange",
    "Descent": "stepcalc.calculus.optimisation.descents",
    "descend": "stepcalc.calculus.optimisation.descend",
    "Rulebook": "stepcalc.rulebook.book",
    "load_book": "stepcalc.rulebook.book",
    "Derivation": "stepcalc.trace.derivation",
    "Condition": "stepcalc.trace.conditions",
    "Step": "stepcalc.trace.step",
    "Verification": "stepcalc.trace.verification",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'stepcalc' has no attribute {name!r}")
    found = getattr(import_module(_HOMES.get(name, "stepcalc.errors")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
