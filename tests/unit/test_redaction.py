from __future__ import annotations

import base64
import json

import pytest

from safeguards.checks import Action, Check, Item
from safeguards.redaction import Redactor

CANARY = "c4nary/pass:w@rd"


@pytest.mark.parametrize("spelling", [CANARY, "c4nary%2Fpass%3Aw%40rd"])
def test_a_learned_secret_goes_in_every_spelling(spelling: str) -> None:
    redactor = Redactor()
    redactor.learn(CANARY)
    assert redactor.clean(f"login {spelling} failed") == "login *** failed"


def test_a_learned_secret_goes_as_json_python_and_base64_spell_it() -> None:
    secret = 'c4n"ary\\pass\x01wörd'
    redactor = Redactor()
    redactor.learn(secret)
    for spelling in (
        json.dumps(secret, ensure_ascii=False),
        repr(secret),
        repr(secret.encode()),
        f"Basic {base64.b64encode(secret.encode()).decode()}",
    ):
        cleaned = redactor.clean(f"it was {spelling} here")
        assert "***" in cleaned
        assert "c4n" not in cleaned
        assert base64.b64encode(secret.encode()).decode() not in cleaned


def test_the_password_of_a_learned_url_goes_alone_too() -> None:
    redactor = Redactor()
    redactor.learn("postgresql://npd:s3cret%21pass@db/npd")
    assert redactor.clean("FATAL: s3cret!pass and s3cret%21pass") == "FATAL: *** and ***"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("postgresql+asyncpg://u:hunter2@h:5432/d", "hunter2"),
        ("Authorization: Bearer abcdef.ghijkl", "abcdef"),
        ("connect with password=hunter2x&ssl=1", "hunter2x"),
        ("PGPASSWORD=hunter2x psql", "hunter2x"),
        ("'password': 'hunter2x'", "hunter2x"),
        ("token eyJhbGciOiJI.eyJzdWIi.SflKxwRJ here", "eyJzdWIi"),
        ("ghp_0123456789abcdefghij", "0123456789"),
        ("fatal: cannot read https://0123456789abcdef0123@host/x.git", "0123456789"),
    ],
)
def test_shapes_that_are_always_secret(text: str, hidden: str) -> None:
    cleaned = Redactor().clean(text)
    assert hidden not in cleaned
    assert "***" in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "https://somebody@host/x.git",
        "http://127.0.0.1:8000/health: 200",
        "a@b",
        "wrong password for user npd",
        "token: 3",
    ],
)
def test_harmless_text_stays(text: str) -> None:
    assert Redactor().clean(text) == text


def test_a_very_short_secret_does_not_mask_ordinary_text() -> None:
    redactor = Redactor()
    redactor.learn("a")
    assert redactor.clean("a table") == "a table"


def test_every_string_of_a_struct_is_cleaned_and_the_rest_kept() -> None:
    redactor = Redactor()
    redactor.learn(CANARY)
    action = Action(f"psql {CANARY}", CANARY, safe=True)
    item = Item(CANARY, "fail", CANARY, CANARY, CANARY, CANARY, 5, action)
    check = Check(4, "records", "fail", 7, CANARY, (item,))
    cleaned = redactor.clean_value(check)
    assert CANARY not in repr(cleaned)
    assert (cleaned.id, cleaned.duration_ms, cleaned.items[0].duration_ms) == (4, 7, 5)
