"""The steps of equations that are to hold together: what each opens, and the points it puts together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from stepcalc.notation.forms import ZERO, Form, letters_of, matrix, numeral, rebuild
from stepcalc.notation.operators import rows_of
from stepcalc.rulebook.equations.algebra import Algebra, counter, counters_of, is_rounded, unsolved
from stepcalc.rulebook.equations.choosing import equation
from stepcalc.rulebook.equations.putting_in import exceptions, put_back, put_in, whole_zeros
from stepcalc.rulebook.equations.rows import by_parity, kept, renamed
from stepcalc.rulebook.equations.solving import difference
from stepcalc.rulebook.equations.together import System, factors_of, system
from stepcalc.rulebook.goals import Solve


def _whole(form: Form) -> tuple[tuple[Form, ...], tuple[Form, ...]]:
    return form.args[0].args, form.args[1].args


def _answer(form: Form, rows: Sequence[Sequence[Form]]) -> Form:
    """The rows that solve the equations; their integers are k, m, n in the order of the coordinates."""
    forms, letters = _whole(form)
    given = letters_of(*forms, *letters)
    return matrix([_in_order(row, given) for row in kept(forms, letters, rows)])


def _in_order(row: Sequence[Form], given: Collection[Form]) -> list[Form]:
    own = [item for part in row for item in counters_of(part) if item not in given]
    change: dict[Form, Form] = {}
    for item in dict.fromkeys(own):
        change[item] = counter(*given, *change.values())
    return [rebuild(part, change) for part in row]


def free(form: Form, solve: Solve) -> Form:
    """Nothing is asked of the letters that are left: they may have any value."""
    return matrix([list(form.args[1].args)])


def never(form: Form, solve: Solve) -> Form:
    """One of the equations has no solution."""
    return matrix([])


def cases(form: Form, solve: Solve) -> Form:
    """The equation with each of its factors in its place."""
    forms, letters = _whole(form)
    place, factors = int(numeral(form.args[2])), form.args[3].args
    rest = (*forms[:place], *forms[place + 1 :])
    found: list[list[Form]] = []
    for factor in factors:
        found += rows_of(solve(system([factor, *without(rest, factor, letters)], letters)))
    return _answer(form, found)


def without(rest: Sequence[Form], factor: Form, letters: Sequence[Form]) -> list[Form]:
    """The other equations of a case, but for those that are products with the same factor."""
    return [each for each in rest if not _has_factor(each, factor, letters)]


def _has_factor(form: Form, factor: Form, letters: Sequence[Form]) -> bool:
    """Whether an equation holds where this factor is 0, as it is a product with it."""
    algebra = Algebra(letters, [form, factor, *letters])
    given = System((form, factor), tuple(letters), algebra, (algebra.of(form), algebra.of(factor)))
    return algebra.of(factor) in factors_of(given, algebra.of(form))


def single(form: Form, solve: Solve) -> Form:
    """An equation in one letter is solved, and each solution put into the others."""
    forms, letters = _whole(form)
    place, letter = int(numeral(form.args[2])), form.args[3]
    rest, others = (*forms[:place], *forms[place + 1 :]), [each for each in letters if each is not letter]
    found: list[list[Form]] = []
    for (root,) in rows_of(solve(equation(forms[place], letter))):
        if is_rounded(root):
            raise unsolved()
        found += _after(rest, letters, letter, root, others, solve)
    return _answer(form, found)


def _after(
    rest: Sequence[Form],
    letters: Sequence[Form],
    letter: Form,
    value: Form,
    others: Sequence[Form],
    solve: Solve,
) -> Iterator[list[Form]]:
    """The rows that come of a letter's value when it is put into the other equations."""
    following = put_in(rest, letters, letter, value)
    if following is None:
        return
    if not others:
        yield [value]
        return
    for each in exceptions(following, others, value):
        yield from _after(rest, letters, letter, each, others, solve)
    rows = rows_of(solve(system(following, others)))
    for row in renamed(rows, counters_of(value), counters_of(*following)):
        known = dict(zip(others, row, strict=True))
        whole = [put_back(value, known, letters) if each is letter else known[each] for each in letters]
        yield from by_parity(whole)


def linear(form: Form, solve: Solve) -> Form:
    """An equation says what a letter is; that is put into the others."""
    forms, letters = _whole(form)
    place, letter, value = int(numeral(form.args[2])), *form.args[3:5]
    rest, others = (*forms[:place], *forms[place + 1 :]), [each for each in letters if each is not letter]
    return _answer(form, list(_after(rest, letters, letter, value, others, solve)))


def divided(form: Form, solve: Solve) -> Form:
    """a·u + b = 0: where a is not 0, u is −b/a; where a is 0, b must be 0, too."""
    forms, letters = _whole(form)
    place, letter, value, a, b = int(numeral(form.args[2])), *form.args[3:]
    rest, others = (*forms[:place], *forms[place + 1 :]), [each for each in letters if each is not letter]
    found = list(_after(rest, letters, letter, value, others, solve))
    both = [a, b, *rest] if b is not ZERO else [a, *rest]
    found += rows_of(solve(system(both, letters)))
    return _answer(form, found)


def inside(form: Form, solve: Solve) -> Form:
    """First the equation for what stands inside, then each of its values together with the other equations."""
    forms, letters = _whole(form)
    place, fresh, inner, outer = int(numeral(form.args[2])), *form.args[3:]
    found: list[list[Form]] = []
    for value in inside_values(solve(equation(outer, fresh)), inner, letters):
        following = inside_is(forms, place, inner, value, letters)
        rows = rows_of(solve(system(following, letters)))
        found += renamed(rows, counters_of(value), counters_of(*following))
    return _answer(form, found)


def inside_values(result: Form, inner: Form, letters: Sequence[Form]) -> list[Form]:
    """The values of what stands inside; of a family 0 by itself too, as xy = 0 is another curve than xy = kπ.

    Args:
        result: The solutions, one to a row.
        inner: What stands inside.
        letters: The unknowns.
    """
    import sympy

    algebra = Algebra(letters, [inner, result])
    whole, found = algebra.of(inner), []
    straight = whole.is_polynomial(*algebra.unknowns) and sympy.total_degree(whole, *algebra.unknowns) < 2
    for (value,) in rows_of(result):
        if is_rounded(value):
            raise unsolved()
        found.append(value)
        if not straight and whole_zeros(algebra.of(value)):
            found.append(ZERO)
    return found


def inside_is(
    forms: Sequence[Form], place: int, inner: Form, value: Form, letters: Sequence[Form]
) -> list[Form]:
    """The equations when a value of what stands inside one of them is known.

    Args:
        forms: The equations.
        place: Which of them it is.
        inner: What stands inside.
        value: Its value.
        letters: The unknowns.
    """
    rest = (*forms[:place], *forms[place + 1 :])
    return [difference(inner, value, letters), *without(rest, forms[place], letters)]


def curve(form: Form, solve: Solve) -> Form:
    """(−b ± √(b² − 4ac))/(2a), the other letters as they are."""
    import sympy

    letters, letter, factor = form.args[1].args, *form.args[2:]
    algebra = Algebra(letters, [form])
    unknown = algebra.unknowns[letters.index(letter)]
    a, b, c = sympy.Poly(algebra.of(factor), unknown).all_coeffs()
    inside = sympy.factor(b**2 - 4 * a * c)
    if inside.is_negative:
        return matrix([])
    if inside.is_nonpositive:  # a sum of squares: both must be 0
        both = [algebra.form(inside), algebra.form(2 * a * unknown + b)]
        return _answer(form, rows_of(solve(system(both, letters))))
    root = sympy.sqrt(inside)
    rows = []
    for sign in (-1, 1):
        value = algebra.form(sympy.factor_terms(sympy.expand((-b + sign * root) / (2 * a))))
        rows.append([value if each is letter else each for each in letters])
    return _answer(form, rows)


def basis(form: Form, solve: Solve) -> Form:
    """Other equations with the same solutions."""
    _, letters = _whole(form)
    return _answer(form, rows_of(solve(system(form.args[2].args, letters))))


RULES: Final = {
    "system_free": free,
    "system_never": never,
    "system_cases": cases,
    "system_single": single,
    "system_linear": linear,
    "system_divided": divided,
    "system_basis": basis,
    "system_curve": curve,
    "system_inside": inside,
}
"""By the short name of the card."""
