"""Laws that cards state with primes, in Leibniz's notation: (f·g)′ becomes d/dx[f·g]."""

from __future__ import annotations

import re
from typing import Final

_SUBJECT: Final = re.compile(
    r"""
    (?P<call>Γ|[^\W\d_][\w]+)′(?P<of>\([^()]*\))   # ln′(x)
    | (?P<bare>[^\W\d_][\w]+)′                   # sin′
    | (?P<letter>\b[^\W\d_])′(?!\()              # f′, but not f′(g(x)): that is no derivative by x
    | (?P<bars>\|\w+\|)′                         # |x|′
    """,
    re.VERBOSE,
)
_ENDS_IN_NAME: Final = re.compile(r"\w*\Z")
_BARE_NAME: Final = re.compile(r"[a-z]{2,}²?(?![\w(²])")


def in_leibniz(statement: str) -> str:
    """A law stated with primes, stated with d/dx.

    Examples:
        >>> in_leibniz("(f·g)′ = f′·g + f·g′")
        'd/dx[f·g] = d/dx[f]·g + f·d/dx[g]'
        >>> in_leibniz("tan′ = sec²"), in_leibniz("ln′(x) = 1/x")
        ('d/dx[tan(x)] = sec²(x)', 'd/dx[ln(x)] = 1/x')
    """
    text = _brackets(statement)
    bare = any(found["bare"] for found in _SUBJECT.finditer(text))
    text = _SUBJECT.sub(lambda found: f"d/dx[{_subject(found)}]", text)
    if not bare:
        return text
    left, equals, right = text.partition(" = ")
    return left + equals + _BARE_NAME.sub(lambda found: f"{found[0]}(x)", right)


def _subject(found: re.Match[str]) -> str:
    if found["call"]:
        return found["call"] + found["of"]
    return f"{found['bare']}(x)" if found["bare"] else found["letter"] or found["bars"]


def _brackets(text: str) -> str:
    """Each ``(...)′``, and each ``name(...)′``, as d/dx[...]."""
    while (end := text.find(")′")) >= 0:
        depth, start = 0, end
        while start >= 0:
            depth += (text[start] == ")") - (text[start] == "(")
            if depth == 0:
                break
            start -= 1
        name = _ENDS_IN_NAME.search(text[:start])
        first = name.start() if name else start
        inside = text[start + 1 : end] if first == start else text[first : end + 1]
        text = f"{text[:first]}d/dx[{inside}]{text[end + 2 :]}"
    return text
