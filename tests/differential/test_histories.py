"""Our check of a history against the real Alembic: an error of ours is a failure of its, and the
other way round.

Allowed differences, all of them ours alone:
- SG206: Alembic writes SQL offline without a database that would refuse a long id.
- SG203: a circle that a revision outside of it leads into and another one leads out of.
  Alembic looks only for revisions that no walk from a base or a head reaches, and does not see it.
- SG205: values that only running the file tells, and that run to something right.
"""

from __future__ import annotations

import pytest
from tests.support.histories import BODY, Drawn, ask_alembic, found, histories, rules, text

from safeguards.findings import Finding

V = "m/versions/"
BROKEN = {
    "two-heads": ({"1.py": text("1"), "2.py": text("2", "1"), "3.py": text("3", "1")}, "SG201"),
    "two-bases": ({"1.py": text("1"), "2.py": text("2")}, "SG203"),
    "duplicate-id": (
        {"1.py": text("1"), "2.py": text("2", "1"), "3.py": text("2", "1")},
        "SG204",
    ),
    "missing-parent": ({"1.py": text("1"), "2.py": text("2", "zzz")}, "SG202"),
    "dangling-depends-on": (
        {"1.py": text("1"), "2.py": text("2", "1", "depends_on = 'zzz'")},
        "SG202",
    ),
    "cycle": ({"1.py": text("1", "3"), "2.py": text("2", "1"), "3.py": text("3", "2")}, "SG203"),
    "self-loop": ({"1.py": text("1", "1")}, "SG203"),
    "no-revision": ({"1.py": text("1"), "two.py": "down_revision = '1'" + BODY}, "SG205"),
    "no-down-revision": ({"1.py": text("1"), "2.py": "revision = '2'" + BODY}, "SG205"),
    "syntax-error": ({"1.py": text("1"), "2.py": text("2", "1") + "def (\n"}, "SG205"),
    "conflict": (
        {"1.py": text("1"), "2.py": f"<<<<<<< HEAD\n{text('2', '1')}=======\n>>>>>>> main\n"},
        "SG205",
    ),
}
LONG = {"1.py": text("1"), "2.py": text("2" * 33, "1")}
RIGHT = {
    "typed": {
        "1.py": "from typing import Sequence, Union\n"
        "revision: str = '1'\ndown_revision: Union[str, Sequence[str], None] = None\n"
        "branch_labels: Union[str, Sequence[str], None] = None\ndepends_on = None" + BODY,
    },
    "merge": {
        "1.py": text("1"),
        "2.py": text("2", "1"),
        "3.py": text("3", "1"),
        "4.py": text("4", ("2", "3")),
    },
    "merged-by-a-list": {"1.py": text("1"), "2.py": text("2"), "3.py": text("3", ["1", "2"])},
    "labelled-branches": {
        "1.py": text("1", None, "branch_labels = ('a',)"),
        "2.py": text("2", "1"),
        "3.py": text("3", None, "branch_labels = ['b']", "depends_on = 'a'"),
        "4.py": text("4", "3", "depends_on = ('2',)"),
    },
    "labels-after-a-fork": {
        "1.py": text("1"),
        "2.py": text("2", "1", "branch_labels = 'a'"),
        "3.py": text("3", "1", "branch_labels = 'b'"),
    },
    "nothing": {},
    "id-in-the-file-name": {
        "abc123.py": "down_revision = None" + BODY,
        "2.py": text("2", "abc123"),
    },
    "names-that-alembic-does-not-load": {
        "1.py": text("1"),
        "__init__.py": "def (",
        "__init__helpers.py": "def (",
        ".#2.py": "def (",
        "README": "def (",
    },
    "a-hidden-name-that-it-loads": {".1.py": text("1"), "2.py": text("2", "1")},
    "made-of-constants": {
        "1.py": "A = '1'\nrevision, down_revision = A, None" + BODY,
        "2.py": "PARENT = '1'\nrevision = '2' + 'x'\ndown_revision = (*(PARENT,),)" + BODY,
        "3.py": "N = '3'\nrevision = f'{N}y'\ndown_revision = '2'\ndown_revision += 'x'" + BODY,
    },
    "said-twice": {"1.py": "revision = '0'\n" + text("1"), "2.py": text("2", "1")},
    "empty-values": {
        "1.py": text("1", (), "depends_on = ()", "branch_labels = ''"),
        "2.py": text("2", "1", "depends_on = ''"),
    },
}
WRONG = {
    "start-of-an-id": {"1.py": text("abcdef01"), "2.py": text("2", "abcdef")},
    "label-as-parent": {"1.py": text("1", None, "branch_labels = 'a'"), "2.py": text("2", "a")},
    "relative-dependency": {"1.py": text("1"), "2.py": text("2", "1", "depends_on = '1@head'")},
    "head-as-parent": {"1.py": text("1"), "2.py": text("2", "head")},
    "helper": {"1.py": text("1"), "_helper.py": "x = 1\n"},
    "no-upgrade": {"1.py": "revision = '1'\ndown_revision = None\n"},
    "one-label-for-two-heads": {
        "1.py": text("1", None, "branch_labels = 'a'"),
        "2.py": text("2", "1"),
        "3.py": text("3", "1"),
    },
    "one-of-two-heads-has-a-label": {
        "1.py": text("1"),
        "2.py": text("2", "1", "branch_labels = 'a'"),
        "3.py": text("3", "1"),
    },
    "label-is-an-id": {"1.py": text("1", None, "branch_labels = '2'"), "2.py": text("2", "1")},
    "label-twice": {
        "1.py": text("1", None, "branch_labels = 'a'"),
        "2.py": text("2", "1", "branch_labels = 'a'"),
    },
    "depends-on-itself": {"1.py": text("1", None, "depends_on = '1'")},
    "depends-in-a-circle": {
        "1.py": text("1", None, "branch_labels = 'a'", "depends_on = '2'"),
        "2.py": text("2", None, "branch_labels = 'b'", "depends_on = '1'"),
    },
    "depends-on-without-labels": {"1.py": text("1"), "2.py": text("2", None, "depends_on = '1'")},
    "illegal-id": {"1.py": text("a-b")},
    "no-text": {"1.py": text(1)},
    "empty-parent": {"1.py": text("1", "")},
    "unbound-again": {"one.py": text("1") + "del revision\n"},
    "empty-dependency-of-the-first": {"1.py": text("1", None, "depends_on = ''")},
}
DRAWN = 400


def at(files: dict[str, str]) -> dict[str, str]:
    return {V + name: content for name, content in files.items()}


@pytest.fixture(scope="module")
def verdicts() -> dict[str, str]:
    """What Alembic says to all of them, from one process."""
    cases = {name: at(files) for name, (files, _) in BROKEN.items()}
    cases |= {name: at(files) for name, files in (RIGHT | WRONG).items()}
    return dict(zip(cases, ask_alembic(cases.values()), strict=True))


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_history_has_its_rule(name: str, verdicts: dict[str, str]) -> None:
    files, rule = BROKEN[name]
    assert rules(found(at(files))) == {rule}
    assert verdicts[name], "alembic accepts it"


def test_an_id_that_is_too_long_is_ours_alone() -> None:
    assert rules(found(at(LONG))) == {"SG206"}
    assert ask_alembic([at(LONG)]) == [""]


@pytest.mark.parametrize("name", RIGHT)
def test_a_history_that_is_right(name: str, verdicts: dict[str, str]) -> None:
    assert found(at(RIGHT[name])) == []
    assert verdicts[name] == ""


@pytest.mark.parametrize("name", WRONG)
def test_what_alembic_refuses_besides(name: str, verdicts: dict[str, str]) -> None:
    assert rules(found(at(WRONG[name])))
    assert verdicts[name], "alembic accepts it"


def test_drawn_histories_are_judged_as_alembic_judges_them() -> None:
    drawn = [Drawn(seed) for seed in range(DRAWN)]
    answers = ask_alembic(each.files for each in drawn)
    wrong = []
    for seed, (each, answer) in enumerate(zip(drawn, answers, strict=True)):
        ours = found(each.files)
        if bool(rules(ours)) != bool(answer) and not _is_a_hidden_circle(ours):
            wrong.append((seed, answer, [f"{f.rule} {f.message}" for f in ours], each.files))
    assert wrong == []
    refused = sum(1 for answer in answers if answer)
    assert DRAWN // 5 < refused < DRAWN * 4 // 5


def _is_a_hidden_circle(findings: list[Finding]) -> bool:
    return rules(findings) == {"SG203"} and "each other" in findings[0].message


def ini(*lines: str) -> dict[str, str]:
    return {"alembic.ini": "\n".join(("[alembic]", "script_location = m", *lines, ""))}


TOML = """\
[tool.alembic]
script_location = "%(here)s/m"
version_locations = ["%(here)s/one", "two"]
recursive_version_locations = true
"""
FOLDERS = {
    "m/versions/v.py": text("v"),
    "m/versions/deep/d.py": text("d"),
    "m/versions/__pycache__/p.py": text("p"),
    "one/1.py": text("1"),
    "one/deep/er/2.py": text("2"),
    "two/3.py": text("3"),
    "with space/4.py": text("4"),
}
LAYOUTS = {
    "plain": ini(),
    "recursive": ini("recursive_version_locations = true"),
    "not-recursive": ini("recursive_version_locations = no"),
    "spaces": ini("version_locations = one two"),
    "commas": ini("version_locations = one, two,m/versions"),
    "os": ini("path_separator = os", "version_locations = %(here)s/one:with space"),
    "old-name": ini("version_path_separator = :", "version_locations = one:two"),
    "newlines": ini("path_separator = newline", "version_locations =", "  one", "  with space"),
    "semicolons": ini("path_separator = ;", "version_locations = one; two"),
    "twice": ini("version_locations = one one"),
    "absent": ini("version_locations = one nowhere"),
    "toml": {"alembic.ini": "[alembic]\n", "pyproject.toml": TOML},
    "ini-before-toml": {**ini("version_locations = two"), "pyproject.toml": TOML},
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_alembic_loads_the_same_files(name: str) -> None:
    settings = LAYOUTS[name]
    (loaded,) = ask_alembic([FOLDERS], settings, listed=True)
    first = histories(FOLDERS | settings, settings["alembic.ini"])[0]
    assert sorted(first.by_id) == loaded.split()
    assert loaded
