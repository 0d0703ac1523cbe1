"""Problems from texts with their published answers: roots, optima, optima under constraints.

BF: Burden and Faires, Numerical Analysis, ninth edition, chapters 2 and 10; the answers to its exercises 2.3.5 and
2.3.6 are also in several public solutions (NumericalMethods' falsePosition tests, course pages). MGH: see
more_garbow_hillstrom.py. HS: see hock_schittkowski.py. Stewart: Calculus, Early Transcendentals, seventh edition.
Others are named where they stand. Answers that a text gives in few digits stand here in these digits, with
``accuracy`` to match; where more digits stand here than in the text, they follow from the text's closed form.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.calculus.hock_schittkowski import numbered
from tests.calculus.more_garbow_hillstrom import (
    Function,
    boundary_value,
    broyden_banded,
    broyden_tridiagonal,
    fractions,
    functions,
    integral_equation,
)

_MGH = functions()


@dataclass(frozen=True)
class Root:
    """What is to be 0, where to begin, the root as published, to how many digits, and whether steps are halved."""

    source: str
    equations: str
    start: str
    root: tuple[float, ...]
    damped: bool = False
    accuracy: float = 1e-6


def _system(function: Function, root: tuple[float, ...], accuracy: float = 1e-6, more: str = "") -> Root:
    return Root(
        function.source + more, ", ".join(function.residuals), function.begin, root, accuracy=accuracy
    )


def _several(number: int, name: str, residuals: tuple[str, ...], start: str, root: tuple[float, ...]) -> Root:
    """One of those whose size varies, with five letters, as the R package funconstrain gives their roots."""
    return Root(f"MGH {number}, {name}, n = 5", ", ".join(residuals), start, root, accuracy=1e-6)


_BOUNDARY = (-0.07502213, -0.1319762, -0.1648488, -0.1646647, -0.1174177)
"""xmin of funconstrain's 28_disc_bv.R and 29_disc_ie.R: both discretise the same problem, to the same values."""

ROOTS = (
    Root("Wallis, 1685", "x^3 - 2x - 5", "2", (2.0945514815423265,)),
    Root("BF 2.1", "x^3 + 4x^2 - 10", "1.5", (1.365230013414097,)),
    Root("BF 2.3", "cos(x) - x", "0.7853981635", (0.7390851332151607,)),
    Root("BF 2.3.5a", "x^3 - 2x^2 - 5", "2", (2.690647448028614,)),
    Root("BF 2.3.5b", "x^3 + 3x^2 - 1", "-3", (-2.879385241571817,)),
    Root("BF 2.3.5d", "x - 0.8 - 0.2 sin(x)", "0.78", (0.9643338876952227,)),
    Root("BF 2.3.6a", "e^x + 2^(-x) + 2cos(x) - 6", "1.5", (1.829383601933849,)),
    Root("BF 2.3.6b", "ln(x-1) + cos(x-1)", "1.3", (1.397748475958747,)),
    Root("BF 2.3.6c", "2x cos(2x) - (x-2)^2", "2", (2.370686917662262,)),
    Root("BF 2.3.6d", "(x-2)^2 - ln(x)", "1", (1.412391172023884,)),
    Root("BF 2.3.6e", "e^x - 3x^2", "1", (0.9100075724887091,)),
    Root("BF 2.3.6f", "sin(x) - e^(-x)", "0", (0.5885327439818611,)),
    Root("BF 2.4, example 1: a double root", "e^x - x - 1", "1", (0.0,)),
    Root("Kepler's equation, e = 0.1, M = 1", "y - 0.1 sin(y) = 1", "1", (1.0885977523978936,)),
    Root("BF 10.2, example 1",
         "3x - cos(y z) - 1/2, x^2 - 81(y + 0.1)^2 + sin(z) + 1.06, e^(-x y) + 20z + (10pi - 3)/3",
         "0.1,0.1,-0.1", (0.5, 0.0, -0.5235987755982989)),
    _system(_MGH[0], (1, 1)),
    _system(_MGH[1], (5, 4)),
    _system(_MGH[2], (1.098e-5, 9.106), 2e-4),
    _system(_MGH[6], (1, 0, 0)),
    _system(_MGH[12], (0, 0, 0, 0)),
    _system(_MGH[26], (1,) * 10, more=": α = 1 of nαⁿ − (n+1)αⁿ⁻¹ + 1 = 0"),
    _several(28, "discrete boundary value", boundary_value(5), ",".join(fractions(5)), _BOUNDARY),
    _several(29, "discrete integral equation", integral_equation(5), ",".join(fractions(5)), _BOUNDARY),
    _several(30, "Broyden tridiagonal", broyden_tridiagonal(5), "-1,-1,-1,-1,-1",
             (-0.5648284, -0.6662737, -0.6609170, -0.5950500, -0.4162011)),
    _several(31, "Broyden banded", broyden_banded(5), "-1,-1,-1,-1,-1",
             (-0.4283029, -0.4765965, -0.5196377, -0.5588620, -0.5588620)),
)  # fmt: skip


@dataclass(frozen=True)
class Optimum:
    """A function, a region if there is one, and published points: coordinates, value, kind.

    A kind is "minimum", "maximum", "saddle"; "largest" and "smallest" are those of the region.
    """

    source: str
    function: str
    letters: str
    points: tuple[tuple[tuple[float, ...], float, str], ...]
    on: str | None = None
    all: bool = True
    accuracy: float = 2e-6


def _least(
    number: int,
    *points: tuple[tuple[float, ...], float],
    on: str | None = None,
    all: bool = False,
    accuracy: float = 2e-6,
) -> Optimum:
    """The sum of squares of a function of Moré, Garbow and Hillstrom, and its minima."""
    given = _MGH[number - 1]
    told = tuple((point, value, "minimum") for point, value in points)
    return Optimum(given.source, given.squares, given.letters, told, on, all, accuracy)


OPTIMA = (
    Optimum("Stewart 14.7, example 1", "x^2 + y^2 - 2x - 6y + 14", "x,y", (((1, 3), 4, "minimum"),)),
    Optimum("Stewart 14.7, example 2", "y^2 - x^2", "x,y", (((0, 0), 0, "saddle"),)),
    Optimum("Stewart 14.7, example 3", "x^4 + y^4 - 4x y + 1", "x,y",
            (((-1, -1), -1, "minimum"), ((0, 0), 1, "saddle"), ((1, 1), -1, "minimum"))),
    Optimum("Stewart 14.7, example 4", "10x^2 y - 5x^2 - 4y^2 - x^4 - 2y^4", "x,y",
            (((-2.644224, 1.898384), 8.495850, "maximum"), ((-0.856657, 0.646772), -1.484679, "saddle"),
             ((0, 0), 0, "maximum"), ((0.856657, 0.646772), -1.484679, "saddle"),
             ((2.644224, 1.898384), 8.495850, "maximum"))),
    Optimum("Stewart 14.7, example 5", "(x-1)^2 + y^2 + (6 - x - 2y)^2", "x,y",
            (((11 / 6, 5 / 3), 25 / 6, "minimum"),)),
    Optimum("Stewart 14.7, example 6", "(12x y - x^2 y^2)/(2(x + y))", "x,y", (((2, 2), 4, "maximum"),),
            all=False),
    Optimum("Stewart 14.7, example 7", "x^2 - 2x y + 2y", "x,y",
            (((3, 0), 9, "largest"), ((0, 0), 0, "smallest")), on="0,3; 0,2"),
    Optimum("Stewart 14.7.6", "x^3 y + 12x^2 - 8y", "x,y", (((2, -4), 48, "saddle"),)),
    Optimum("Stewart 14.7.9", "x y + 1/x + 1/y", "x,y", (((1, 1), 3, "minimum"),)),
    Optimum("Stewart 14.7.15", "(x^2 + y^2) e^(y^2 - x^2)", "x,y",
            (((-1, 0), 0.36787944117, "saddle"), ((0, 0), 0, "minimum"), ((1, 0), 0.36787944117, "saddle"))),
    Optimum("Stewart 14.7.23", "sin(x) + sin(y) + sin(x + y)", "x,y",
            (((1.0471975512, 1.0471975512), 2.5980762114, "largest"),
             ((5.2359877560, 5.2359877560), -2.5980762114, "smallest")), on="0,2pi; 0,2pi"),
    Optimum("Stewart 4.1, example 7", "x^(3/5) (4 - x)", "x",
            (((0,), 0, "saddle"), ((1.5,), 3.1885641, "maximum"))),
    Optimum("Stewart 4.1, example 8", "x^3 - 3x^2 + 1", "x",
            (((4,), 17, "largest"), ((2,), -3, "smallest")), on="-1/2,4"),
    Optimum("Stewart 4.1, example 9", "x - 2sin(x)", "x",
            (((5.2359877560,), 6.9680385637, "largest"), ((1.0471975512,), -0.6848532564, "smallest")),
            on="0,2pi"),
    Optimum("Stewart 4.3, example 7", "x^(2/3) (6 - x)^(1/3)", "x",
            (((0,), 0, "minimum"), ((4,), 3.1748021, "maximum"), ((6,), 0, "saddle"))),
    Optimum("The monkey saddle", "x^3 - 3x y^2", "x,y", (((0, 0), 0, "saddle"),)),
    Optimum("Peano's function", "(y - x^2)(y - 3x^2)", "x,y", (((0, 0), 0, "saddle"),)),
    _least(1, ((1, 1), 0), all=True),
    _least(2, ((5, 4), 0), ((11.41, -0.8968), 48.9842), on="0,15; -5,6", accuracy=3e-4),
    _least(5, ((3, 0.5), 0)),
    _least(13, ((0, 0, 0, 0), 0), all=True),
    _least(14, ((1, 1, 1, 1), 0)),
    _least(6, ((0.2578, 0.2578), 124.362), on="0.2,0.3; 0.2,0.3", accuracy=1e-4),
    Optimum("Himmelblau", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "x,y",
            (((3, 2), 0, "minimum"), ((-2.805118, 3.131313), 0, "minimum"),
             ((-3.779310, -3.283186), 0, "minimum"), ((3.584428, -1.848126), 0, "minimum"),
             ((-0.270845, -0.923039), 181.616522, "maximum")), all=False),
    Optimum("The six-hump camel", "4x^2 - 2.1x^4 + x^6/3 + x y - 4y^2 + 4y^4", "x,y",
            (((0.08984201, -0.71265640), -1.0316284535, "minimum"),
             ((-0.08984201, 0.71265640), -1.0316284535, "minimum")), all=False),
)  # fmt: skip


@dataclass(frozen=True)
class UnderConstraints:
    """A function, its constraints, the published optimum, and where HS begins, if closed forms are not sought."""

    source: str
    function: str
    subject: str
    point: tuple[float, ...]
    value: float
    kind: str = "minimum"
    start: str | None = None
    accuracy: float = 3e-6


def _given(number: int) -> UnderConstraints:
    """A problem of Hock and Schittkowski to be solved in closed form."""
    asked = numbered(number)
    return UnderConstraints(
        asked.source, asked.function, asked.subject, asked.point, asked.value, accuracy=asked.accuracy
    )


def _from_start(number: int) -> UnderConstraints:
    """A problem of Hock and Schittkowski from the published start."""
    asked = numbered(number)
    return UnderConstraints(
        asked.source, asked.function, asked.subject, asked.point, asked.value, "minimum", asked.start,
        asked.accuracy,
    )  # fmt: skip


CONSTRAINED = (
    UnderConstraints("Stewart 14.8, example 1", "x y z", "2x z + 2y z + x y = 12", (2, 2, 1), 4, "maximum"),
    UnderConstraints("Stewart 14.8, example 2", "x^2 + 2y^2", "x^2 + y^2 = 1", (0, 1), 2, "maximum"),
    UnderConstraints("Stewart 14.8, example 4", "(x-3)^2 + (y-1)^2 + (z+1)^2", "x^2 + y^2 + z^2 = 4",
                     (1.809068067, 0.603022689, -0.603022689), 1.733500836),
    UnderConstraints("Stewart 14.8, example 5", "x + 2y + 3z", "x - y + z = 1; x^2 + y^2 = 1",
                     (-0.371390676, 0.928476691, 2.299867367), 8.385164807, "maximum"),
    UnderConstraints("The course's own, with a = 1", "x^2 y", "x^2 + y^2 = 1", (0.816496581, 0.577350269),
                     0.384900179, "maximum"),
    UnderConstraints("Stewart 14.8.5", "x y", "4x^2 + y^2 = 8", (1, 2), 2, "maximum"),
    *map(_given, (6, 27, 28, 40, 42, 48, 51, 52)),
    *map(_from_start, (7, 9, 26, 39, 46, 49, 50, 61, 77, 78, 79)),
)  # fmt: skip
