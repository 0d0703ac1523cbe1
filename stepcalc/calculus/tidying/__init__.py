"""Tidying: the moves that give a derivative the form of a textbook's answer key."""

from stepcalc.calculus.tidying.tidy import Form, Tidied, tidy
from stepcalc.calculus.tidying.trail import Change

__all__ = ["Change", "Form", "Tidied", "tidy"]
