"""Several equations solved together, one named step at a time: cases, one letter found and put into the others.

A goal holds the equations, each to be 0, and the letters: ``system_cases(vector(equations), vector(letters), ...)``.
Which step comes next is decided by which equation is easiest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

from stepcalc.notation.forms import ZERO, Form, call, letters_of, matrix, number, numeral, rebuild, vector
from stepcalc.notation.operators import rows_of
from stepcalc.rulebook.equations.algebra import (
    Algebra,
    Expr,
    bounded,
    counter,
    counters_of,
    is_rounded,
    is_sign,
    unsolved,
)
from stepcalc.rulebook.equations.algebra import put_in as algebra_put_in
from stepcalc.rulebook.equations.choosing import equation
from stepcalc.rulebook.equations.functions import RULE_OF_FUNCTION
from stepcalc.rulebook.equations.given import fresh_letter
from stepcalc.rulebook.equations.rows import by_parity, kept, renamed
from stepcalc.rulebook.equations.solving import difference
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.systems import HIGHEST_DEGREE, LARGEST, MOST_BY_BASIS

MOST_CASES: Final = 64
"""The product of the numbers of factors of all equations."""

LONGEST_PUT_IN: Final = 60
_SMOOTH: Final = RULE_OF_FUNCTION.keys() - {"sign", "Abs"} | {"exp"}
"""Functions, by SymPy's names, of what may be named and solved for."""


@dataclass(frozen=True, slots=True)
class System:
    """Equations that are to hold together.

    Args:
        forms: What is to be 0.
        letters: The unknowns.
        algebra: The letters as SymPy's.
        expressions: The equations as SymPy's.
    """

    forms: tuple[Form, ...]
    letters: tuple[Form, ...]
    algebra: Algebra
    expressions: tuple[Expr, ...]

    def goal(self, rule: str, *more: Form) -> Form:
        """The goal of a rule."""
        return call(rule, vector(*self.forms), vector(*self.letters), *more)

    def unknowns_in(self, found: Expr) -> list[Expr]:
        """The unknowns of an expression, in their order."""
        return [each for each in self.algebra.unknowns if each in found.free_symbols]

    def letter(self, unknown: Expr) -> Form:
        """The letter that an unknown stands for."""
        return self.letters[self.algebra.unknowns.index(unknown)]


def system(forms: Sequence[Form], letters: Sequence[Form]) -> Form:
    """The goal of the step that comes next for equations that are to hold together.

    Args:
        forms: What is to be 0.
        letters: The unknowns.

    Raises:
        NotDerivableError: No step is known.

    Examples:
        >>> from stepcalc.notation.forms import letter, multiply, subtract
        >>> x, y = letter("x"), letter("y")
        >>> system([multiply(x, y), subtract(x, y)], [x, y]).name
        'system_cases'
    """
    forms = tuple(form for form in dict.fromkeys(forms) if form is not ZERO)
    algebra = Algebra(letters, [*forms, *letters])
    expressions = tuple(algebra.of(form) for form in forms)
    if any(each.count_ops() > LARGEST for each in expressions):
        raise unsolved()
    given = System(forms, tuple(letters), algebra, expressions)
    if not forms:
        return given.goal("system_free")
    factors = [_factors(given, each) for each in expressions]
    if prod(max(1, len(each)) for each in factors) > MOST_CASES:
        raise unsolved()
    return _next(given, factors)


def _next(given: System, factors: list[list[Expr]]) -> Form:
    for place, found in enumerate(factors):
        if not found:
            return given.goal("system_never", number(place))
    order = sorted(range(len(factors)), key=lambda place: _trouble(given, factors[place]))
    place = order[0]
    own = given.unknowns_in(given.expressions[place])
    shorter_ = len(factors[place]) > 1 or len(given.unknowns_in(factors[place][0])) < len(own)
    if shorter_ and len(own) > 1:
        parts = [given.algebra.form(each) for each in factors[place]]
        return given.goal("system_cases", number(place), vector(*parts))
    if len(given.unknowns_in(given.expressions[place])) == 1:
        (unknown,) = given.unknowns_in(given.expressions[place])
        return given.goal("system_single", number(place), given.letter(unknown))
    (factor,) = factors[place]
    known = _linear(given, place, factor) or _inside(given, place, factor)
    return known or (_curve(given, factor) if len(given.forms) == 1 else _by_basis(given))


def _inside(given: System, place: int, factor: Expr) -> Form | None:
    """The step that takes what stands inside functions for one letter, where no unknown stands outside."""
    import sympy

    from stepcalc.notation.values import value

    insides = {
        each.args[0]: None for each in sympy.preorder_traversal(factor) if type(each).__name__ in _SMOOTH
    }
    for inner in insides:
        name = sympy.Dummy("u", real=True)
        outer = factor.xreplace({inner: name})
        if len(given.unknowns_in(inner)) > 1 and not given.unknowns_in(outer):
            fresh = fresh_letter(*given.forms, *given.letters)
            form = given.algebra.form(outer.xreplace({name: value(fresh)}))
            return given.goal("system_inside", number(place), fresh, given.algebra.form(inner), form)
    return None


def _curve(given: System, factor: Expr) -> Form:
    """The step that solves the only equation for a letter that it has squared."""
    import sympy

    for unknown in reversed(given.unknowns_in(factor)):
        if factor.is_polynomial(unknown) and sympy.degree(factor, unknown) == 2:
            return given.goal("system_curve", given.letter(unknown), given.algebra.form(factor))
    raise unsolved()


def _linear(given: System, place: int, factor: Expr) -> Form | None:
    """The step that makes an equation say what a letter is."""
    import sympy

    for plain in (True, False):
        for unknown in reversed(given.unknowns_in(factor)):
            coefficients = _coefficients(given, factor, unknown, plain=plain)
            if coefficients is None:
                continue
            a, b = coefficients
            value = sympy.cancel(-b / a)
            form = given.algebra.form(sympy.factor(value) if value.count_ops() < LONGEST_PUT_IN else value)
            more = () if plain else (given.algebra.form(_bare(a)), given.algebra.form(_bare(b)))
            name = "system_linear" if plain else "system_divided"
            return given.goal(name, number(place), given.letter(unknown), form, *more)
    return None


def _bare(found: Expr) -> Expr:
    """An expression that is to be 0 without the number before it."""
    return found.as_content_primitive()[1].as_coeff_Mul()[1] if found != 0 else found


def _coefficients(given: System, factor: Expr, unknown: Expr, *, plain: bool) -> tuple[Expr, Expr] | None:
    """The a and b of a·letter + b; plain wants an a without unknowns."""
    import sympy

    if not factor.is_polynomial(unknown) or sympy.degree(factor, unknown) != 1:
        return None
    a, b = sympy.Poly(factor, unknown).all_coeffs()
    return None if plain and given.unknowns_in(a) else (a, b)


def _trouble(given: System, factors: Sequence[Expr]) -> tuple[int, int]:
    return max(_kind(given, factor) for factor in factors), sum(factor.count_ops() for factor in factors)


def _kind(given: System, factor: Expr) -> int:
    """0: says what a letter is, 1: one letter alone, 2: linear in a letter, 3: neither."""
    unknowns = given.unknowns_in(factor)
    if any(_coefficients(given, factor, each, plain=True) for each in unknowns):
        return 0
    if len(unknowns) == 1:
        return 1
    return 2 if any(_coefficients(given, factor, each, plain=False) for each in unknowns) else 3


def _factors(given: System, found: Expr) -> list[Expr]:
    """The factors of an equation's numerator that can be 0."""
    import sympy

    above = sympy.together(found).as_numer_denom()[0]
    if not above.is_polynomial(*given.algebra.unknowns):
        above = sympy.factor_terms(above)
    elif any(
        sympy.degree(above, each) > HIGHEST_DEGREE
        for each in above.free_symbols
        if above.is_polynomial(each)  # not in the k of (−1)ᵏ
    ):
        raise unsolved()
    parts = [
        part.as_base_exp()[0] if part.as_base_exp()[1].is_Integer else part
        for part in sympy.Mul.make_args(above)
    ]
    parts = [part for part in parts if given.unknowns_in(part)]
    try:
        factors = bounded(lambda: [base for part in parts for base, _ in sympy.factor_list(part)[1]])
    except (TypeError, sympy.PolynomialError) as problem:  # powers with an unknown in the exponent
        raise unsolved() from problem
    return [each for each in dict.fromkeys(factors) if given.unknowns_in(each) and not _never(each)]


def _never(found: Expr) -> bool:
    import sympy

    return isinstance(found, sympy.exp) or found.is_positive is True or found.is_negative is True


def _by_basis(given: System) -> Form:
    """The Gröbner basis of the equations, which has one in the last letter alone."""
    import sympy

    unknowns = [
        each
        for each in given.algebra.unknowns
        if any(given.unknowns_in(one).count(each) for one in given.expressions)
    ]
    numerators = [sympy.together(each).as_numer_denom()[0] for each in given.expressions]
    if not all(each.is_polynomial(*unknowns) for each in numerators) or len(numerators) < len(unknowns):
        raise unsolved()
    if prod(sympy.total_degree(each, *unknowns) for each in numerators) > MOST_BY_BASIS:
        raise unsolved()
    found = bounded(lambda: sympy.groebner(numerators, *unknowns, order="lex"))
    forms = [given.algebra.form(each) for each in found.exprs]
    if set(forms) <= set(given.forms):
        raise unsolved()
    if not any(len(given.unknowns_in(each)) <= 1 for each in found.exprs):
        raise unsolved()
    return given.goal("system_basis", vector(*forms))


# ------------------------------------------------------------------------------------------------ steps


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
    return algebra.of(factor) in _factors(given, algebra.of(form))


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
        whole = [_put(value, known, letters) if each is letter else known[each] for each in letters]
        yield from by_parity(whole)


def put_in(rest: Sequence[Form], letters: Sequence[Form], letter: Form, value: Form) -> list[Form] | None:
    """Equations with a letter's value put in; ``None`` where one of them cannot hold any more."""
    import sympy

    algebra = Algebra(letters, [*rest, value, *letters])
    unknown, at = algebra.unknowns[list(letters).index(letter)], algebra.of(value)
    found = []
    for form in rest:
        whole = algebra.of(form)
        if unknown not in whole.free_symbols:
            found.append(form)
            continue
        after = algebra_put_in(whole, {unknown: at})
        if after.has(sympy.nan, sympy.zoo, sympy.oo):
            return None
        after = _tidied(after)
        if after.is_Mul:  # (−1)ᵏ, which cos(kπ) is, never is 0
            after = after.func(*(part for part in after.args if not is_sign(part)))
        if not set(algebra.unknowns) & after.free_symbols:
            if _is_nought(after):
                continue
            return None
        found.append(algebra.form(after))
    return found


def exceptions(following: Sequence[Form], letters: Sequence[Form], value: Form) -> list[Form]:
    """A family's values at the integers for which an equation loses its letters: kπ·y = 0 holds for k = 0.

    Args:
        following: The equations when the family is put in.
        letters: The letters that are left.
        value: The family.

    Raises:
        NotDerivableError: An equation is lost for an integer of a family that was put in before.
    """
    import sympy

    from stepcalc.notation.values import value as value_of

    own = {value_of(item): item for item in counters_of(value)}
    algebra = Algebra(letters, [*following, value, *letters])
    found: dict[Form, None] = {}
    for form in following:
        above = sympy.factor_terms(sympy.together(algebra.of(form)).as_numer_denom()[0])
        for factor in sympy.Mul.make_args(above):
            if set(algebra.unknowns) & factor.free_symbols:
                continue
            for symbol, turn in whole_zeros(factor):
                if symbol not in own:
                    raise unsolved()
                found[algebra.form(algebra.of(value).xreplace({symbol: turn}))] = None
    return list(found)


def whole_zeros(factor: Expr) -> list[tuple[Expr, Expr]]:
    """The integers of families for which an expression without unknowns is 0.

    Args:
        factor: The expression.

    Raises:
        NotDerivableError: They cannot be told.

    Examples:
        >>> import sympy
        >>> k = sympy.Symbol("k", integer=True)
        >>> whole_zeros(sympy.pi * k - 3 * sympy.pi), whole_zeros(2 * k + 1)
        ([(k, 3)], [])
    """
    import sympy

    symbols = [each for each in factor.free_symbols if each.is_integer]
    if not symbols or is_sign(factor) or factor.is_nonzero:
        return []
    if len(symbols) > 1 or not factor.is_polynomial(*symbols):
        raise unsolved()
    return [(symbols[0], root) for root in sympy.roots(factor, symbols[0]) if root.is_integer]


def _tidied(found: Expr) -> Expr:
    import sympy

    if found.count_ops() > LARGEST:
        raise unsolved()
    if not found.free_symbols:
        return sympy.radsimp(sympy.expand(found)) if found.count_ops() < LONGEST_PUT_IN else found
    whole = sympy.together(found)
    above, below = whole.as_numer_denom()
    expanded = sympy.expand(above) / below
    candidates = [expanded, sympy.factor_terms(expanded)]
    return min(candidates, key=lambda each: each.count_ops())


def _is_nought(found: Expr) -> bool:
    """Whether an expression without unknowns is 0, for all values of letters that are held."""
    import sympy

    if found == 0:
        return True
    if found.free_symbols:
        return bool(sympy.simplify(found) == 0)
    return bool(abs(found.evalf(40)) < 1e-25)


def _put(value: Form, known: dict[Form, Form], letters: Sequence[Form]) -> Form:
    """A letter's value when the others are known."""
    import sympy

    if not letters_of(value) & set(known):
        return value
    algebra = Algebra(letters, [value, *known.values(), *letters])
    change = {algebra.of(letter): algebra.of(found) for letter, found in known.items()}
    from stepcalc.rulebook.equations.algebra import shorter

    after = algebra_put_in(algebra.of(value), change)
    if after.has(sympy.nan, sympy.zoo, sympy.oo):
        return rebuild(value, known)
    return algebra.form(shorter(after))


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
