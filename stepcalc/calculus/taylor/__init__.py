"""Taylor polynomials in one variable and in several, what they leave out, where their series converge."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from stepcalc.calculus.letters import by_name, free_letters, letters_given, variable_of
from stepcalc.calculus.understanding import understand
from stepcalc.calculus.working import Working
from stepcalc.errors import StepcalcError, UsageError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import as_fraction, opposite, plus
from stepcalc.notation.forms import (
    MINUS_ONE,
    ZERO,
    Form,
    call,
    fold,
    letter,
    letters_of,
    negate,
    number,
    rational,
    size,
    vector,
    with_args,
)
from stepcalc.numeric.inlining import inlined
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.taylor.centre import CentreError, breaks_at
from stepcalc.trace.derivation import Derivation, Question

HIGHEST_ORDER: Final = 60
HIGHEST_BY_DERIVATIVES: Final = 8
"""Up to this order every derivative is found and shown; beyond, power series are put together."""

FORMS: Final = ("textbook", "delta")
LARGEST_GAP: Final = 40
"""How many nodes a function may have for its limit at a centre to be looked for."""

METHODS: Final = ("derivatives", "series")


def taylor(
    expression: Any,
    letters: Any = (),
    *more: Any,
    about: Any = None,
    order: int = 6,
    on: Any = None,
    tidy: bool = True,
    form: str = "textbook",
    method: str | None = None,
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Derivation:
    """The Taylor polynomial of a function about a point, with the steps that lead to its coefficients.

    Args:
        expression: Text or a SymPy expression.
        letters: The variable, or several; in a sequence, one by one, or in one text, as for ``gradient``. If none
            is given, the only letter of the expression, or all of them by name where the centre has as many
            numbers.
        more: Further letters, where they are given one by one.
        about: The centre; 0 if not given. For several letters as many numbers, as a text (``"0,1"`` or
            ``"x=0,y=1"``) or a sequence.
        order: The highest power; in several letters, the highest total power.
        on: To bound the remainder: the value up to which x goes, on both sides of the centre (``0.5``), or the ends
            of an interval (``"-1,1"``, or a pair). For several letters the same goes for each of them, or there is
            one for each (``"0.5; -1,1"``, or a sequence of numbers and pairs).
        tidy: Whether to tidy each derivative before the next.
        form: ``"textbook"``, or ``"delta"`` for f(x+Δx) in powers of Δx, about x itself without a centre.
        method: ``"derivatives"`` or ``"series"`` (recurrences for the coefficients); the order decides if not
            given.
        prefer: The laws to choose where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The derivation. Its result is the polynomial.

    Raises:
        ReadError: A text cannot be read.
        UsageError: The function or one of its derivatives does not exist at the centre; the error says which.
        NotDerivableError: There is no rule for some part, or no bound was found.

    Examples:
        >>> taylor("exp(x) cos(x)", order=4).result
        -x**4/6 - x**3/3 + x + 1
        >>> taylor("x y", "x", "y", about="1,1", order=1).result
        x + y - 1
    """
    _check(order, form, method)
    book = rulebook or default_book()
    asked = understand(expression, book, declared, functions)
    subject = written_out(asked.form, book)
    notes = list(asked.notes)
    names, about = _named(about)
    wanted = letters_given(letters, *more) or tuple(sorted(letters_given(*names), key=by_name))
    if not wanted:
        wanted = _as_many(about, subject, book) or (asked.variable or variable_of(subject, notes),)
    held = tuple(sorted(free_letters(subject) - set(wanted), key=lambda item: item.name))
    question = Question("taylor", subject, wanted, held, asked.text, tuple(notes))
    working = Working(book, tuple(prefer), tidy=tidy)
    if names:
        about = _in_order(wanted, letters_given(*names), about)
    centres = _centres(about, wanted, form, book)
    steps = tuple(_step(*pair, form) for pair in zip(wanted, centres, strict=True))
    goal = _goal(subject, wanted, centres, steps, order, method, _ends(on, centres, book))
    try:
        step = working.solve(goal)
    except CentreError as problem:
        raise _with_limit(problem, subject, wanted, centres, book) from None
    return working.finished(question, [step], step.result)


def _goal(
    subject: Form,
    letters: Sequence[Form],
    centres: Sequence[Form],
    steps: Sequence[Form],
    order: int,
    method: str | None,
    ends: Sequence[Form],
) -> Form:
    """The goal of finding the polynomial, and of bounding its remainder between ends, if there are any."""
    bound = (*ends, subject) if ends else ()
    if len(letters) > 1:
        return call(
            "taylor_several",
            subject, vector(*letters), vector(*centres), number(order), vector(*steps), *bound,
        )  # fmt: skip
    strategy = _strategy(subject, letters[0], centres[0], order, method)
    return call(strategy, subject, letters[0], centres[0], number(order), steps[0], *bound)


def _ends(on: Any, centres: Sequence[Form], book: Rulebook) -> tuple[Form, ...]:
    """The ends of the interval, or two corners of the box; none where no bound is asked for."""
    return _box(on, centres, book) if len(centres) > 1 else _interval(on, centres[0], book)


def _named(about: Any) -> tuple[list[str], Any]:
    """The letters that a centre names, ``"x=0,y=1"``, and its numbers; no letters where it has numbers only."""
    if not isinstance(about, str) or "=" not in about:
        return [], about
    pairs = [part.partition("=") for part in about.split(",")]
    return [name.strip() for name, _, _ in pairs], [number.strip() for _, _, number in pairs]


def _in_order(letters: Sequence[Form], named: Sequence[Form], numbers: Sequence[str]) -> list[str]:
    """The numbers of a centre in the order of the letters."""
    known = dict(zip(named, numbers, strict=True))
    if set(known) != set(letters):
        raise UsageError(
            say("taylor-centres", letters=len(letters), centres=len(known)), code="taylor-centres"
        )
    return [known[item] for item in letters]


def _as_many(about: Any, subject: Form, book: Rulebook) -> tuple[Form, ...]:
    """The letters of a function, where they are several and so are the numbers of the centre."""
    own = tuple(sorted(free_letters(subject), key=by_name))
    several = about is not None and len(own) > 1 and len(_numbers(about, book)) > 1
    return own if several else ()


def _with_limit(
    problem: CentreError, subject: Form, letters: Sequence[Form], centres: Sequence[Form], book: Rulebook
) -> CentreError:
    """The error, with the limit of the function at a centre where it has one but no value."""
    from stepcalc.calculus.limits.questions import limit
    from stepcalc.notation.unicode import one_line

    if len(letters) > 1 or problem.derivative != "f" or size(subject) > LARGEST_GAP:
        return problem
    try:
        answer = limit(subject, letters[0], to=centres[0], rulebook=book).answer
    except StepcalcError:
        return problem
    if as_fraction(answer) is None and (letters_of(answer) or not _is_number(answer)):
        return problem
    return CentreError(
        problem.message
        + " "
        + say("taylor-gap", limit=one_line(answer), filled=_filled(subject, letters[0], centres[0], answer)),
        code="taylor-gap",
    )


def _filled(subject: Form, variable: Form, centre: Form, limit: Form) -> str:
    """What to ask for instead: the function cancelled, or with its limit put in, as it is typed."""
    import sympy

    from stepcalc.notation.unicode import one_line
    from stepcalc.notation.values import form_of, value

    whole, x = value(subject), value(variable)
    if whole.is_rational_function(x):
        return one_line(form_of(sympy.cancel(whole)), ascii=True)
    f, a, known = (one_line(form, ascii=True) for form in (subject, centre, limit))
    return f"piecewise(({f}, {variable.name} != {a}), ({known}, true))"


def _is_number(form: Form) -> bool:
    from stepcalc.notation.values import value

    return bool(value(form).is_finite)


def _check(order: int, form: str, method: str | None) -> None:
    if isinstance(order, bool) or not isinstance(order, int) or not 0 <= order <= HIGHEST_ORDER:
        raise UsageError(say("taylor-order-range", most=HIGHEST_ORDER), code="order-range")
    if form not in FORMS:
        raise UsageError(say("taylor-form", form=form), code="form-unknown")
    if method is not None and method not in METHODS:
        raise UsageError(say("taylor-method", method=method), code="method-unknown")


def _strategy(subject: Form, variable: Form, centre: Form, order: int, method: str | None) -> str:
    """By derivatives where they stay short and are worth seeing, else by power series."""
    from stepcalc.numeric.jets import is_supported

    possible = is_supported(subject, variable) and not breaks_at(subject, variable, centre)
    if method == "series" and not possible:
        raise UsageError(say("taylor-not-series"), code="taylor-not-series")
    by_series = method == "series" or (method is None and order > HIGHEST_BY_DERIVATIVES and possible)
    return "taylor_series" if by_series and variable in free_letters(subject) else "taylor"


def _centres(about: Any, letters: Sequence[Form], form: str, book: Rulebook) -> tuple[Form, ...]:
    if about is None:
        return tuple(letters) if form == "delta" else (ZERO,) * len(letters)
    found = _numbers(about, book)
    if len(found) != len(letters):
        raise UsageError(
            say("taylor-centres", letters=len(letters), centres=len(found)), code="taylor-centres"
        )
    return found


def _numbers(given: Any, book: Rulebook) -> tuple[Form, ...]:
    """Numbers given as one text with commas, as a sequence, or one alone."""
    from stepcalc.notation.values import form_of

    if isinstance(given, Form):
        found: list[Form] = list(given.args) if given.head == "vector" else [given]
    elif isinstance(given, str):
        from stepcalc.notation.reader import read_text

        form = read_text(given, functions=book.functions, vector=True).form
        found = list(form.args) if form.head == "vector" else [form]
    else:
        parts = list(given) if hasattr(given, "__iter__") else [given]
        found = [understand(_exactly(part), book).form for part in parts]
    # Numbers are settled once, so that 1/2 and 0.5 are one centre.
    return tuple(_settled(form, form_of) for form in found)


def _exactly(given: Any) -> Any:
    """A float as the decimal that it is written as."""
    return repr(given) if isinstance(given, float) else given


def _settled(form: Form, form_of: Any) -> Form:
    known = as_fraction(form)
    if known is not None:
        return rational(known)
    from stepcalc.notation.values import value

    return form_of(value(form)) if form.args else form


def _step(variable: Form, centre: Form, form: str) -> Form:
    """What is raised to powers: x, x − a, or Δx."""
    if form == "delta":
        return letter(f"Δ{variable.name}")
    return variable if centre is ZERO else plus(variable, opposite(centre))


def _interval(on: Any, centre: Form, book: Rulebook) -> tuple[Form, ...]:
    """The ends of the interval on which the remainder is bounded; one number is how far x goes."""
    if on is None:
        return ()
    found = _numbers(on, book)
    if len(found) == 1:
        middle, end = as_fraction(centre), as_fraction(found[0])
        if middle is None or end is None:
            raise UsageError(say("taylor-bound-numbers"), code="taylor-bound-numbers")
        reach = abs(end - middle)
        return rational(middle - reach), rational(middle + reach)
    if len(found) != 2:
        raise UsageError(say("taylor-on"), code="taylor-on")
    low, high = (as_fraction(end) for end in found)
    if low is None or high is None:
        raise UsageError(say("taylor-bound-numbers"), code="taylor-bound-numbers")
    return rational(min(low, high)), rational(max(low, high))


def _box(on: Any, centres: Sequence[Form], book: Rulebook) -> tuple[Form, ...]:
    """The lower and the upper ends of the box on which the remainder is bounded.

    What is given means for each letter what it means for one; with several, there is one for each.
    """
    if on is None:
        return ()
    parts = _for_each(on) or [on] * len(centres)
    if len(parts) != len(centres) or any(len(_numbers(part, book)) > 2 for part in parts):
        raise UsageError(say("taylor-on-several", letters=len(centres)), code="taylor-on-several")
    ends = [_interval(part, centre, book) for part, centre in zip(parts, centres, strict=True)]
    return vector(*(low for low, _ in ends)), vector(*(high for _, high in ends))


def _for_each(on: Any) -> list[Any]:
    """What is given for each of several letters; nothing where one number or one interval serves all."""
    if isinstance(on, str):
        return on.split(";") if ";" in on else []
    parts = list(on) if hasattr(on, "__iter__") else []
    pair = len(parts) == 2 and not any(isinstance(part, str) or hasattr(part, "__iter__") for part in parts)
    return [] if pair else parts


def written_out(form: Form, book: Rulebook) -> Form:
    """The function with those that cards define replaced by their definitions."""
    found = inlined([form], book.definitions)[0]
    return found if found is form else _minus_signs_joined(found)


def _minus_signs_joined(form: Form) -> Form:
    """The form with -(3x), which comes of putting 3x into a definition, written as -3x."""

    def joined(node: Form, parts: tuple[Form, ...]) -> Form:
        node = with_args(node, parts) if parts else node
        if node.head == "product" and len(parts) == 2 and parts[0] is MINUS_ONE:
            first = parts[1].args[0] if parts[1].head == "product" else parts[1]
            return negate(parts[1]) if first.head == "number" else node
        return node

    return fold(form, joined)
