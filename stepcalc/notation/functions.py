"""The names of functions: how each is typed, shown, set in LaTeX, and called in SymPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final


@dataclass(frozen=True, slots=True)
class FunctionName:
    """How one function is written.

    Args:
        name: The label of its calls (``asin``).
        arities: The numbers of arguments it takes; empty for any number.
        sympy: The name of the class in SymPy, or ``None`` where there is none.
        shown: How one-line text writes it (``arcsin``); the reader reads this, ``name`` and ``aliases``.
        latex: The command or operator in LaTeX; ``None`` for ``\\operatorname{shown}``.
        aliases: Other spellings that are read.
        power_inside: Whether sin²(x) is the way to write a square (trigonometric and hyperbolic functions).
        greek: Whether the name is a Greek letter, too, and so a function only directly before a bracket.
    """

    name: str
    arities: tuple[int, ...] = (1,)
    sympy: str | None = None
    shown: str = ""
    latex: str | None = None
    aliases: tuple[str, ...] = ()
    power_inside: bool = False
    greek: bool = False

    def __post_init__(self) -> None:
        if not self.shown:
            object.__setattr__(self, "shown", self.name)


def _trigonometric(name: str, latex: str | None = None) -> FunctionName:
    return FunctionName(name, (1,), name, latex=latex or f"\\{name}", power_inside=True)


def _inverse(name: str, latex: str | None = None) -> FunctionName:
    """An inverse trigonometric or hyperbolic function: arcsin, arsinh; read as arc..., ar... and a...."""
    base = name[1:]
    hyperbolic = base.endswith("h")
    shown = ("ar" if hyperbolic else "arc") + base
    aliases = (f"arc{base}", f"a{base}") if hyperbolic else (f"a{base}",)
    return FunctionName(name, (1,), name, shown, latex, aliases)


_ENTRIES: Final = (
    FunctionName("exp", (1,), "exp", latex=r"\exp"),
    FunctionName("log", (1, 2), "log", "ln", r"\ln", ("log",)),
    *(_trigonometric(name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")),
    *(_trigonometric(name) for name in ("sinh", "cosh", "tanh", "coth")),
    *(_trigonometric(name, rf"\operatorname{{{name}}}") for name in ("sech", "csch")),
    *(_inverse(name, rf"\arc{name[1:]}") for name in ("asin", "acos", "atan")),
    *(_inverse(name) for name in ("acot", "asec", "acsc")),
    *(_inverse(name) for name in ("asinh", "acosh", "atanh", "acoth", "asech", "acsch")),
    FunctionName("atan2", (2,), "atan2"),
    FunctionName("abs", (1,), "Abs", aliases=("Abs",)),
    FunctionName("sign", (1,), "sign", aliases=("sgn",)),
    FunctionName("floor", (1,), "floor"),
    FunctionName("ceiling", (1,), "ceiling", aliases=("ceil",)),
    FunctionName("min", (), "Min", latex=r"\min", aliases=("Min",)),
    FunctionName("max", (), "Max", latex=r"\max", aliases=("Max",)),
    FunctionName("heaviside", (1,), "Heaviside", aliases=("Heaviside", "step")),
    FunctionName("dirac", (1,), "DiracDelta", aliases=("DiracDelta",)),
    FunctionName("piecewise", (), "Piecewise", aliases=("Piecewise", "cases")),
    FunctionName("integral", (4,), "Integral", aliases=("Integral",)),
    FunctionName("factorial", (1,), "factorial"),
    FunctionName("erf", (1,), "erf"),
    FunctionName("erfc", (1,), "erfc"),
    FunctionName("erfi", (1,), "erfi"),
    FunctionName("erfinv", (1,), "erfinv"),
    FunctionName("erfcinv", (1,), "erfcinv"),
    FunctionName("gamma", (1,), "gamma", "Γ", r"\Gamma", ("Gamma",), greek=True),
    FunctionName("loggamma", (1,), "loggamma", aliases=("lgamma",)),
    FunctionName("digamma", (1,), None, aliases=("psi",), latex=r"\psi"),
    FunctionName("polygamma", (2,), "polygamma"),
    FunctionName("beta", (2,), "beta", latex=r"\mathrm{B}", greek=True),
    FunctionName("zeta", (1, 2), "zeta", "ζ", r"\zeta", greek=True),
    FunctionName("Ei", (1,), "Ei"),
    FunctionName("Si", (1,), "Si"),
    FunctionName("Ci", (1,), "Ci"),
    FunctionName("Shi", (1,), "Shi"),
    FunctionName("Chi", (1,), "Chi"),
    FunctionName("li", (1,), "li"),
    FunctionName("fresnels", (1,), "fresnels", latex="S"),
    FunctionName("fresnelc", (1,), "fresnelc", latex="C"),
    FunctionName("lambertw", (1,), "LambertW", latex="W", aliases=("LambertW",)),
    FunctionName("besselj", (2,), "besselj"),
    FunctionName("bessely", (2,), "bessely"),
    FunctionName("besseli", (2,), "besseli"),
    FunctionName("besselk", (2,), "besselk"),
)

FUNCTIONS: Final[Mapping[str, FunctionName]] = {entry.name: entry for entry in _ENTRIES}
"""The functions that SymPy has too, by name; a rulebook adds those that its cards define."""


def spellings(functions: Mapping[str, FunctionName]) -> dict[str, str]:
    """Every spelling that is read, with the name it stands for; a name goes before another's alias.

    Examples:
        >>> spellings(FUNCTIONS)["arcsin"], spellings(FUNCTIONS)["ln"]
        ('asin', 'log')
    """
    # One-line text is written for every step of a derivation, nearly always with the functions known here.
    return _known() if functions is FUNCTIONS else _spelled(functions)


@cache
def _known() -> dict[str, str]:
    return _spelled(FUNCTIONS)


def _spelled(functions: Mapping[str, FunctionName]) -> dict[str, str]:
    entries = functions.values()
    return {
        **{alias: entry.name for entry in entries for alias in entry.aliases},
        **{entry.shown: entry.name for entry in entries},
        **{entry.name: entry.name for entry in entries},
    }
