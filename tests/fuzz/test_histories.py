"""Any bytes are a revision file that was read or a problem of it, never an exception."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.support.histories import BODY, check_with, history, text

from safeguards.migrations.environments import find_environments
from safeguards.migrations.meaning import meaning
from safeguards.migrations.revision_file import RevisionFile, read_file

WORDS = st.sampled_from(
    [
        *("revision", "down_revision", "depends_on", "branch_labels", "=", ":", "str", "'a'"),
        *("None", "(", ")", ",", "[", "]", "+", "\n", "    ", "def upgrade():", "pass", "*", '"b"'),
        *("import", "from", "if x:", "for", "in", "#", '"""', "\\", "\x00", "\ud800", "é", "del"),
    ]
)
SOURCES = st.one_of(
    st.binary(max_size=300),
    st.lists(WORDS, max_size=40).map(
        lambda words: " ".join(words).encode("utf-8", "surrogatepass")
    ),
)


@given(SOURCES)
def test_any_bytes_are_read(content: bytes) -> None:
    found = read_file(content)
    assert found.broken <= bool(found.problems)
    lines = content.count(b"\n") + content.count(b"\r") + content.count(b"\f") + 1
    for spot in (*found.spots.values(), *(problem.spot for problem in found.problems)):
        assert 1 <= spot.line <= spot.end_line <= lines
    packed = msgspec.msgpack.encode(found)
    assert msgspec.msgpack.decode(packed, type=RevisionFile) == found
    assert meaning(content) == meaning(content)


@given(st.lists(SOURCES, max_size=4), st.sampled_from(["", "1", "é" * 40, "\n", "a@b"]))
def test_any_history_is_judged(contents: list[bytes], name: str) -> None:
    files = {f"m/versions/{number}.py": content for number, content in enumerate(contents)}
    files["m/versions/x.py"] = text(name, "1").encode()
    before = (history(dict.fromkeys(files, (text("1") + BODY).encode())),)
    for finding in check_with(files, before=before):
        assert finding.message
        assert "\n" not in finding.message + finding.help


@given(st.binary(max_size=200))
def test_any_settings_are_an_environment_or_a_trouble(content: bytes) -> None:
    for path in ("alembic.ini", "pyproject.toml"):
        for prefix in (b"", b"[alembic]\nscript_location = ", b"[tool.alembic]\nscript_location="):
            files = {path: prefix + content, "m/env.py": b""}
            for found in find_environments(files, files.get):
                assert bool(found.environment) != bool(found.trouble)
