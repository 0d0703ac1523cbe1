"""Every sentence that StepCalc says and that no rule card holds, in one place, so that it can be translated."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    # SymPy expressions
    "no-form": "StepCalc has no way to write a {kind}. It works with expressions of numbers, letters and functions.",
    "integral-needs-limits": "Give the integral one variable and both of its limits.",
    # rule cards
    "card-not-toml": "{file}, line {line}: this card is not valid TOML: {problem}.",
    "card-unknown-key": "{file}, line {line}: the card [{card}] has the key {key}, which no card has. "
    "The keys are: {known}.",
    "card-wrong-type": "{file}, line {line}: on the card [{card}], {key} must be a text in quotes.",
    "card-no-name": "{file}, line {line}: the card [{card}] has no name.",
    "card-twice": "{file}, line {line}: there is a card [{card}] already, in {other}.",
    "card-before-heading": "{file}, line {line}: every card begins with its short name in square brackets.",
    "card-bad-definition": "{file}, line {line}: the definition {text} is not of the form name(u) = expression.",
    "card-bad-relation": "{file}, line {line}: {text} is not a condition. Write one such as u > 0.",
    "card-file-missing": "There is no file of rule cards at {file}.",
    "law-not-read": "{file}, line {line}: the law {law} cannot be read. {problem}",
    "law-needs-derivative": "{file}, line {line}: the law {law} must have the form D(...) = ...",
    "law-too-deep": "{file}, line {line}: the law {law} has too many brackets inside each other.",
    "law-loose-letter": "{file}, line {line}: the law {law} has {letter} on the right, but not on the left.",
    "law-goal-not-letter": "{file}, line {line}: the law {law} may take D of its letters only, such as D(u).",
    "law-not-linear": "{file}, line {line}: in the law {law} each term on the right must have one D(...) factor.",
    "card-unknown": 'There is no rule card "{card}".{hint}',
    "no-rule": "There is no rule card for {name}, so it cannot be differentiated here. "
    "You can add a card of your own with --rules FILE.",
    # rendering
    "list-and": "{first} and {last}",
    "differentiate": "Differentiate",
    "with-respect-to": "with respect to",
    "twice": "twice",
    "times": "{count} times",
    "rules-together": "{names} rules",
    "outside": "outside ",
    "inside": "inside u = ",
    "put-back": "Put {parts} back into {number}",
    "with": ", with ",
    "as-in": "as in {number}",
    "once-for-both": ", once for both",
    "more-steps": "{count} more steps follow; --detail full shows them all.",
    "next-rule": "Next: ",
    "next-on": "  on  ",
    "no-more-steps": "No step is left: the answer is reached.",
    "step-failed": "[this step failed its check]",
    "answer": "Answer",
    "untidied": "The result was too large to tidy and stands as the rules gave it.",
    "domain-for": "for ",
    "domain-and": " and ",
    "domain-undecided": " (whether this always holds could not be decided)",
    "in-integers": " an integer",
    "not-in-integers": " not an integer",
    "in-nonpositive-integers": " zero or a negative integer",
    "not-in-nonpositive-integers": " not zero or a negative integer",
    "holds-every": "Holds for every real ",
    "holds-all": "Holds for all real ",
    "holds-nowhere-real": "No real point satisfies all conditions: this holds as an identity of complex numbers.",
    "each-step-checked": "Each step checked at {points} points.",
    "each-step-checked-where": "Each step checked at {points} points with ",
    "not-checked": "The steps could not be checked. {reasons}",
    "a-step-failed": "A step failed its check. {reasons}",
    # reading
    "log-is-ln": "log is read as ln, the natural logarithm.",
}


def say(key: str, **parts: object) -> str:
    """The sentence filed under ``key``, with its parts filled in.

    Examples:
        >>> say("log-is-ln")
        'log is read as ln, the natural logarithm.'
    """
    return MESSAGES[key].format(**parts)
