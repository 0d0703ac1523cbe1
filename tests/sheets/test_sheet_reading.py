"""A sheet's file: what it may say, and what is said when it says something else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcalc.errors import StepcalcError, UsageError
from stepcalc.sheets.filling import fill
from stepcalc.sheets.places import line_of, places
from stepcalc.sheets.plan import Entry, Room, Sheet
from stepcalc.sheets.reading import read_sheet, sheet_of

HEAD = 'title = "A"\n[[section]]\n[[section.problem]]\n'

WRONG = {
    "a wrong key": ('titel = "A"\n' + HEAD, 1, 'no key "titel"', "title"),
    "a wrong key of a problem": (HEAD + 'diff = "x"\nmark = 2\n', 5, 'no key "mark"', "marks"),
    "a missing topic": (HEAD + 'topic = "produkt"\nlevel = 2\n', 4, 'no topic "produkt"', None),
    "a level that a topic lacks": (HEAD + 'topic = "total"\nlevel = 1\n', 5, "level 1", None),
    "a level that no topic has": (HEAD + 'topic = "product"\nlevel = 9\n', 5, "from 1 to 5", None),
    "no question": (HEAD + "marks = 2\n", 3, "needs a question", None),
    "two questions": (HEAD + 'diff = "x"\nlimit = "x"\n', 5, "diff and limit", None),
    "an option of another kind": (HEAD + 'diff = "x"\nto = 0\n', 5, "but with limit", None),
    "an unknown rule": (HEAD + 'topic = "product"\nexclude = ["quotent"]\n', 5, "quotent", "quotient"),
    "marks that are no number": (HEAD + 'diff = "x"\nmarks = "two"\n', 5, "number from 0", None),
    "marks in thirds": (HEAD + 'diff = "x"\nmarks = 0.3\n', 5, "whole or half", None),
    "marks twice": (
        HEAD + 'text = "a"\nmarks = 3\n[[section.problem.part]]\ndiff = "x"\nmarks = 1\n', 5, "not to both", None,
    ),
    "a count for a given problem": (HEAD + 'diff = "x"\ncount = 2\n', 5, "drawn by topic", None),
    "too many columns": ("columns = 9\n" + HEAD + 'diff = "x"\n', 1, "from 1 to 4", None),
    "a numbering without a number": ('numbering = "*"\n' + HEAD + 'diff = "x"\n', 1, "pattern such as", None),
    "a space that cannot be read": (HEAD + 'diff = "x"\nspace = "much"\n', 5, "4 lines", None),
    "a section that is no list": ('section = "A"\n', 1, "[[section]]", None),
    "no problem": ('title = "A"\n', 1, "no problem on this sheet", None),
    "not TOML": ('title = "A\n', 1, "not TOML", None),
    "a thing to show": ('show = ["problems", "hints"]\n' + HEAD + 'diff = "x"\n', 1, "one of problems", None),
    "parts of a drawn problem": (
        HEAD + 'topic = "product"\n[[section.problem.part]]\ndiff = "x"\n', 5, "no topic of its own", None,
    ),
    "words with an expression that cannot be read": (HEAD + 'text = "Let {sinn(x)} be"\n', 4, '"sinn"', "sin"),
    "instructions alike": ('instructions = "Let {x +} be"\n' + HEAD + 'diff = "x"\n', 1, "missing after +", None),
    "paper": ('paper = "a3"\n' + HEAD + 'diff = "x"\n', 1, "a4, us-letter", None),
    "a limit without its point": (HEAD + 'limit = "1/x"\n', 4, "such as to = 0", None),
    "no direction": (HEAD + 'directional = "x y"\n', 4, 'such as direction = "3, 4"', None),
    "a point that is neither number nor text": (HEAD + 'limit = "x"\nto = true\n', 5, "a number, or a text", None),
    "letters that are a number": (HEAD + 'diff = "x"\nwrt = 3\n', 5, '"x" or "x,y"', None),
    "nothing to show": ("show = []\n" + HEAD + 'diff = "x"\n', 1, "one of problems", None),
    "a part of a part": (
        HEAD + 'text = "a"\n[[section.problem.part]]\ndiff = "x"\n[[section.problem.part.part]]\ndiff = "x"\n',
        5, "no parts of its own", None,
    ),
    "a brace that is not closed": (HEAD + 'text = "Let {x be"\n', 4, "one of the two is missing", None),
    "a rule that is wanted and not": (
        HEAD + 'topic = "product"\ninclude = ["chain"]\nexclude = ["chain"]\n', 6, "at once", None,
    ),
    "a rule that its topic needs": (
        'exclude = ["product"]\n' + HEAD + 'topic = "product"\n', 5, "cannot be excluded", None,
    ),
    "a rule that its topic lacks": (HEAD + 'topic = "power"\ninclude = ["product"]\n', 5, "cannot be incl", None),
    "a true that is a text": (HEAD + 'diff = "x"\ntogether = "yes"\n', 5, "true or false", None),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_error_names_file_line_and_what_is_allowed(what: str) -> None:
    text, line, sentence, suggestion = WRONG[what]
    with pytest.raises(UsageError) as caught:
        sheet_of(text, "algebra.toml")
    assert caught.value.message.startswith(f"algebra.toml, line {line}: ")
    assert sentence in caught.value.message
    assert caught.value.suggestion == suggestion


def test_what_stands_at_the_top() -> None:
    sheet = sheet_of(
        'title = "A"\nfields = ["name", "score"]\ncolumns = 2\nfont_size = 18\nspace = "4 lines"\nseed = 7\n'
        'show = "solutions"\npaper = "us-letter"\n' + '[[problem]]\ndiff = "x^2"\n'
    )
    assert (sheet.fields, sheet.columns, sheet.font_size, sheet.seed) == (("name", "score"), 2, 18, 7)
    assert sheet.space == Room("lines", 3.2)
    assert sheet.show == ("solutions",)
    assert [entry.ask.text for entry in sheet.entries if entry.ask] == ["x^2"]


def test_every_kind_of_question_can_be_given() -> None:
    from stepcalc.sheets.problem import KINDS

    needed = {"limit": "to = 0\n", "directional": 'direction = "1"\n'}
    text = "".join(f'[[problem]]\n{kind} = "x"\n{needed.get(kind, "")}' for kind in KINDS)
    assert [entry.ask.kind for entry in sheet_of(text).entries if entry.ask] == list(KINDS)


def test_marks_are_totalled_over_parts_and_drawn_problems() -> None:
    sheet = sheet_of(
        '[[problem]]\ndiff = "x"\nmarks = 2.5\n[[problem]]\ntopic = "product"\nlevel = 2\ncount = 3\nmarks = 2\n'
        '[[problem]]\ntext = "a"\n[[problem.part]]\ndiff = "x"\nmarks = 1\n[[problem.part]]\ntext = "b"\nmarks = 1\n'
    )
    assert sheet.marks == 2.5 + 6 + 2


def test_rules_of_sheet_and_section_hold_for_problems() -> None:
    sheet = sheet_of(
        'exclude = ["quotient"]\n[[section]]\nexclude = ["chain"]\n[[section.problem]]\ntopic = "product"\n'
        'include = ["sin"]\n'
    )
    (entry,) = sheet.entries
    assert (entry.include, entry.exclude) == (("sin",), ("quotient", "chain"))


def test_slots_go_from_easy_to_hard_and_take_topics_by_turns() -> None:
    entry = Entry(topics=("a", "b"), levels=(1, 2), count=5)
    assert list(entry.slots()) == [("a", 1), ("b", 1), ("a", 1), ("a", 2), ("b", 2)]


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_sheet(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        read_sheet(file)


def test_another_encoding_is_said_with_its_line(tmp_path: Path) -> None:
    (file := tmp_path / "a.toml").write_bytes(b'title = "A"\nheader = "Stra\xdfe"\n[[section]]\n')
    with pytest.raises(UsageError, match=r"line 2: .* Save the file as UTF-8"):
        read_sheet(file)


def test_the_mark_that_some_editors_begin_a_file_with_is_no_part_of_it(tmp_path: Path) -> None:
    text = (HEAD + 'diff = "x"\n').replace("\n", "\r\n")
    (file := tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_sheet(file).title == "A"


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        ('diff = "x +"', "line 5: Something is missing"),
        ('diff = "foo(x)"', 'line 5: There is no function "foo".'),
        ('partial = "x y"', 'line 5: Say with respect to which letters, such as wrt = "x".'),
    ],
)
def test_what_goes_wrong_in_working_has_the_line_of_the_question_and_no_option(
    problem: str, sentence: str
) -> None:
    with pytest.raises(StepcalcError) as caught:
        fill(sheet_of(HEAD + "marks = 2\n" + problem + "\n", "a.toml"))
    assert sentence in caught.value.message and "--" not in caught.value.message


def test_lines_of_keys_in_lists_of_tables_and_long_texts() -> None:
    first = '[[section]]\n[[section.problem]]\ntext = """\ndiff = 1\n"""\nmarks = 2\n'
    text = first + '[[section.problem]]\n"diff" = "x"\n'
    found = places(text)
    assert found["section", 0, "problem", 0, "marks"] == 6
    assert found["section", 0, "problem", 1, "diff"] == 8
    assert ("section", 0, "problem", 0, "diff") not in found
    assert line_of(found, ("section", 0, "problem", 1, "nothing")) == 7


@given(st.text(max_size=300))
def test_any_text_is_a_sheet_or_an_error_in_words(text: str) -> None:
    try:
        sheet_of(text, "a.toml")
    except StepcalcError as problem:
        assert problem.message.startswith("a.toml, line ")


KEYS = st.sampled_from(
    "title diff limit topic level count marks space hint text solution together to wrt order part columns".split()
)
VALUES = st.one_of(
    st.booleans().map(lambda flag: "true" if flag else "false"),
    st.integers(-3, 12).map(str),
    st.sampled_from(
        ['"x^2"', '"product"', '"3 lines"', "[1, 2]", '["product"]', "{a = 1}", "2020-01-01", "nan"]
    ),
)


@given(st.lists(st.tuples(KEYS, VALUES), max_size=6, unique_by=lambda pair: pair[0]))
def test_any_keys_and_values_are_read_or_refused_in_words(pairs: list[tuple[str, str]]) -> None:
    text = "[[section]]\n[[section.problem]]\n" + "".join(f"{key} = {value}\n" for key, value in pairs)
    try:
        sheet_of(text, "a.toml")
    except StepcalcError as problem:
        assert problem.message.startswith("a.toml, line ")


def test_lines_are_told_apart_in_time_that_grows_with_their_length() -> None:
    from time import process_time

    from stepcalc.sheets.places import places

    start = process_time()
    found = places("x = [\n[" + " " * 20_000 + "1\n]]\n[[ section ]]\n  title = 1\n")
    assert process_time() - start < 1
    assert found["section", 0, "title"] == 5


def test_the_example_to_start_from_has_every_key() -> None:
    from stepcalc.sheets import reading

    text = Path(reading.__file__).with_name("new.toml").read_text("utf-8")
    keys = {*reading._SHEET, *reading._SECTION, *reading._PROBLEM, *reading._ASKING} - {"direction", "topic"}
    assert {key for key in keys if not re.search(rf"^(# )?{key} = ", text, re.MULTILINE)} == set()
    every = re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)
    assert read_all(every).fade == 2


def read_all(text: str) -> Sheet:
    """The sheet of a text in which no key is commented out."""
    return sheet_of(text.replace('include = ["chain"]', "include = []").replace('wrt = "x"\n', ""))
