r"""Words in LaTeX: what has a meaning there is escaped, signs outside ASCII become commands."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final
from unicodedata import normalize

_ESCAPED: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}", "|": r"\ensuremath{|}", '"': r"\textquotedbl{}",
}  # fmt: skip
SIGNS: Final = {
    "′": "{}'", "″": "{}''", "‴": "{}'''", "−": "-", "·": r"\cdot", "∂": r"\partial", "√": r"\surd",
    "∛": r"{}^{3}\!\surd", "∞": r"\infty", "∇": r"\nabla", "≤": r"\leq", "≥": r"\geq", "≠": r"\neq",
    "→": r"\to", "±": r"\pm", "×": r"\times", "∈": r"\in", "∉": r"\notin", "≈": r"\approx", "∫": r"\int",
    "∣": r"\mid", "½": r"\tfrac{1}{2}", "…": r"\dots", "Σ": r"\Sigma", "Γ": r"\Gamma", "Δ": r"\Delta",
    "Φ": r"\Phi", "Π": r"\Pi", "Ω": r"\Omega", "Λ": r"\Lambda", "Θ": r"\Theta", "Ξ": r"\Xi", "Ψ": r"\Psi",
    "π": r"\pi", "ξ": r"\xi", "ζ": r"\zeta", "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta",
    "ε": r"\varepsilon", "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu",
    "ν": r"\nu", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi",
    "∘": r"\circ", "≪": r"\ll", "≫": r"\gg", "‖": r"\|", "°": r"^{\circ}", "←": r"\leftarrow",
    "∝": r"\propto", "≡": r"\equiv", "∧": r"\land", "∨": r"\lor", "∪": r"\cup", "∩": r"\cap", "⊂": r"\subset",
    "ω": r"\omega", "ℝ": r"\mathbb{R}",
}  # fmt: skip
_PLAIN: Final = {
    "–": "--", "—": "---", "’": "'", "“": "``", "”": "''", "§": r"\S{}", "\u00a0": "~", "─": "--",
    "│": r"\ensuremath{|}", "└": r"\ensuremath{\llcorner}", "├": r"\ensuremath{\vdash}",
}  # fmt: skip


def level_of(character: str) -> str:
    """Whether a character stands above the line, below it, or on it."""
    if ord(character) < 128 or character == "½":
        return ""
    from unicodedata import decomposition

    found = decomposition(character)
    return "^" if found.startswith("<super>") else "_" if found.startswith("<sub>") else ""


def in_text(text: str) -> str:
    r"""Words for a paragraph.

    Examples:
        >>> print(in_text("(xⁿ)′ = n·xⁿ⁻¹ for 100 %"))
        (x\ensuremath{^{n}})\ensuremath{{}'} = n\ensuremath{\cdot}x\ensuremath{^{n-1}} for 100 \%
    """
    pieces: list[str] = []
    for place, part in enumerate(_BARRED.split(text)):
        pieces.append(rf"\ensuremath{{\bar{{{part}}}}}" if place % 2 else _without_bars(part))
    return "".join(pieces)


_BARRED: Final = re.compile("(\\w)\u0304")
"""A letter with a bar over it."""


def _without_bars(text: str) -> str:
    pieces: list[str] = []
    for kind, run in groupby(text, level_of):
        characters = "".join(run)
        if kind:
            level = normalize("NFKC", characters).replace("−", "-")
            pieces.append(rf"\ensuremath{{{kind}{{{level}}}}}")
        else:
            pieces.extend(_character(character) for character in characters)
    return "".join(pieces)


def _character(character: str) -> str:
    if character in _ESCAPED:
        return _ESCAPED[character]
    if ord(character) < 128:
        return character
    if character in SIGNS:
        return rf"\ensuremath{{{SIGNS[character]}}}"
    if character in _PLAIN:
        return _PLAIN[character]
    if ord(character) < 0x180:
        return character  # letters with accents, which LaTeX has
    plain = normalize("NFKD", character).encode("ascii", "ignore").decode()
    return "".join(_ESCAPED.get(each, each) for each in plain) or "?"
