"""Problems from texts with their published answers: roots, optima, optima under constraints.

BF: Burden and Faires, Numerical Analysis, ninth edition, chapters 2 and 10. MGH: Moré, Garbow and Hillstrom,
Testing Unconstrained Optimization Software, 1981, by number. HS: Hock and Schittkowski, Test Examples for
Nonlinear Programming Codes, 1981, by number. Others are named where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Root:
    """What is to be 0, where to begin, the root as published, and whether steps are halved."""

    source: str
    equations: str
    start: str
    root: tuple[float, ...]
    damped: bool = False


def _broyden(n: int) -> str:
    def x(k: int) -> str:
        return f"x_{k}" if 1 <= k <= n else "0"

    return ", ".join(f"(3 - 2{x(k)}) {x(k)} - {x(k - 1)} - 2*{x(k + 1)} + 1" for k in range(1, n + 1))


def _boundary(n: int) -> str:
    """MGH 28 with h = 1/(n+1), tᵢ = i·h."""

    def x(k: int) -> str:
        return f"x_{k}" if 1 <= k <= n else "0"

    h = f"(1/{n + 1})"
    return ", ".join(
        f"2{x(k)} - {x(k - 1)} - {x(k + 1)} + {h}^2 ({x(k)} + {k}*{h} + 1)^3/2" for k in range(1, n + 1)
    )


def _almost_linear(n: int) -> str:
    """MGH 27."""
    total = " + ".join(f"x_{k}" for k in range(1, n + 1))
    lines = [f"x_{k} + {total} - {n + 1}" for k in range(1, n)]
    return ", ".join([*lines, " ".join(f"x_{k}" for k in range(1, n + 1)) + " - 1"])


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
    Root("MGH 1, Rosenbrock", "10(y - x^2), 1 - x", "-1.2,1", (1.0, 1.0)),
    Root("MGH 2, Freudenstein and Roth",
         "-13 + x + ((5 - y) y - 2) y, -29 + x + ((y + 1) y - 14) y", "6,3", (5.0, 4.0)),
    Root("MGH 3, Powell badly scaled", "10^4 x y - 1, e^(-x) + e^(-y) - 1.0001", "0,1",
         (1.098159e-5, 9.106146)),
    Root("MGH 5, Beale, two of three", "1.5 - x(1 - y), 2.25 - x(1 - y^2)", "1,1/2", (3.0, 0.5)),
    Root("MGH 7, helical valley",
         "10(z - 10 atan2(y, x)/(2pi)), 10(sqrt(x^2 + y^2) - 1), z", "-1,1/1000,0", (1.0, 0.0, 0.0), True),
    Root("MGH 13, Powell singular",
         "a + 10b, sqrt(5) (c - d), (b - 2c)^2, sqrt(10) (a - d)^2", "3,-1,0,1", (0.0, 0.0, 0.0, 0.0)),
    Root("MGH 27, Brown almost linear", _almost_linear(5), "1/2,1/2,1/2,1/2,1/2", (-0.5790430884941,) * 4
         + (8.8952154424706,)),
    Root("MGH 28, discrete boundary value", _boundary(5), "-5/36,-8/36,-9/36,-8/36,-5/36",
         (-0.07502212, -0.13197622, -0.16484877, -0.16466468, -0.11741765)),
    Root("MGH 30, Broyden tridiagonal", _broyden(9), "-1,-1,-1,-1,-1,-1,-1,-1,-1",
         (-0.5706545, -0.6816283, -0.7017325, -0.7042129, -0.7013690, -0.6918656, -0.6657920, -0.5960342,
          -0.4164121)),
    Root("MGH 35, Chebyquad with n = 2", "x + y - 1, (2x-1)^2 + (2y-1)^2 - 2/3", "1/3,2/3",
         (0.2113248654, 0.7886751346)),
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


def _jennrich(m: int) -> str:
    return " + ".join(f"({2 + 2 * k} - (e^({k} x) + e^({k} y)))^2" for k in range(1, m + 1))


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
    Optimum("MGH 1, Rosenbrock", "100(y - x^2)^2 + (1 - x)^2", "x,y", (((1, 1), 0, "minimum"),)),
    Optimum("MGH 2, Freudenstein and Roth",
            "(-13 + x + ((5 - y) y - 2) y)^2 + (-29 + x + ((y + 1) y - 14) y)^2", "x,y",
            (((5, 4), 0, "minimum"), ((11.41277899, -0.89680525), 48.98425368, "minimum")),
            on="0,15; -5,6", all=False),
    Optimum("MGH 5, Beale", "(1.5 - x(1 - y))^2 + (2.25 - x(1 - y^2))^2 + (2.625 - x(1 - y^3))^2", "x,y",
            (((3, 0.5), 0, "minimum"),), all=False),
    Optimum("MGH 13, Powell singular", "(a + 10b)^2 + 5(c - d)^2 + (b - 2c)^4 + 10(a - d)^4", "a,b,c,d",
            (((0, 0, 0, 0), 0, "minimum"),)),
    Optimum("MGH 14, Wood",
            "100(b - a^2)^2 + (1-a)^2 + 90(d - c^2)^2 + (1-c)^2 + 10(b + d - 2)^2 + (b - d)^2/10", "a,b,c,d",
            (((1, 1, 1, 1), 0, "minimum"),), all=False),
    Optimum("MGH 6, Jennrich and Sampson", _jennrich(10), "x,y",
            (((0.2578252, 0.2578252), 124.36218, "minimum"),), on="0.2,0.3; 0.2,0.3", all=False),
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
    """A function, its constraints, the published optimum, and where HS begins, if closed forms are not sought.

    The kind is "minimum" or "maximum"; "minimum?" where the published point is one at which second derivatives
    do not decide.
    """

    source: str
    function: str
    subject: str
    point: tuple[float, ...]
    value: float
    kind: str = "minimum"
    start: str | None = None
    letters: str = ""


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
    UnderConstraints("HS 6", "(1-x)^2", "10(y - x^2) = 0", (1, 1), 0),
    UnderConstraints("HS 7", "ln(1 + x^2) - y", "(1 + x^2)^2 + y^2 = 4", (0, 1.732050808), -1.732050808),
    UnderConstraints("HS 9", "sin(pi x/12) cos(pi y/16)", "4x - 3y = 0", (-3, -4), -0.5, start="-2,-3"),
    UnderConstraints("HS 26", "(x-y)^2 + (y-z)^4", "(1 + y^2) x + z^4 = 3", (1, 1, 1), 0, "minimum?",
                     "-2.6,2,2"),
    UnderConstraints("HS 27", "0.01(x-1)^2 + (y-x^2)^2", "x + z^2 = -1", (-1, 1, 0), 0.04),
    UnderConstraints("HS 28", "(x+y)^2 + (y+z)^2", "x + 2y + 3z = 1", (0.5, -0.5, 0.5), 0),
    UnderConstraints("HS 39", "-a", "b - a^3 - c^2 = 0; a^2 - b - d^2 = 0", (1, 1, 0, 0), -1, start="2,2,2,2"),
    UnderConstraints("HS 40", "-a b c d", "a^3 + b^2 = 1; a^2 d = c; d^2 = b",
                     (0.793700526, 0.707106781, 0.529731547, 0.840896415), -0.25, start="0.8,0.8,0.8,0.8"),
    UnderConstraints("HS 42", "(a-1)^2 + (b-2)^2 + (c-3)^2 + (d-4)^2", "a = 2; c^2 + d^2 = 2",
                     (2, 2, 0.848528137, 1.131370850), 13.857864376),
    UnderConstraints("HS 46", "(a-b)^2 + (c-1)^2 + (d-1)^4 + (p-1)^6",
                     "a^2 d + sin(d - p) = 1; b + c^4 d^2 = 2", (1, 1, 1, 1, 1), 0, "minimum?",
                     "sqrt(2)/2,1.75,0.5,2,2"),
    UnderConstraints("HS 48", "(a-1)^2 + (b-c)^2 + (d-p)^2", "a + b + c + d + p = 5; c - 2(d + p) = -3",
                     (1, 1, 1, 1, 1), 0),
    UnderConstraints("HS 49", "(a-b)^2 + (c-1)^2 + (d-1)^4 + (p-1)^6", "a + b + c + 4d = 7; c + 5p = 6",
                     (1, 1, 1, 1, 1), 0, "minimum?", "10,7,2,-3,0.8"),
    UnderConstraints("HS 50", "(a-b)^2 + (b-c)^2 + (c-d)^4 + (d-p)^2",
                     "a + 2b + 3c = 6; b + 2c + 3d = 6; c + 2d + 3p = 6", (1, 1, 1, 1, 1), 0, "minimum",
                     "35,-31,11,5,-5"),
    UnderConstraints("HS 51", "(a-b)^2 + (b+c-2)^2 + (d-1)^2 + (p-1)^2", "a + 3b = 4; c + d - 2p = 0; b = p",
                     (1, 1, 1, 1, 1), 0),
    UnderConstraints("HS 52", "(4a-b)^2 + (b+c-2)^2 + (d-1)^2 + (p-1)^2", "a + 3b = 0; c + d - 2p = 0; b = p",
                     (-33 / 349, 11 / 349, 180 / 349, -158 / 349, 11 / 349), 1859 / 349),
    UnderConstraints("HS 61", "4x^2 + 2y^2 + 2z^2 - 33x + 16y - 24z", "3x - 2y^2 = 7; 4x - z^2 = 11",
                     (5.32677016, -2.11899864, 3.21046424), -143.6461422, start="4,-1,2"),
    UnderConstraints("HS 77", "(a-1)^2 + (a-b)^2 + (c-1)^2 + (d-1)^4 + (p-1)^6",
                     "a^2 d + sin(d - p) = 2sqrt(2); b + c^4 d^2 = 8 + sqrt(2)",
                     (1.166172, 1.182111, 1.380257, 1.506036, 0.6109203), 0.24150513, start="2,2,2,2,2"),
    UnderConstraints("HS 78", "a b c d p", "a^2 + b^2 + c^2 + d^2 + p^2 = 10; b c - 5d p = 0; a^3 + b^3 = -1",
                     (-1.717142, 1.595708, 1.827248, -0.7636429, -0.7636435), -2.91970041,
                     start="-2,1.5,2,-1,-1"),
    UnderConstraints("HS 79", "(a-1)^2 + (a-b)^2 + (b-c)^2 + (c-d)^4 + (d-p)^4",
                     "a + b^2 + c^3 = 2 + 3sqrt(2); b - c^2 + d = -2 + 2sqrt(2); a p = 2",
                     (1.191127, 1.362603, 1.472818, 1.635017, 1.679081), 0.0787768209, start="2,2,2,2,2"),
)  # fmt: skip
