"""The list of topics as a document: what can be asked for, at which levels, with an example of each."""

from __future__ import annotations

from stepcalc.messages import say
from stepcalc.render.document import Document, Heading, Inline, Prose, Table, words
from stepcalc.sheets.asking import briefly
from stepcalc.sheets.generate import asked
from stepcalc.sheets.topics import TOPICS, Topic


def topics_document() -> Document:
    """The topics, a row each."""
    rows = tuple(_row(topic) for topic in TOPICS.values())
    headings = tuple(say(key) for key in ("topics-name", "topics-levels", "topics-example"))
    title = say("topics-heading")
    return Document(
        (
            Heading(words(title, "strong")),
            Table(headings, rows),
            Prose(words(say("topics-more")), role="note"),
        ),
        title=title,
    )


def _row(topic: Topic) -> tuple[Inline, ...]:
    levels = topic.levels
    shown = f"{levels[0]}–{levels[-1]}" if len(levels) > 1 else str(levels[0])
    return words(topic.name, "rule"), words(shown), _example(topic)


def _example(topic: Topic) -> Inline:
    return briefly(asked(topic, topic.example).derive())
