"""Tidying: the moves that give a derivative the form of a textbook's answer key."""

from stepcalc.calculus.tidying.tidy import Change, Form, Tidied, tidy

__all__ = ["Change", "Form", "Tidied", "tidy"]
