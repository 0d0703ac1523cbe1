"""A sheet as Moodle XML: STACK questions, marked by algebraic equivalence, with worked feedback.

The layout is that of questions which Moodle's own export writes (docs.stack-assessment.org, "Import and Export").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from stepcalc.messages import say
from stepcalc.notation.forms import Form, letters_of
from stepcalc.notation.names import split_layered
from stepcalc.notation.unicode import one_line
from stepcalc.render.document import Block
from stepcalc.render.mathjax import mathjax, mathjax_inline
from stepcalc.rulebook.book import default_book
from stepcalc.sheets.exports.questions import Numbered, numbered_problems
from stepcalc.sheets.exports.spreadsheet import in_maxima
from stepcalc.sheets.filling import Filled
from stepcalc.sheets.laying_out import hint, paragraphs
from stepcalc.sheets.plan import marks_text

PENALTY: Final = "0.1"
BOX: Final = 30
FORBIDDEN: Final = "diff,derivative,limit,taylor,integrate,int"
"""What a student must not leave to Maxima."""

_OPTIONS: Final[Mapping[str, str]] = {
    "questionsimplify": "1",
    "assumepositive": "0",
    "assumereal": "0",
}
_NOTATION: Final[Mapping[str, str]] = {
    "decimals": ".",
    "scientificnotation": "*10",
    "multiplicationsign": "dot",
    "sqrtsign": "1",
    "complexno": "i",
    "inversetrig": "arccos",
    "logicsymbol": "lang",
    "matrixparens": "[",
    "isbroken": "0",
    "variantsselectionseed": "",
}


def moodle(filled: Filled) -> str:
    """The sheet as a file that Moodle's question bank imports.

    A problem whose answer Maxima can hold, and students can type, is a STACK question; any other is one that
    the teacher marks.

    Args:
        filled: The sheet with its problems.
    """
    quiz = Element("quiz")
    category = SubElement(quiz, "question", type="category")
    _text(category, "category", "$course$/top/" + (_name_of(filled).replace("/", "//") or "StepCalc"))
    for each in numbered_problems(filled):
        answer = "" if each.item.entry.solution else in_maxima(each.worked.result)
        if answer and answer != "und" and _is_typed(each.worked.result):
            _stack(quiz, each, answer, filled)
        else:
            _essay(quiz, each, filled)
    indent(quiz)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(quiz, encoding="unicode") + "\n"


def _is_typed(answer: Form) -> bool:
    """Whether a student can type the letters of an answer: those of networks have a layer above them."""
    return all(split_layered(each.name) is None for each in letters_of(answer))


def _name_of(filled: Filled) -> str:
    return " ".join(part for part in (filled.sheet.title, filled.letter) if part)


def _stack(quiz: Element, each: Numbered, answer: str, filled: Filled) -> None:
    matrix = each.worked.result.head == "matrix"
    question = SubElement(quiz, "question", type="stack")
    asked = f"<p>{_asked(each)}</p>\n<p>[[input:ans1]]</p>\n<div>[[validation:ans1]]</div>"
    _head(question, each, asked, filled)
    _text(question, "stackversion", "")
    _text(question, "questionvariables", f"ta1:{answer};")
    _html(question, "specificfeedback", "[[feedback:prt1]]")
    _html(question, "questionnote", "{@ta1@}")
    _leaves(question, _OPTIONS)
    for name in ("correct", "partiallycorrect", "incorrect"):
        _html(question, f"prt{name}", say(f"stack-{name}"))
    _leaves(question, _NOTATION)
    _input(question, "matrix" if matrix else "algebraic")
    _tree(question)
    if matrix:
        return
    right, wrong = ("1", "prt1-1-T"), ("0", "prt1-1-F")
    for number, (value, (score, note)) in enumerate({"ta1": right, "ta1+1": wrong}.items(), 1):
        _test(question, number, value, score, note)


def _head(question: Element, each: Numbered, asked: str, filled: Filled) -> None:
    """What every kind of question begins with."""
    marks = each.item.entry.marks
    functions = default_book().functions
    shown = one_line(each.worked.question, functions=functions)
    _text(question, "name", f"{each.label}. {shown}"[:250])
    _html(question, "questiontext", asked)
    _html(question, "generalfeedback", _without_castext(_worked(each, filled)))
    _leaves(
        question,
        {
            "defaultgrade": marks_text(marks) if marks else "1",
            "penalty": PENALTY,
            "hidden": "0",
            "idnumber": "",
        },
    )


def _asked(each: Numbered) -> str:
    told = mathjax_inline(each.asked)
    helped = hint(each.item)
    return _without_castext(told + (f"</p>\n<p>{mathjax_inline(helped)}" if helped else ""))


def _worked(each: Numbered, filled: Filled) -> str:
    own = each.item.entry.solution
    blocks: Iterator[Block] | tuple[Block, ...] = paragraphs(own) if own else each.worked.solution
    return mathjax(blocks, functions=default_book().functions, notation=filled.sheet.notation or "leibniz")


def _without_castext(text: str) -> str:
    """The text without what STACK would take for an instruction: ``{@``, ``{#`` and ``[[``."""
    for sign in ("@", "#"):
        text = text.replace("{" + sign, "{ " + sign)
    return text.replace("[[", "[ [").replace("]]", "] ]")


def _input(question: Element, kind: str) -> None:
    given = SubElement(question, "input")
    _leaves(
        given,
        {
            "name": "ans1",
            "type": kind,
            "tans": "ta1",
            "boxsize": str(BOX if kind == "algebraic" else 10),
            "strictsyntax": "1",
            "insertstars": "1",  # 2cos(x)x is read as 2*cos(x)*x
            "syntaxhint": "",
            "syntaxattribute": "0",
            "forbidwords": FORBIDDEN,
            "allowwords": "",
            "forbidfloat": "1",
            "requirelowestterms": "0",
            "checkanswertype": "1",
            "mustverify": "1",
            "showvalidation": "1",
            "options": "",
        },
    )


def _tree(question: Element) -> None:
    """One test: is the answer equal, as algebra?"""
    tree = SubElement(question, "prt")
    _leaves(tree, {"name": "prt1", "value": "1.0000000", "autosimplify": "1", "feedbackstyle": "1"})
    _text(tree, "feedbackvariables", "")
    node = SubElement(tree, "node")
    _leaves(
        node,
        {
            "name": "0",
            "answertest": "AlgEquiv",
            "sans": "ans1",
            "tans": "ta1",
            "testoptions": "",
            "quiet": "0",
        },
    )
    for outcome, score, note in (("true", "1.0000000", "prt1-1-T"), ("false", "0.0000000", "prt1-1-F")):
        _leaves(
            node,
            {
                f"{outcome}scoremode": "=",
                f"{outcome}score": score,
                f"{outcome}penalty": "",
                f"{outcome}nextnode": "-1",
                f"{outcome}answernote": note,
            },
        )
        _html(node, f"{outcome}feedback", "")


def _test(question: Element, number: int, value: str, score: str, note: str) -> None:
    """A test that STACK runs itself: the answer is right, something else is not."""
    test = SubElement(question, "qtest")
    _leaves(test, {"testcase": str(number)})
    _leaves(SubElement(test, "testinput"), {"name": "ans1", "value": value})
    _leaves(
        SubElement(test, "expected"),
        {
            "name": "prt1",
            "expectedscore": f"{score}.0000000",
            "expectedpenalty": "0.0000000" if score == "1" else "0.1000000",
            "expectedanswernote": note,
        },
    )


def _essay(quiz: Element, each: Numbered, filled: Filled) -> None:
    """A question that the teacher marks, with the solution beside it."""
    question = SubElement(quiz, "question", type="essay")
    _head(question, each, f"<p>{_asked(each)}</p>", filled)
    _leaves(
        question,
        {
            "responseformat": "editor",
            "responserequired": "1",
            "responsefieldlines": "10",
            "attachments": "0",
            "attachmentsrequired": "0",
        },
    )
    _html(question, "graderinfo", _worked(each, filled))
    _html(question, "responsetemplate", "")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(SubElement(parent, name), "text").text = text


def _html(parent: Element, name: str, text: str) -> None:
    SubElement(SubElement(parent, name, format="html"), "text").text = text


def _leaves(parent: Element, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text
