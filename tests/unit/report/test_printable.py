from __future__ import annotations

import json

import msgspec
import pytest

from safeguards.report.printable import printable, printable_json

ODD = "a\x1b[2J\x07\r\n\x7f\x9b31m\u202eb\u2066\U000e0041ß\U0001f600"


def test_what_steers_is_shown_as_an_escape() -> None:
    assert printable("a\x1b[2J\n\u202eß") == "a\\x1b[2J\\n\\u202eß"


@pytest.mark.parametrize("value", [ODD, "", "plain", [ODD, {ODD: 1}], {"ß": "\U0001f600"}])
def test_a_json_document_stays_the_same_document(value: object) -> None:
    document = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    shown = printable_json(document)
    assert json.loads(shown) == value
    assert all(line.isprintable() for line in shown.split("\n"))


def test_letters_of_all_languages_stay() -> None:
    assert printable_json('"ß 漢 \U0001f600"') == '"ß 漢 \U0001f600"'
