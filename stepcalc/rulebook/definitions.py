"""Functions that cards define: by an equation that says what each stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stepcalc.notation.forms import Form, letters_of, postorder
from stepcalc.notation.functions import FUNCTIONS
from stepcalc.numeric.inlining import Definition
from stepcalc.rulebook.card_texts import refused
from stepcalc.rulebook.cards import Card


def defined_by(equation: Form, name: str, card: Card, line: int) -> Definition:
    """The definition that a card states: the function's letters, and its body.

    Args:
        equation: What it states.
        name: The function.
        card: The card.
        line: The line on which it does.

    Raises:
        RuleError: It is not of the form ``name(u) = expression``, the card is called otherwise than the function,
            or the function is there already.
    """
    problem = "card-bad-definition"
    if equation.label == "=" and equation.args[0].label == name and _is_plain(equation.args[0].args):
        left, right = equation.args
        if name in FUNCTIONS or name != card.id:
            problem = "card-defines-other"
        elif letters_of(right) - letters_of(left):
            problem = "definition-loose"
        else:
            return left.args, right
    raise refused(problem, card, line=line, text=card.define, name=name)


def _is_plain(arguments: Sequence[Form]) -> bool:
    """Whether the arguments are letters, each another one."""
    return all(arg.head == "letter" for arg in arguments) and len(set(arguments)) == len(arguments)


def circular(bodies: Mapping[str, Form]) -> Iterable[str]:
    """The defined functions that their own definitions lead back to."""
    uses = {
        name: {str(node.label) for node in postorder(body)} & bodies.keys() for name, body in bodies.items()
    }
    for _ in bodies:
        uses = {name: used | {far for near in used for far in uses[near]} for name, used in uses.items()}
    return (name for name, used in uses.items() if name in used)
