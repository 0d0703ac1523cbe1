"""Functions of several variables from texts: coordinates, statistics, test functions of optimisation."""

from __future__ import annotations

JACOBIANS = {
    "polar coordinates": ("r cos(t), r sin(t)", "r,t"),
    "spherical coordinates": ("r sin(p) cos(t), r sin(p) sin(t), r cos(p)", "r,p,t"),
    "cylindrical coordinates": ("r cos(t), r sin(t), z", "r,t,z"),
    "elliptic coordinates": ("a cosh(u) cos(v), a sinh(u) sin(v)", "u,v"),
    "parabolic coordinates": ("u v, (u^2 - v^2)/2", "u,v"),
    "polar inverse": ("sqrt(x^2 + y^2), arctan(y/x)", "x,y"),
    "softmax of two": ("e^x/(e^x + e^y), e^y/(e^x + e^y)", "x,y"),
    "softmax of three": ("e^x/(e^x + e^y + e^z), e^y/(e^x + e^y + e^z), e^z/(e^x + e^y + e^z)", "x,y,z"),
    "inversion": ("x/(x^2 + y^2), y/(x^2 + y^2)", "x,y"),
    "stereographic projection": ("2u/(1+u^2+v^2), 2v/(1+u^2+v^2), (u^2+v^2-1)/(1+u^2+v^2)", "u,v"),
    "linear map": ("a x + b y, c x + d y", "x,y"),
    "Lotka-Volterra": ("a x - b x y, c x y - d y", "x,y"),
    "pendulum": ("w, -g sin(t)/l - b w", "t,w"),
    "Lorenz": ("s (y - x), x (r - z) - y, x y - b z", "x,y,z"),
    "neuron": ("tanh(a x + b y), tanh(c x + d y)", "x,y"),
}  # fmt: skip
"""Maps, with the letters in the order of the columns."""

HESSIANS = {
    "quadratic form": ("a x^2 + 2b x y + c y^2", "x,y"),
    "Rosenbrock": ("(1 - x)^2 + 100(y - x^2)^2", "x,y"),
    "Himmelblau": ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "x,y"),
    "Beale": ("(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2", "x,y"),
    "Booth": ("(x + 2y - 7)^2 + (2x + y - 5)^2", "x,y"),
    "Gaussian": ("e^(-(x^2 + y^2)/2)", "x,y"),
    "normal density": ("e^(-x^2/(2 s^2))/s", "x,s"),
    "log-sum-exp of two": ("ln(e^x + e^y)", "x,y"),
    "log-sum-exp of three": ("ln(e^x + e^y + e^z)", "x,y,z"),
    "distance": ("sqrt(x^2 + y^2)", "x,y"),
    "Newton potential": ("1/sqrt(x^2 + y^2 + z^2)", "x,y,z"),
    "monkey saddle": ("x^3 - 3x y^2", "x,y"),
    "Cobb-Douglas": ("x^a y^b", "x,y"),
    "logistic loss": ("ln(1 + e^(-(a x + b y)))", "x,y"),
    "entropy": ("-x ln(x) - y ln(y)", "x,y"),
    "Rastrigin": ("20 + x^2 + y^2 - 10 cos(2 pi x) - 10 cos(2 pi y)", "x,y"),
}  # fmt: skip
"""Functions, with their letters in order."""
