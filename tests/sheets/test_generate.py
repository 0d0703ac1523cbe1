"""Problems made by topic and level are what was asked for, differ, and are the same wherever they are made."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from stepcalc.errors import RuleError, UsageError
from stepcalc.rulebook.book import default_book
from stepcalc.sheets.distinct import Distinct, question_mark
from stepcalc.sheets.generate import Wanted, asked, generate, parallel, rules_of
from stepcalc.sheets.level import level_of, measure_level, scale, score
from stepcalc.sheets.patterns import AlikeError, Draw, polynomial
from stepcalc.sheets.problem import KINDS, Ask
from stepcalc.sheets.quality import is_worth_printing
from stepcalc.sheets.topics import PARTS, TOPICS, Topic, topic_named

FAST = ("power", "product", "quotient", "chain", "implicit", "gradient", "taylor")


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_a_problem_of_each_topic_is_of_its_topic_and_level_and_checked(topic: str) -> None:
    card = TOPICS[topic]
    level = card.levels[len(card.levels) // 2]
    (problem,) = generate(topic, level, 1, seed=3)
    fresh = problem.ask.derive()
    assert measure_level(fresh) == level == problem.level
    assert fresh.verify().status == "checked"
    used = rules_of(fresh)
    assert all(group & used for group in card.uses)
    assert not card.without & used


def test_problems_of_a_sheet_have_distinct_questions_and_answers() -> None:
    problems = list(generate("chain", 2, 30, seed=5))
    assert len({problem.marks[0] for problem in problems}) == 30
    assert len({problem.derivation.result for problem in problems}) == 30


def test_renamed_and_commuted_questions_are_the_same_question() -> None:
    def mark(text: str, *letters: str) -> bytes:
        return question_mark(Ask("gradient", text, letters).derive())

    assert mark("x^2 y + sin(y)", "x", "y") == mark("sin(u) + u v^2", "v", "u")
    assert mark("x^2 y", "x", "y") != mark("x^2 y^2", "x", "y")
    limits = [
        question_mark(Ask("limit", "(x^2 - 1)/(x + 1)", ("x",), point=point).derive()) for point in "12"
    ]
    assert limits[0] != limits[1]


def test_a_sheet_that_has_a_problem_gets_another_one() -> None:
    first, second = generate("product", 2, 2, seed=4)
    taken = Distinct([first])
    assert next(generate("product", 2, 1, seed=4, taken=taken)).marks[0] != first.marks[0]
    assert taken.take(second) or second.marks[0] != first.marks[0]


def test_the_same_seed_gives_the_same_problems_whatever_the_hash_seed() -> None:
    program = (
        "from stepcalc.sheets.generate import generate\n"
        "print([p.question for t in ('mixed', 'hessian') for p in generate(t, 3, 3, 7)])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_another_seed_gives_other_problems() -> None:
    questions = [[problem.question for problem in generate("quotient", 3, 3, seed)] for seed in (1, 2)]
    assert questions[0] != questions[1]


def test_what_stands_at_a_place_does_not_depend_on_the_places_before() -> None:
    wanted = Wanted(topic_named("power", 2), 2)
    alone = next(wanted.candidates(9, 4)).question
    assert alone == next(Wanted(topic_named("power", 2), 2).candidates(9, 4)).question
    assert alone in [problem.question for problem in generate("power", 2, 6, seed=9)]


def test_rules_are_kept_to() -> None:
    for problem in generate("mixed", 3, 4, seed=1, exclude=["quotient"], include=["exp"]):
        used = rules_of(problem.derivation)
        assert "quotient" not in used
        assert "exp" in used
    with pytest.raises(UsageError, match="cannot be excluded"):
        list(generate("quotient", 2, 1, seed=1, exclude=["quotient"]))
    with pytest.raises(RuleError, match="kwotient"):
        list(generate("quotient", 2, 1, seed=1, exclude=["kwotient"]))


def test_a_level_that_a_topic_does_not_have_is_answered_with_those_it_has() -> None:
    lacking = next(
        (name, level) for name, card in TOPICS.items() for level in range(1, 6) if level not in card.levels
    )
    with pytest.raises(UsageError, match=", ".join(map(str, TOPICS[lacking[0]].levels))):
        next(generate(*lacking, 1, 1))
    with pytest.raises(UsageError, match="product"):
        next(generate("produkt", 2, 1, 1))


def test_parallel_sheets_are_of_the_same_structure_and_difficulty() -> None:
    first = [problem for topic in FAST for problem in generate(topic, 3, 2, seed=8)]
    taken = Distinct(first)
    others = list(parallel(first, 8, version=1, taken=taken))
    third = list(parallel(first, 8, version=2, taken=taken))
    assert len({problem.marks[0] for problem in (*first, *others, *third)}) == 3 * len(first)
    for original, *alike in zip(first, others, third, strict=True):
        for problem in alike:
            assert (problem.topic, problem.level) == (original.topic, original.level)
            assert abs(problem.score - original.score) <= 0.1 * original.score
    assert (
        sum(problem.recipe == original.recipe for problem, original in zip(others, first, strict=True)) > 10
    )


def test_a_problem_crosses_to_another_process_with_its_marks() -> None:
    (problem,) = generate("chain", 1, 1, seed=2)
    copy = pickle.loads(pickle.dumps(problem))
    assert copy == problem
    assert copy.marks == problem.marks
    assert copy.derivation.result == problem.derivation.result


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("(4x + 8)^5", "a factor in disguise"),
        ("x^2 + 0 x", "nothing but a power"),
        ("ln(-x^2 - 1)", "no domain"),
        ("500 x^3 sin(x)", "large numbers"),
        ("sin(x)^2 + cos(x)^2", "a constant"),
    ],
)
def test_what_no_teacher_would_print_is_refused(text: str, why: str) -> None:
    topic = TOPICS["product"]
    assert not is_worth_printing(Ask("diff", text, ("x",)).derive(), topic), why
    assert is_worth_printing(Ask("diff", "x^2 sin(x)", ("x",)).derive(), topic)


def test_levels_rise_with_the_work() -> None:
    ladder = ["3x^2", "x^2 e^x", "x^2 sin(3x)", "x sin(3x)/(x^2 + 1)", "e^(3x) sin(2x)/(x^2 + 1)"]
    assert [measure_level(Ask("diff", text, ("x",)).derive()) for text in ladder] == [1, 2, 3, 4, 5]
    assert score(Ask("diff", "x^2 sin(x)").derive()) < score(Ask("diff", "x^2 sin(2x)").derive())
    assert level_of(10 * scale().levels[-1]) == 5


def test_difficulty_names_rules_that_there_are() -> None:
    assert scale().rules.keys() <= set(default_book().ids)


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_a_topics_card_is_whole(topic: Topic) -> None:
    assert topic.kind in KINDS
    assert topic.instruction.endswith(".")
    known = set(default_book().ids)
    assert topic.without <= known
    assert all(group <= known for group in topic.uses)
    for patterns in topic.patterns.values():
        assert len(set(patterns)) == len(patterns) > 1
        for place in range(len(patterns)):
            with suppress(AlikeError):
                text = Draw(Random(place), PARTS, [place]).pattern(patterns, topic.options)
                assert not set("{}") & set(text)
                assert asked(topic, text).letters
    derivation = asked(topic, topic.example).derive()
    assert measure_level(derivation) <= topic.levels[1]


def test_polynomials_are_written_as_people_write_them() -> None:
    assert polynomial([1, -1, 0, -7]) == "x^3 - x^2 - 7"


def test_a_one_before_a_letter_or_bracket_is_not_written() -> None:
    from random import Random

    from stepcalc.sheets.patterns import Draw

    draw = Draw(Random(1), {"k": "1..1"})
    text = draw.pattern(["{k}ln({k} + {k}x)/(2{k}x) @ point={k}"])
    assert text == "ln(1 + x)/(21x) @ point=1"


@pytest.mark.parametrize(
    ("kind", "text", "options"),
    [
        ("limit", "(sqrt(4x+1) - sqrt(1))/x", {"point": "0"}),
        ("limit", "7 sin(8x)/(9 sin(8x))", {"point": "0"}),
        ("jacobian", "x sin(y), x sin(y)", {"letters": ("x", "y")}),
    ],
)
def test_what_a_teacher_would_strike_out_is_not_worth_printing(
    kind: str, text: str, options: dict[str, Any]
) -> None:
    topic = TOPICS["limits" if kind == "limit" else kind]
    assert not is_worth_printing(Ask(kind, text, **options).derive(), topic)


def test_easy_problems_come_before_hard_ones_of_the_same_kind() -> None:
    def points(kind: str, text: str, **options: Any) -> float:
        return score(Ask(kind, text, **options).derive())

    assert points("diff", "2x^2 - 7x + 5") < points("diff", "9 sqrt(x)")
    assert points("definition", "2x^2") < 4
    assert points("limit", "(x^3-8)/(x-2)", point="2") < points("limit", "x^4/e^(5x)", point="oo")
