"""Rule cards: what one table of ``rules/*.toml`` says."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LawText:
    """One law of a card as it is written there.

    Args:
        text: The law, such as ``D(sin(u)) = cos(u)*D(u)``.
        choose: When this law is the one to take, decided from the form (``if`` on the card).
        when: Where the law holds, which becomes a condition of the derivation.
        prefer: The name under which ``--prefer`` asks for this law.
        line: The line it stands on.
    """

    text: str
    choose: str = ""
    when: str = ""
    prefer: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """A rule: its name, its laws, where they hold, and how a teacher says it.

    Args:
        id: The short name by which it is asked for (``product``).
        name: The name people know (``Product rule``).
        laws: The laws, tried in order; none on cards that only name something.
        real: Where the function is real.
        when: Where its derivative exists.
        show: The law written for people, or empty.
        show_three: The same for three terms or factors, where the law takes any number of them; or empty.
        show_four: The same for four.
        say: One sentence, as said at the board.
        why: The intuition.
        example: A small expression to show the rule at work.
        source: Where the formula is published.
        range: The values that the function takes, as a relation in ``y``.
        define: The definition of a function that SymPy does not have.
        matcher: The matcher in Python, for what a law cannot say.
        changes: What a tidying move must change, one of these at least, to deserve its name (``sums``,
            ``fractions``, ``denominators``, ``radicands``, ``functions``); empty where that cannot be told.
        fails: What happens where ``when`` does not hold, said of the function: "jumps and has no derivative".
        latex: How LaTeX writes the function that the card defines.
        aliases: Other spellings of that function.
        file: The file the card was read from.
        line: The line of its heading.
    """

    id: str
    name: str
    laws: tuple[LawText, ...] = ()
    real: str = ""
    when: str = ""
    show: str = ""
    show_three: str = ""
    show_four: str = ""
    say: str = ""
    why: str = ""
    example: str = ""
    source: str = ""
    range: str = ""
    define: str = ""
    matcher: str = ""
    changes: str = ""
    fails: str = ""
    latex: str = ""
    aliases: tuple[str, ...] = field(default=())
    file: str = ""
    line: int = 0
