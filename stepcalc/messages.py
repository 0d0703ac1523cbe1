"""Every sentence that StepCalc says and that no rule card holds, in one place, so that it can be translated."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    # SymPy expressions
    "no-form": "StepCalc has no way to write a {kind}. It works with expressions of numbers, letters and functions.",
    "not-commutative": "{name} does not commute with other letters. StepCalc works with numbers, which do.",
    "integral-needs-limits": "Give the integral one variable and both of its limits.",
    # cases by condition, in two dimensions and in LaTeX
    "cases-for": "for",
    "cases-otherwise": "otherwise",
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
    "law-false": "{file}, line {line}: the law {law} is not true.",
    "law-not-tried": "{file}, line {line}: no points were found at which the law {law} could be tried.",
    "definition-loose": "{file}, line {line}: the definition {law} uses a letter that it does not introduce.",
    "real-false": "{file}, line {line}: the function is not real just where {law}.",
    "range-false": "{file}, line {line}: the function takes other values than {law}.",
    "card-unknown": 'There is no rule card "{card}".{hint}',
    "no-rule": "There is no rule card for {name}, so it cannot be differentiated here. "
    "You can add a card of your own with --rules FILE.",
    # the command line
    "batch-line": "line {line}: {text}",
    "batch-no-file": "A batch is written to standard output; send it to a file with > FILE.",
    "usage-problem": "{message}\nHelp with examples: {command} --help",
    "config-unreadable": "{file} cannot be read: {problem}",
    "config-unknown": "{file}, line {line}: there is no option \"{option}\". {hint}",
    "did-you-mean-option": "Did you mean {name}?",
    "options-are": "There are: {names}.",
    "unknown-ending": "The ending of {file} says nothing about its format. Use one of {endings}, or --format.",
    "file-exists": "{file} exists already. Add --force to overwrite it.",
    "not-written": "{file} cannot be written: {problem}.",
    "too-many-values": "There are more values in --at {at} than letters that vary. Name them: x=1,a=2.",
    "rules-true": "{laws} laws on {cards} cards: each is true wherever it was tried.",
    "rules-not-true": "{count} of {laws} laws on {cards} cards did not stand the test.",
    # showing the rule book
    "rules-heading": "The rule book",
    "rules-id": "short name",
    "rules-name": "rule",
    "rules-law": "what it says",
    "rules-more": "One of them in full, with an example:  stepcalc rules product",
    "card-law": "says",
    "card-law-text": "law",
    "card-define": "definition",
    "card-real": "real where",
    "card-when": "holds where",
    "card-source": "source",
    "card-example": "For example",
    "law-if": "if {condition}",
    "law-when": "holds where {condition}",
    "law-prefer": "(--prefer {name})",
    # rendering
    "factor-out": "Factor out",
    "list-and": "{first} and {last}",
    "differentiate": "Differentiate",
    "with-respect-to": "with respect to ",
    "twice": "twice",
    "times": "{count} times",
    "rules-together": "{names} rules",
    "outside": "outside ",
    "inside": "inside {name} = ",
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
    "each-step-checked-off-axis": "Each step checked at {points} points off the real axis.",
    "not-checked": "The steps could not be checked. {reasons}",
    "a-step-failed": "A step failed its check. {reasons}",
    # derivations read back from JSON
    "json-not-json": "This is not a derivation in JSON: {detail}.",
    "json-version": "This is not a derivation that this version of StepCalc can read. It reads format {version}.",
    "json-damaged": "This derivation is damaged ({detail}).",
    "json-unknown-head": 'This derivation is damaged: there is no kind of expression called "{head}".',
    "json-unknown-law": "This derivation uses a law that is not on the card [{card}].",
    # questions
    "which-letter": "The expression has {count} letters, {letters}. Say which one varies: --wrt {first} "
    "({others} then held fixed).",
    "the-other": "the other is",
    "the-others": "the others are",
    "two": "two",
    "and": "and",
    "varies": "{variable} varies; {held} held fixed.",
    "is": "is",
    "are": "are",
    "order-range": "The order must be a whole number from 1 to {most}.",
    "form-unknown": 'There is no form "{form}". Choose one of {known}.',
    "not-an-expression": "StepCalc differentiates an expression, and this is {kind}. Give the expression alone.",
    "kind-relation": "an equation or inequality",
    "kind-vector": "a list",
    "kind-other": "something else",
    "letter-not-letter": "Differentiate with respect to a letter, not {text}.",
    "point-missing": "To find the value at a point, give a value to {letters}, such as --at {example}.",
    "point-outside": "{variable} = {value} is not in the domain of the function and its derivative.",
    "too-deep-for-sympy": "This answer is nested too deeply for SymPy. Use derivation.answer, which is a form.",
    # checking
    "step-wrong-value": "The two sides of a step have different values.",
    "step-wrong-start": "The first step does not start from the question.",
    "step-wrong-letters": "The steps differentiate with respect to other letters than the question.",
    "step-wrong-goal": "A step under the {rule} has no derivative for its goal.",
    "step-wrong-rule": "A step is not an application of the rule that it names ({rule}).",
    "step-wrong-bindings": "The letters of a rule ({rule}) are not read as its step says.",
    "step-wrong-goals": "The substeps of a step are not those that its rule ({rule}) asks for.",
    "step-wrong-conditions": "The conditions of a step are not those of its rule ({rule}).",
    "step-wrong-result": "A result does not follow from the substeps by the rule ({rule}).",
    "too-few-points": "It could be checked at {count} points only, and three are needed.",
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
