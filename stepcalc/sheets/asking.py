"""How a question stands on a sheet: as a sentence of its own, or as the formula below an instruction."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from stepcalc.calculus.letters import listed
from stepcalc.messages import MESSAGES
from stepcalc.notation.forms import Form, goal, letter, letters_of, numeral, relation
from stepcalc.notation.reader import read_text
from stepcalc.render import dependence, kinds
from stepcalc.render.document import Formula, Inline, Words
from stepcalc.render.networks import by
from stepcalc.rulebook.dependence import definitions_of, name_of
from stepcalc.rulebook.networks import shape_of
from stepcalc.trace.derivation import Derivation

_PLACE: Final = re.compile(r"\{([^{}]*)\}")


def sentence(message: str, /, **formulas: Form | Inline | str) -> Inline:
    """The sentence filed under ``message``, formulas in the places of its names.

    Args:
        message: A key of the messages.
        **formulas: What stands for each name: a form, a row of words and formulas, or a text.
    """
    return filled(MESSAGES[message], lambda name: formulas[name])


def filled(text: str, put: Callable[[str], Form | Inline | str]) -> Inline:
    """A text with what stands in braces replaced.

    Args:
        text: Words, with names or expressions in braces.
        put: What stands for the text between two braces.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> [type(part).__name__ for part in filled("Let {x} be", lambda name: letter(name))]
        ['Words', 'Formula', 'Words']
    """
    pieces: list[Words | Formula] = []
    last = 0
    for match in _PLACE.finditer(text):
        if match.start() > last:
            pieces.append(Words(text[last : match.start()]))
        found = put(match[1])
        if isinstance(found, Form):
            pieces.append(Formula(found))
        elif isinstance(found, str):
            pieces.append(Words(found))
        else:
            pieces.extend(found)
        last = match.end()
    if last < len(text):
        pieces.append(Words(text[last:]))
    return tuple(pieces)


def own_words(text: str, asked: Inline) -> Inline:
    """A teacher's wording: ``{}`` is the question, and what else stands in braces is read as an expression.

    Args:
        text: The wording.
        asked: The question as a formula.

    Raises:
        ReadError: What stands in braces cannot be read.
    """
    return filled(text, lambda typed: _expression(typed) if typed.strip() else asked)


def _expression(typed: str) -> Form:
    """An expression, an equation or a condition."""
    return read_text(typed, relations=True).form


def asked(derivation: Derivation) -> Inline:
    """The question as a sentence: "Differentiate x² sin(x)."

    Args:
        derivation: The question with its answer.
    """
    question = derivation.question
    order = len(question.letters)
    match question.kind:
        case "diff" if len(set(question.letters)) == 1:
            key = {1: "ask-diff", 2: "ask-second"}.get(order, "ask-nth")
            if letters_of(question.form) - {question.letters[0]}:
                key += "-wrt"
            return sentence(key, f=question.form, x=question.letters[0], n=str(order))
        case "definition":
            return sentence("ask-definition", f=question.form)
        case "implicit":
            key = "ask-implicit" if order == 1 else "ask-implicit-again"
            return sentence(key, slope=_slope(derivation), curve=briefly(derivation))
        case "taylor":
            return sentence("ask-taylor", f=briefly(derivation))
        case "directional" | "total":
            key = f"ask-{question.kind}"
            return sentence(key, f=briefly(derivation), x=question.letters[0])
    key = f"ask-{question.kind}"
    return sentence(key if key in MESSAGES else "ask-find", f=briefly(derivation))


def briefly(derivation: Derivation) -> Inline:
    """The question as it stands below an instruction that says what to do.

    Args:
        derivation: The question with its answer.
    """
    question = derivation.question
    brief = _BRIEF.get(question.kind)
    if brief is not None:
        return brief(derivation)
    if question.kind in kinds.KINDS:
        heading = kinds.heading(derivation, Formula(question.form))
        return tuple(part for part in heading if isinstance(part, Formula))[:1]
    return (Formula(question.form),)


def _diff(derivation: Derivation) -> Inline:
    question = derivation.question
    if len(question.letters) == 1:
        return (Formula(question.form),)
    kind = "D" if len(set(question.letters)) == 1 else "partial"
    return (Formula(goal(question.form, *question.letters, kind=kind)),)


def _stage(derivation: Derivation) -> Inline:
    return (Formula(derivation.stages[0].goal),)


def _partial(derivation: Derivation) -> Inline:
    question = derivation.question
    return (Formula(goal(question.form, *question.letters, kind="partial")),)


def _slope(derivation: Derivation) -> Inline:
    return (dependence.symbol(derivation.stages[0].goal),)


def _implicit(derivation: Derivation) -> Inline:
    """The curve, both of its sides as they were typed."""
    return (Formula(dependence.curve(derivation)),)


def _directional(derivation: Derivation) -> Inline:
    heading = kinds.heading(derivation, Formula(derivation.question.form))
    function, direction = (part for part in heading if isinstance(part, Formula))
    return (function, *sentence("ask-in-direction", v=direction.form))


def _total(derivation: Derivation) -> Inline:
    asked = derivation.stages[0].goal
    function = letter(name_of(asked))
    pieces: list[Words | Formula] = [Formula(relation("=", function, derivation.question.form))]
    others = [each for each in definitions_of(asked).items() if each[0] is not function]
    for place, (name, body) in enumerate(others):
        pieces.extend((*sentence("ask-and" if place else "ask-where"), Formula(relation("=", name, body))))
    return tuple(pieces)


def _network(derivation: Derivation) -> Inline:
    """The network by its sizes and activations, and its cost."""
    network = derivation.stages[0].goal.args[1]
    shape = shape_of(network)
    names = listed(list(dict.fromkeys(shape.activations)))
    return sentence("ask-network", sizes="-".join(map(str, shape.sizes)), names=names, cost=network.args[-1])


def _weight(derivation: Derivation) -> Inline:
    """The derivative, the cost, and what the letters in it stand for, from the cost to the weight."""
    equations = derivation.stages[0].goal.args[:1:-1]
    wanted = by(derivation.question.letters[0])
    pieces: list[Words | Formula] = [*sentence("ask-of", slope=wanted), Formula(equations[0])]
    for place, equation in enumerate(equations[1:]):
        pieces.extend((*sentence("ask-and" if place else "ask-where"), Formula(equation)))
    return tuple(pieces)


def _taylor(derivation: Derivation) -> Inline:
    """The function, the centre and the order."""
    subject, variable, centre, order = derivation.stages[0].goal.args[:4]
    several = variable.head == "vector"
    pairs = zip(variable.args, centre.args, strict=True) if several else [(variable, centre)]
    about: list[Words | Formula] = []
    for moving, at in pairs:
        if moving is not at:
            about.extend([Words(", ")] if about else [])
            about.append(Formula(relation("=", moving, at)))
    return sentence("ask-about", f=subject, centre=tuple(about), n=str(numeral(order)))


_BRIEF: Final[Mapping[str, Callable[[Derivation], Inline]]] = {
    "diff": _diff,
    "limit": _stage,
    "partial": _partial,
    "implicit": _implicit,
    "directional": _directional,
    "total": _total,
    "taylor": _taylor,
    "backprop": _network,
    "weight": _weight,
}
