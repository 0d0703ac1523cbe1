"""An equation in one letter as it was given, and the same with one letter in place of a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from stepcalc.notation.forms import Form, call
from stepcalc.rulebook.equations.algebra import Algebra, Expr


@dataclass(frozen=True, slots=True)
class Equation:
    """An expression that is to be 0.

    Args:
        form: The expression.
        letter: The letter that is sought.
        algebra: Its letters as SymPy's.
        expression: The expression as SymPy's.
    """

    form: Form
    letter: Form
    algebra: Algebra
    expression: Expr

    @property
    def unknown(self) -> Expr:
        """The letter as SymPy's."""
        return self.algebra.unknowns[0]

    def goal(self, rule: str, *more: Form) -> Form:
        """The goal of a rule."""
        return call(rule, self.form, self.letter, *more)

    def has(self, expression: Expr) -> bool:
        """Whether the letter stands in an expression."""
        return self.unknown in expression.free_symbols


def substituted_goal(given: Equation, inner: Expr) -> Form:
    """The equation for u in place of an expression."""
    import sympy

    fresh = fresh_letter(given.form)
    name = sympy.Dummy("u", real=True)
    if inner.is_Pow and inner.base == given.unknown:
        polynomial = sympy.Poly(given.expression, given.unknown)
        outer = sum(
            coefficient * name ** (power // int(inner.exp)) for (power,), coefficient in polynomial.terms()
        )
    else:
        outer = given.expression.xreplace({inner: name})
    from stepcalc.notation.values import form_of, value

    back = {name: value(fresh)}
    plain = {dummy: value(form) for form, dummy in changed_letters(given)}
    return given.goal(
        "zero_substituted", fresh, given.algebra.form(inner), form_of(outer.xreplace({**back, **plain}))
    )


def fresh_letter(*forms: Form) -> Form:
    """A letter for what is substituted, which none of the forms has."""
    from stepcalc.notation.forms import letter, letters_of

    names = {item.name for item in letters_of(*forms)}
    numbered = (f"u_{n}" for n in range(1, len(names) + 2))
    return letter(next(name for name in chain("uvwts", numbered) if name not in names))


def changed_letters(given: Equation) -> list[tuple[Form, Expr]]:
    """The letters that SymPy knows by another name here, with those names."""
    from stepcalc.notation.forms import letters_of
    from stepcalc.notation.values import value

    return [
        (item, given.algebra.of(item))
        for item in letters_of(given.form)
        if value(item) != given.algebra.of(item)
    ]
