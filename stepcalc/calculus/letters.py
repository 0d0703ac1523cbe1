"""Which letters an expression has, and which of them varies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, fold, letter, letters_of, nodes_of

USUAL_CONSTANTS: Final = frozenset("abckmnp")


def free_letters(form: Form) -> frozenset[Form]:
    """The letters of an expression that are not bound by an integral.

    Examples:
        >>> sorted(item.name for item in free_letters(letter("x")))
        ['x']
    """
    bound = {node.args[1] for node in nodes_of(form) if node.head == "call" and node.label == "integral"}
    if not bound:
        return letters_of(form)

    def free(node: Form, parts: tuple[frozenset[Form], ...]) -> frozenset[Form]:
        if node.head == "letter":
            return frozenset({node})
        if node.head == "call" and node.label == "integral":
            return (parts[0] - {node.args[1]}) | parts[2] | parts[3]
        return frozenset().union(*parts)

    return fold(form, free)


def by_name(form: Form) -> tuple[str, int, str]:
    """A key that sorts letters by name and numbered ones by number: x_2 before x_10.

    Examples:
        >>> [item.name for item in sorted([letter("x_10"), letter("x_2"), letter("a")], key=by_name)]
        ['a', 'x_2', 'x_10']
    """
    name = form.name
    stem = name.rstrip("0123456789")
    return stem, int(name[len(stem) :] or -1), name


def letters_given(*given: Any) -> tuple[Form, ...]:
    """Letters as they are handed to a function: one by one, in a sequence, or in one text with commas.

    Args:
        *given: Letters as for :func:`letter_form`, sequences of letters, or texts such as ``"x, y"``.

    Raises:
        UsageError: Something else than a letter is among them.

    Examples:
        >>> x, y = letter("x"), letter("y")
        >>> letters_given("x", "y") == letters_given(["x", "y"]) == letters_given("x, y") == (x, y)
        True
    """
    found: list[Form] = []
    for each in given:
        if isinstance(each, str):
            found.extend(letter_form(part) for part in each.split(",") if part.strip())
        elif isinstance(each, Form):
            found.extend(map(letter_form, each.args if each.head == "vector" else (each,)))
        elif hasattr(each, "__iter__") or hasattr(each, "__len__"):  # a matrix of SymPy has the second only
            found.extend(letters_given(*each))
        else:
            found.append(letter_form(each))
    return tuple(found)


def letter_form(given: Any) -> Form:
    """A letter given as a text, a SymPy symbol or a form.

    Raises:
        UsageError: It is not a letter.
    """
    if isinstance(given, Form):
        form = given
    elif isinstance(given, str):
        from stepcalc.notation.reader import read_text

        form = read_text(given, declared=(given.strip(),)).form
    else:
        from sympy import SympifyError, sympify

        from stepcalc.notation.values import form_of

        try:
            form = form_of(sympify(given, strict=True))
        except SympifyError:
            raise UsageError(say("letter-not-letter", text=given), code="letter-not-letter") from None
    if form.head != "letter":
        raise UsageError(say("letter-not-letter", text=given), code="letter-not-letter")
    return form


def variable_of(form: Form, notes: list[str]) -> Form:
    """The letter that varies where none was named; what is then held fixed is noted."""
    found = sorted(free_letters(form), key=lambda item: item.name)
    if len(found) < 2:
        return found[0] if found else letter("x")
    others = [item for item in found if item.name != "x"]
    names = [item.name for item in found]
    if len(others) < len(found) and all(item.name in USUAL_CONSTANTS for item in others):
        held = listed([item.name for item in others])
        notes.append(say("varies", variable="x", held=f"{held} {say('is' if len(others) == 1 else 'are')}"))
        return next(item for item in found if item.name == "x")
    raise UsageError(
        say(
            "which-letter",
            count=say("two") if len(found) == 2 else len(found),
            letters=listed(names),
            first="x" if "x" in names else names[0],
            others=say("the-other" if len(found) == 2 else "the-others"),
        ),
        code="which-letter",
    )


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them.

    Examples:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {say('and')} {names[-1]}"
