"""How total and implicit derivatives are told: headings, the graph of dependence, names of the parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, goal, letter, relation
from stepcalc.notation.names import layered_text
from stepcalc.notation.operators import named
from stepcalc.render.document import Block, Formula, Heading, Inline, Prose, Words, words
from stepcalc.rulebook.dependence import definitions_of, dependents, name_of
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.step import Step

KINDS: Final = frozenset({"total", "implicit", "composed"})
PUT_IN: Final = frozenset({"total", "composed"})
_DEPENDENT: Final = frozenset({*KINDS, "branches", "implicit_again"})


def opening(derivation: Derivation) -> Iterator[Block]:
    """The question as a sentence and, for a total derivative, the graph of what depends on what."""
    asked = derivation.stages[0].goal
    if derivation.question.kind == "implicit":
        shown = Formula(curve(derivation))
        yield Heading((Words(say("the-slope"), "strong"), symbol(asked), Words(say("of-the-curve")), shown))
        return
    definitions = definitions_of(asked)
    if derivation.question.kind == "composed":
        yield from _opening_of_composition(asked, definitions)
        return
    subject, variable = asked.args[:2]
    name = name_of(asked)
    yield Heading(
        (
            Words(say("the-total"), "strong"),
            Formula(relation("=", letter(name), subject)),
            Words("  "),
            Words(say("with-respect-to")),
            Formula(variable),
        )
    )
    yield from _what_stands_for_what(name, definitions)
    for line in tree(name, subject, variable, definitions):
        yield Prose(words(line), role="tree")


def _what_stands_for_what(function: str, definitions: Mapping[Form, Form]) -> Iterator[Block]:
    """What the letters stand for; the function itself stands in the heading."""
    for name, body in definitions.items():
        if name.name != function:
            yield Prose((Words("  "), Formula(relation("=", name, body))), role="note")


def curve(derivation: Derivation) -> Form:
    """The equation of a curve with the sides as they were typed, or else with 0 on the right.

    Args:
        derivation: The answer to a question about a curve.

    Examples:
        >>> from stepcalc.calculus.dependence import implicit
        >>> from stepcalc.notation.unicode import one_line
        >>> [one_line(curve(implicit(text))) for text in ("x^2 = 1 - y^2", "x y - 1")]
        ['x² = 1 − y²', 'xy − 1 = 0']
    """
    from stepcalc.calculus.dependence import zero_of
    from stepcalc.errors import ReadError
    from stepcalc.notation.reader import read_text

    zero = derivation.question.form
    try:
        typed = read_text(
            derivation.question.text, functions=derivation.rulebook.functions, relations=True
        ).form
    except ReadError:
        typed = zero  # an expression that was given as such has no text
    # Names that were declared are not known here: what is not read as it was then is written from the form.
    known = typed.head == "relation" and zero_of(typed) is zero
    return typed if known else relation("=", zero, ZERO)


def _opening_of_composition(asked: Form, definitions: Mapping[Form, Form]) -> Iterator[Block]:
    """The Jacobian of a composition: of what, in which letters, and what stands for what."""
    from stepcalc.render.outline import in_a_row, names_in

    subject, letters = asked.args[:2]
    function = Formula(relation("=", letter(names_in(asked).name), subject))
    wanted = (Words("  "), Words(say("with-respect-to")), *in_a_row(letters.args))
    yield Heading((Words(say("the-jacobian"), "strong"), function, *wanted))
    yield from _what_stands_for_what(function.form.args[0].name, definitions)


def tree(
    name: str, body: Form, variable: Form, definitions: Mapping[Form, Form], lead: str = ""
) -> Iterator[str]:
    """The graph of dependence as lines of text: each branch leads from the function down to the variable.

    Examples:
        >>> from stepcalc.notation.forms import call
        >>> x, t = letter("x"), letter("t")
        >>> list(tree("f", x, t, {x: call("cos", t)}))
        ['f', '└─ x', '   └─ t']
    """
    yield lead + (layered_text(name) or name)
    below = lead.replace("├─ ", "│  ").replace("└─ ", "   ")
    children = dependents(body, variable, definitions)
    explicit = variable in _letters(body)
    for place, child in enumerate(children):
        last = place == len(children) - 1 and not explicit
        yield from tree(
            child.name, definitions[child], variable, definitions, below + ("└─ " if last else "├─ ")
        )
    if explicit:
        yield f"{below}└─ {layered_text(variable.name) or variable.name}"


def _letters(form: Form) -> frozenset[Form]:
    from stepcalc.notation.forms import letters_of

    return letters_of(form)


def is_dependent(form: Form) -> bool:
    """Whether a form is a goal of one of these kinds."""
    return form.head == "call" and form.label in _DEPENDENT


def tells(step: Step) -> bool:
    """Whether a step puts the parts of such a goal together."""
    return is_dependent(step.goal) and step.card.id == step.goal.label


def symbol(asked: Form) -> Formula:
    """What a goal is called: df/dt, dy/dx, d²y/dx²."""
    if asked.label in ("total", "branches"):
        return Formula(goal(named(_name(asked)), asked.args[1]))
    if asked.label == "composed":
        return Formula(letter("J"))
    x, y = asked.args[1:3]
    return Formula(goal(named(y.name), *((x, x) if asked.label == "implicit_again" else (x,))))


def _name(asked: Form) -> str:
    """What the subject of a goal is called: f, or the letter that stands for it; F where a curve is F = 0."""
    if asked.label not in ("total", "branches"):
        return "F"
    return name_of(asked)


def _called(body: Form, names: Mapping[Form, Form]) -> Form:
    """What a letter stands for, by the letter's name."""
    return named(names[body].name) if body in names else body


def labels(step: Step) -> dict[Form, Inline]:
    """What each part of a step is called, by its goal."""
    asked = step.goal
    variable = asked.args[1]
    names = {body: name for name, body in definitions_of(asked).items()} if asked.label == "branches" else {}
    found: dict[Form, Inline] = {}
    for substep in step.substeps:
        inner = substep.goal
        if asked.label == "total":
            found[inner] = words(say("along-branches" if inner.label == "branches" else "to-compare"))
        elif inner.head == "goal" and inner.label == "partial":
            symbol_of = named(_name(asked) if inner.args[0] is asked.args[0] else "s")
            found[inner] = (Formula(goal(symbol_of, inner.args[1], kind="partial")),)
        elif inner.label == "implicit":
            found[inner] = (symbol(inner), Words(say("which-is-s")))
        else:
            found[inner] = (Formula(goal(_called(inner.args[0], names), variable)),)
    return found


def in_symbols(step: Step) -> Form | None:
    """What is put together, in the symbols of the parts; ``None`` where that says nothing new."""
    if step.card.id == "total":
        return None
    from stepcalc.rulebook.strategy import strategy

    asked = step.goal
    names = {body: name for name, body in definitions_of(asked).items()} if asked.label == "branches" else {}

    def short(wanted: Form) -> Form:
        if wanted.head == "goal" and wanted.label == "partial":
            of = _name(asked) if wanted.args[0] is asked.args[0] else "s"
            return goal(named(of), wanted.args[1], kind="partial")
        if wanted.label == "implicit":
            return letter("s")
        return goal(_called(wanted.args[0], names), asked.args[1])

    return strategy(str(asked.label)).compose(asked, short)
