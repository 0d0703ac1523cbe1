"""Strategies for letters that depend on other letters: total, implicit and logarithmic derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from stepcalc.notation.arithmetic import as_fraction, combine, opposite, over, plus, times
from stepcalc.notation.forms import Form, call, goal, letters_of, matrix, negate, rebuild
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.strategy import Strategy, entry_of, scalar, second, within_second


def definitions_of(form: Form) -> dict[Form, Form]:
    """What letters stand for, from the goal of a total derivative: ``total(f, t, x = cos(t), ...)``."""
    return {equation.args[0]: equation.args[1] for equation in form.args[2:]}


def name_of(form: Form) -> str:
    """What the subject of such a goal is called: by the letter that stands for it, else by one that is free.

    Examples:
        >>> from stepcalc.notation.forms import letter, relation
        >>> t, w, x = letter("t"), letter("w"), letter("x")
        >>> name_of(call("total", x, t, relation("=", x, t), relation("=", w, x)))
        'w'
        >>> name_of(call("total", x, t, relation("=", x, t)))
        'f'
    """
    subject = form.args[0]
    names = {body: name.name for name, body in definitions_of(form).items()}
    taken = {item.name for item in letters_of(form)}
    return names.get(subject) or next(each for each in (*"fghkuvwp", "f_0") if each not in taken)


def put_in(form: Form, definitions: Mapping[Form, Form]) -> Form:
    """A form with every letter replaced by what it stands for, as often as it takes.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> s, t, x = letter("s"), letter("t"), letter("x")
        >>> put_in(x, {x: s, s: t}) is t
        True
    """
    while letters_of(form) & definitions.keys():
        form = rebuild(form, definitions)
    return form


def dependents(form: Form, variable: Form, definitions: Mapping[Form, Form]) -> list[Form]:
    """The letters of a form through which it depends on the variable, in the order of the definitions."""
    own = letters_of(form)
    return [name for name in definitions if name in own and _leads_to(name, variable, definitions)]


def _leads_to(name: Form, variable: Form, definitions: Mapping[Form, Form]) -> bool:
    """Whether a letter depends on the variable, over any number of levels."""
    seen: set[Form] = set()
    front: frozenset[Form] = frozenset({name})
    while front:
        if variable in front:
            return True
        seen |= front
        front = letters_of(*(definitions[each] for each in front if each in definitions)) - seen
    return False


def total(form: Form, solve: Solve) -> Form:
    """The branches added up, with the letters replaced by what they stand for; then the direct way to compare."""
    subject, variable = form.args[:2]
    definitions = definitions_of(form)
    found = solve(call("branches", *form.args))
    solve(goal(put_in(subject, definitions), variable))
    return combine(put_in(found, definitions))


def branches(form: Form, solve: Solve) -> Form:
    """For each letter on the way: the partial derivative times the letter's own rate; explicit dependence too."""
    subject, variable, *equations = form.args
    definitions = definitions_of(form)
    terms = []
    for name in dependents(subject, variable, definitions):
        slope = solve(goal(subject, name, kind="partial"))
        body = definitions[name]
        deeper = dependents(body, variable, definitions)
        rate = solve(call("branches", body, variable, *equations) if deeper else goal(body, variable))
        terms.append(times(slope, rate))
    if variable in letters_of(subject):
        terms.append(solve(goal(subject, variable, kind="partial")))
    return combine(plus(*terms))


def levels(form: Form) -> list[tuple[tuple[Form, ...], tuple[Form, ...]]]:
    """The maps that a composition is made of, the outermost first: the components of each, and its letters.

    Every map but the last takes the letters that the next gives values to; the last takes those asked for.

    Examples:
        >>> from stepcalc.notation.forms import letter, multiply, relation, vector
        >>> s, t, x = letter("s"), letter("t"), letter("x")
        >>> goal_ = call("composed", x, vector(t), relation("=", x, multiply(s, s)), relation("=", s, t))
        >>> [tuple(item.name for item in letters) for _, letters in levels(goal_)]
        [('x',), ('s',), ('t',)]
    """
    subject, asked = form.args[:2]
    definitions = definitions_of(form)
    wanted = frozenset(asked.args)
    bodies = subject.args if subject.head == "vector" else (subject,)
    found: list[tuple[tuple[Form, ...], tuple[Form, ...]]] = []
    while True:
        own = letters_of(*bodies)
        between = tuple(
            name for name in definitions if name in own and wanted & letters_of(put_in(name, definitions))
        )
        if not between:
            return [*found, (bodies, asked.args)]
        through = tuple(name for name in asked.args if name in own)
        found.append((bodies, (*between, *through)))
        bodies = (*(definitions[name] for name in between), *through)


def factors(form: Form, solve: Solve) -> list[list[list[Form]]]:
    """The Jacobians of the maps that a composition is made of, as rows."""
    return [
        [[solve(goal(body, name, kind="partial")) for name in letters] for body in bodies]
        for bodies, letters in levels(form)
    ]


def composed(form: Form, solve: Solve) -> Form:
    """The product of the Jacobians, with the letters replaced by what they stand for."""
    first, *others = factors(form, solve)
    rows = first
    for other in others:
        columns = list(zip(*other, strict=True))
        rows = [[plus(*map(times, row, column)) for column in columns] for row in rows]
    definitions = definitions_of(form)
    return matrix([[combine(put_in(entry, definitions)) for entry in row] for row in rows])


def composed_entry(form: Form, row: int, column: int) -> Form:
    """What an entry is: everything put in first, then differentiated."""
    subject, asked = form.args[:2]
    parts = subject.args if subject.head == "vector" else (subject,)
    return goal(put_in(parts[row], definitions_of(form)), asked.args[column], kind="partial")


def composed_shape(form: Form) -> tuple[int, int]:
    """A row for each component, a column for each letter asked for."""
    subject, asked = form.args[:2]
    return len(subject.args) if subject.head == "vector" else 1, len(asked.args)


def total_entry(form: Form, *_: int) -> Form:
    """What a total derivative is: everything put in first, then differentiated."""
    return goal(put_in(form.args[0], definitions_of(form)), form.args[1])


def settle_branches(form: Form, result: Form) -> Form:
    """The answer with the letters put in, so that it can be compared."""
    return put_in(result, definitions_of(form))


def implicit(form: Form, solve: Solve) -> Form:
    """dy/dx = −(∂F/∂x)/(∂F/∂y) where F(x, y) = 0 ties y to x."""
    relation_zero, x, y = form.args
    across = solve(goal(relation_zero, x, kind="partial"))
    up = solve(goal(relation_zero, y, kind="partial"))
    return combine(opposite(over(across, up)), cancel=True)


def implicit_again(form: Form, solve: Solve) -> Form:
    """The second derivative: the slope differentiated, y moving along with it."""
    relation_zero, x, y = form.args
    slope = solve(call("implicit", relation_zero, x, y))
    across = solve(goal(slope, x, kind="partial"))
    up = solve(goal(slope, y, kind="partial"))
    return combine(plus(across, times(up, slope)), cancel=True)


def logarithmically(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    """f′ = f·(ln f)′, the logarithm of a product of powers being a sum."""
    subject, variable = wanted.args
    opened = solve(goal(logarithm(subject), variable))
    return combine(times(subject, opened), cancel=opened.head != "goal")


def is_product_of_powers(form: Form) -> bool:
    """Whether the logarithm takes a form apart: it is a product, a quotient or a power.

    Examples:
        >>> from stepcalc.notation.forms import add, letter, multiply
        >>> x, y = letter("x"), letter("y")
        >>> is_product_of_powers(multiply(x, y)), is_product_of_powers(add(x, y))
        (True, False)
    """
    return form.head in ("product", "quotient", "power", "root") or form.label == "exp"


def logarithm(form: Form) -> Form:
    """ln|f| with products, quotients and powers taken apart.

    Examples:
        >>> from stepcalc.notation.forms import letter, multiply
        >>> logarithm(multiply(letter("x"), letter("y"))).head
        'sum'
    """
    parts = _parts(form)
    return plus(*(times(factor, _single(base, factor)) for base, factor in parts))


def _parts(form: Form) -> Sequence[tuple[Form, Form]]:
    """The bases of a product of powers, with their exponents."""
    from stepcalc.notation.arithmetic import base_and_exponent
    from stepcalc.notation.forms import ONE

    found: list[tuple[Form, Form]] = []
    stack = [(form, ONE)]
    while stack:
        node, exponent = stack.pop()
        if node.head == "product":
            stack.extend((factor, exponent) for factor in reversed(node.args))
        elif node.head == "quotient":
            stack.append((node.args[1], negate(exponent)))
            stack.append((node.args[0], exponent))
        elif node.head in ("power", "root"):
            base, own = base_and_exponent(node)
            stack.append((base, times(exponent, own)))
        elif as_fraction(node) not in ((1,) if letters_of(exponent) else (1, -1)):
            found.append((node, exponent))
    return found


def _single(base: Form, exponent: Form) -> Form:
    """ln|b|; of a negative number whose exponent varies ln(b), as |bˣ| is not bˣ but for a constant sign."""
    if base.head == "call" and base.label == "exp":
        return base.args[0]
    known = as_fraction(base)
    if known is not None and known < 0 and not letters_of(exponent):
        base = negate(base)
    return call("log", base)


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "total": Strategy(total, scalar, total_entry, letters=second),
    "branches": Strategy(branches, scalar, total_entry, settle_branches, letters=second),
    "composed": Strategy(composed, composed_shape, composed_entry, letters=within_second),
    "implicit": Strategy(implicit, scalar, entry_of, letters=second, divides=True),
    "implicit_again": Strategy(
        implicit_again, scalar, entry_of, letters=lambda form: (form.args[1], form.args[1])
    ),
}
"""By the name of the goal."""
