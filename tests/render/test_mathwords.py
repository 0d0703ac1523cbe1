"""Laws and sentences: what is mathematics in them is typeset, what is words stays words."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from stepcalc.messages import MESSAGES
from stepcalc.render.document import Document, Formula, Heading, Prose, StepHead, Table, Words, words
from stepcalc.render.html import html_page
from stepcalc.render.latexpage import latex_fragment
from stepcalc.render.markdown import markdown
from stepcalc.render.mathwords import Maths, aloud, in_latex, in_typst, law_pieces, sentence_pieces
from stepcalc.render.typst import typst_markup
from stepcalc.rulebook.book import default_book


def told(text: str, *, law: bool = False) -> str:
    """The text with its mathematics in LaTeX between dollar signs."""
    pieces = law_pieces(text) if law else sentence_pieces(text)
    return "".join(f"${in_latex(piece)}$" if isinstance(piece, Maths) else piece for piece in pieces)


LAWS = sorted(
    {
        stated
        for card in default_book().cards()
        for stated in (card.show, card.show_three, card.show_four)
        if stated
    }
)


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        ("(f·g)′ = f′·g + f·g′", r"$(f \cdot g)' = f' \cdot g + f \cdot g'$"),
        ("(e^x)′ = e^x", r"$(e^{x})' = e^{x}$"),
        ("arcsin′(x) = 1/√(1−x²)", r"$\arcsin'(x) = 1/\sqrt{1 - x^{2}}$"),
        ("log_g(f)′ = 1", r"$\operatorname{log}_{g}(f)' = 1$"),
        (
            "lim f(x) = f(a), where f is continuous at a",
            r"$\lim f(x) = f(a)$, where $f$ is continuous at $a$",
        ),
        ("x = ±ⁿ√v for even n", r"$x = \pm\sqrt[n]{v}$ for even $n$"),
        ("one limit for b > 1 (c > 0)", "one limit for $b > 1$ ($c > 0$)"),
        ("∇f = (∂f/∂x, ...)ᵀ", r"$\nabla f = (\partial f/\partial x, \dots)^{\mathsf{T}}$"),
        ("u = arcsin v + 2kπ", r"$u = \arcsin v + 2k\pi$"),
        ("each piece is differentiated where it applies", "each piece is differentiated where it applies"),
    ],
)
def test_a_law_is_typeset(law: str, expected: str) -> None:
    assert told(law, law=True) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "A factor that stands above may be struck out, where it is not 0.",
            "A factor that stands above may be struck out, where it is not 0.",
        ),
        ("Rise over run between x and x + h.", "Rise over run between $x$ and $x + h$."),
        ("row i holds the partial derivatives of Fᵢ", "row $i$ holds the partial derivatives of $F_{i}$"),
        ("Newton's method doesn't need a line", "Newton's method doesn't need a line"),
        (
            "∂²f/∂y∂x = ∂²f/∂x∂y wherever both are continuous (Clairaut).",
            r"$\partial^{2}f/\partial y\partial x = \partial^{2}f/\partial x\partial y$ wherever both are "
            "continuous (Clairaut).",
        ),
        ("Divide by 2h, and take f′(a) off.", "Divide by $2h$, and take $f'(a)$ off."),
        ("a, b and c are held fixed", "$a$, $b$ and $c$ are held fixed"),
        ("See p. 5, e.g. there", "See p. 5, e.g. there"),
        ("best at h = 1e-8", "best at $h = 10^{-8}$"),
        ("aᵢ = e^zᵢ/Σ e^z", r"$a_{i} = e^{z_{i}}/\sum e^{z}$"),
    ],
)
def test_the_letters_of_a_sentence_are_typeset(sentence: str, expected: str) -> None:
    assert told(sentence) == expected


def test_nothing_of_a_text_is_lost() -> None:
    for text in (*LAWS, *MESSAGES.values()):
        for pieces in (law_pieces(text), sentence_pieces(text)):
            parts = [piece.text if isinstance(piece, Maths) else piece for piece in pieces]
            assert "".join(parts) == text


def test_laws_are_read_aloud_in_words() -> None:
    (piece,) = law_pieces("(xⁿ)′ = n·xⁿ⁻¹")
    assert isinstance(piece, Maths)
    assert aloud(piece) == "( x to the power n ) prime equals n times x to the power n minus 1"


def maths_of_laws() -> list[Maths]:
    return [piece for law in LAWS for piece in law_pieces(law) if isinstance(piece, Maths)]


def test_browsers_read_every_law() -> None:
    pytest.importorskip("latex2mathml")
    from stepcalc.render.mathml import MathML

    writer = MathML()
    for piece in maths_of_laws():
        assert "<merror" not in writer.written(in_latex(piece), 5)


def test_every_law_is_good_latex(tmp_path: Path) -> None:
    compiler = shutil.which("pdflatex")
    if compiler is None:
        pytest.skip("there is no TeX here")
    body = "\n\n".join(f"${in_latex(piece)}$" for piece in maths_of_laws())
    head = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n"
    (tmp_path / "laws.tex").write_text(f"{head}{body}\n\\end{{document}}\n", encoding="utf-8")
    done = subprocess.run(
        [compiler, "-interaction=nonstopmode", "-halt-on-error", "laws.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-800:]


def test_every_law_is_good_typst() -> None:
    typst = pytest.importorskip("typst")
    source = "\n\n".join(f"${in_typst(piece)}$" for piece in maths_of_laws())
    assert typst.compile(source.encode()).startswith(b"%PDF")


def document() -> Document:
    from stepcalc.notation.forms import ONE, letter

    x = letter("x")
    return Document(
        (
            Heading((Words("At "), Formula(x), Words(" = "), Formula(ONE))),
            StepHead(
                1, "Standard limit of sin(u)/u", law="(e^x)′ = e^x", bindings=(("inside u = ", Formula(x)),)
            ),
            Prose(words("let h tend to 0")),
            Prose(words("Answer part b first."), "instruction"),
            Table(("k", "f⁽ᵏ⁾(0)"), ((words("1"), words("2")),)),
        )
    )


@pytest.mark.parametrize("write", [latex_fragment, markdown])
def test_letters_of_words_are_set_as_maths(write: Callable[[Document], str]) -> None:
    written = write(document())
    for part in (
        "At $x = 1$",
        r"$\sin(u)/u$",
        "$(e^{x})' = e^{x}$",
        "inside $u = x$",
        "let $h$ tend",
        "$f^{(k)}(0)$",
    ):
        assert part in written
    assert "part b first" in written


def test_typst_sets_the_letters_of_words_and_says_them() -> None:
    written = typst_markup(document())
    assert '#i(alt: "x equals 1"' in written or 'alt: "x equals 1"' in written
    assert "$(e^(x))' = e^(x)$" in written
    assert "part b first" in written


def test_a_page_sets_the_letters_of_words() -> None:
    pytest.importorskip("latex2mathml")
    written = html_page(document())
    assert "let <math><mrow><mi>h</mi></mrow></math> tend" in written
    assert "part b first" in written


def test_a_page_keeps_a_formula_with_its_brackets() -> None:
    pytest.importorskip("latex2mathml")
    from stepcalc.notation.forms import letter

    x = Formula(letter("x"))
    written = html_page(Document((Prose((Words("So ("), x, Words(", "), x, Words("), or not"))),)))
    assert '<span class="tight">(<math>' in written
    assert "</math>,</span> " in written
    assert "</math>),</span> or not" in written


def test_a_fraction_in_an_exponent_keeps_its_slash_under_a_minus() -> None:
    from stepcalc.notation.latex import latex
    from stepcalc.notation.reader import read_text
    from stepcalc.notation.typst import typst

    form = read_text("x^(-2/3)").form
    assert latex(form) == "x^{-2/3}"
    assert typst(form) == r"x^(−2\/3)"


def test_rows_with_fractions_are_set_apart_in_latex() -> None:
    from stepcalc.notation.reader import read_text

    half = Formula(read_text("1/2").form)
    plain = latex_fragment(Document((Table(("k",), ((words("1"),),)),)))
    tall = latex_fragment(Document((Table(("k",), (((half,),),)),)))
    assert "arraystretch" in tall
    assert "arraystretch" not in plain


def test_letters_in_bold_words_are_not_bold() -> None:
    # Bold letters would be vectors: what is in force for words leaves formulas out.
    written = typst_markup(Document((Prose(words("H is indefinite there.", "strong")),)))
    assert "#bold[#i(" in written


def test_the_letter_at_the_end_of_a_subscript_is_a_letter() -> None:
    from stepcalc.notation.forms import letter
    from stepcalc.notation.latex import latex
    from stepcalc.notation.typst import typst

    assert latex(letter("y_1i")) == "y_{1i}"
    assert typst(letter("y_1i")) == "y_(1 i)"
    assert typst(letter("y_12")) == "y_(12)"
    assert typst(letter("y_max")) == 'y_("max")'


def test_no_level_of_headings_is_left_out() -> None:
    from itertools import pairwise

    steps = (StepHead(1, "Sum rule", depth=2), StepHead(2, "Power rule", depth=3))
    written = html_page(Document((Heading(words("Fit")), Heading(words("Slopes")), *steps)))
    levels = [int(part[0]) for part in written.split("<h")[1:] if part[0].isdigit()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
