"""What is said before and after the steps for each kind of question about several variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.forms import (
    ZERO,
    Form,
    call,
    entries_of,
    goal,
    letter,
    letters_of,
    matrix,
    matrix_label,
    relation,
)
from stepcalc.notation.operators import named, rows_of
from stepcalc.render.document import Formula, Inline, Words
from stepcalc.render.outline import MOST_HELD_NAMED, in_a_row, names_for
from stepcalc.render.shorten import DOTS
from stepcalc.trace.derivation import Derivation, Question

MOST_LETTERS_NAMED: Final = 4
"""Of a function of more letters than this only the name is written, without the letters."""

MOST_ROWS: Final = 6
"""How many rows and columns of a matrix are shown unasked."""

_OPENINGS: Final[Mapping[str, tuple[str, str]]] = {
    "gradient": ("the-gradient", "gradient-is"),
    "jacobian": ("the-jacobian", "jacobian-is"),
    "hessian": ("the-hessian", "hessian-is"),
    "laplacian": ("the-laplacian", "laplacian-is"),
    "divergence": ("the-divergence", "divergence-is"),
    "curl": ("the-curl", "curl-is"),
}
"""The words before and after the function, by the kind of the question."""

KINDS: Final = frozenset({*_OPENINGS, "partial", "directional"})


def heading(derivation: Derivation, shown: Formula) -> Inline:
    """The question as a sentence.

    Args:
        derivation: What is asked.
        shown: The function, cut to size.
    """
    question = derivation.question
    match question.kind:
        case "partial":
            return _partial_heading(question, shown)
        case "directional":
            direction = derivation.stages[0].goal.args[1]
            before = Words(say("the-directional"), "strong")
            return (before, _function(question, shown), Words(say("in-direction")), Formula(direction))
    first, last = _OPENINGS[question.kind]
    name = names_for(question.form).name
    return (Words(say(first), "strong"), _function(question, shown), Words(say(last, name=name)))


def _function(question: Question, shown: Formula) -> Formula:
    """f(x, y) = x² y."""
    name = names_for(question.form).name
    few = len(question.letters) <= MOST_LETTERS_NAMED
    left = call(name, *question.letters) if few else named(name)
    right = shown.form
    if right.head == "vector" and len(right.args) == 1:
        (right,) = right.args
    return Formula(relation("=", left, right))


def _partial_heading(question: Question, shown: Formula) -> Inline:
    pieces: list[Words | Formula] = [
        Words(say("differentiate"), "strong"), Words("  "), shown, Words("  "), Words(say("with-respect-to")),
    ]  # fmt: skip
    for place, each in enumerate(question.letters):
        pieces.extend([Words(say("then"))] if place else [])
        pieces.append(Formula(each))
    if question.held and len(set(question.letters)) == 1:
        pieces.extend((Words(",  "), *in_a_row(question.held), Words(say("held-fixed"))))
    return tuple(pieces)


def remarks(question: Question) -> Iterator[Inline]:
    """What is held fixed, where the headings of the steps do not say it."""
    several = len(set(question.letters))
    if question.kind == "partial":
        if several > 1:
            yield (Words(say("others-held-fixed"), "note"),)
        return
    if question.held:
        key = "is-held-fixed" if len(question.held) == 1 else "are-held-fixed"
        yield (*in_a_row(question.held), Words(say(key), "note"))
    named_there = question.kind not in ("laplacian", "curl", "hessian") and several <= MOST_HELD_NAMED
    if several > 1 and not named_there:
        yield (Words(say("others-held-fixed"), "note"),)


def symbol(question: Question) -> Form:
    """What the answer is called: ∇f, J, H, Δf, div F, curl F, D_v f."""
    name = named(names_for(question.form).name)
    match question.kind:
        case "jacobian" | "composed":
            return letter("J")
        case "hessian":
            return letter("H")
        case "directional":
            return call("directional", name, letter("v"))
        case "total":
            return goal(name, *question.letters)
    if question.kind == "implicit":
        (y,) = letters_of(question.form) - {*question.letters, *question.held}
        return goal(named(y.name), *question.letters)
    return call(question.kind, name)


def cut(answer: Form, most: int | None = MOST_ROWS) -> Form:
    """A matrix with its first rows and columns, dots for the others.

    Examples:
        >>> from stepcalc.notation.forms import ONE, column
        >>> matrix_label(cut(column([ONE] * 1000)))[:2]
        (7, 1)
    """
    height, width, _ = matrix_label(answer)
    if most is None or max(height, width) <= most + 1:
        return answer
    entries = entries_of(answer)
    rows, columns = min(height, most), min(width, most)
    wide, tall = width > columns, height > rows
    shown = [
        [entries.get((row, place), ZERO) for place in range(columns)] + [DOTS] * wide for row in range(rows)
    ]
    return matrix([*shown, *([[DOTS] * (columns + wide)] * tall)])


def size_of(answer: Form, most: int | None = MOST_ROWS) -> Inline:
    """ "This matrix has 100 rows and 100 columns, and 298 entries that are not 0; --all shows it all." """
    height, width, places = matrix_label(answer)
    if most is None or max(height, width) <= most + 1:
        return ()
    if width == 1:
        return (Words(say("more-components", count=f"{height:,}", shown=most), "note"),)
    filled = "" if places is None else say("matrix-filled", count=f"{len(places):,}")
    return (Words(say("more-entries", rows=f"{height:,}", columns=f"{width:,}", filled=filled), "note"),)


def transposed(question: Question, answer: Form) -> Form | None:
    """The row that a gradient is the transpose of: the Jacobian of its function."""
    return matrix([[entry for (entry,) in rows_of(answer)]]) if question.kind == "gradient" else None


def row_note(question: Question) -> Inline:
    """ "the Jacobian of f, the row whose transpose is ∇f"."""
    name = named(names_for(question.form).name)
    return (
        Words(say("jacobian-of")), Formula(name), Words(say("row-of")), Formula(call("gradient", name)),
    )  # fmt: skip


def fact_symbol(question: Question, role: str, number: str = "") -> Form:
    """What a value at a point is the value of: f, ∇f, z, L(x, y), det J."""
    name = names_for(question.form).name
    match role:
        case "function":
            return named(name)
        case "gradient":
            return call("gradient", named(name))
        case "plane":
            return letter("z")
        case "linear":
            return call("L", *question.letters)
        case "determinant":
            return call("det", letter("J"))
        case "minor":
            return call("det", letter(f"H_{number}"))
        case "eigenvalue":
            return letter("lambda")
        case "upright":
            return question.letters[0]
        case "tangent":
            return letter(symbol(question).args[0].name)
        case "slope":
            return goal(symbol(question).args[0], question.letters[0])
    return (
        goal(named(name), *question.letters, kind="partial")
        if question.kind == "partial"
        else symbol(question)
    )
