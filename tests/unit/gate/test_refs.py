from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguards.gate.refs import MalformedLineError, deployed, is_zero, parse_lines
from safeguards.journal.records import PushedRef

A, B, ZERO = "a" * 40, "b" * 40, "0" * 40
MAIN = PushedRef("refs/heads/main", A, "refs/heads/main", B)


def line(ref: PushedRef) -> bytes:
    text = f"{ref.local_ref} {ref.local_oid} {ref.remote_ref} {ref.remote_oid}\n"
    return text.encode("utf-8", "surrogateescape")


def test_lines_are_read_in_order() -> None:
    other = PushedRef("HEAD@{1 day ago}", "c" * 64, "refs/heads/x", "0" * 64)
    assert parse_lines(line(MAIN) + line(other)) == (MAIN, other)
    assert parse_lines(b"") == ()


@pytest.mark.parametrize(
    "text", [b"x\n", b"a b c d\n", b"refs/heads/a " + b"a" * 40 + b" refs/heads/a\n", b"\0\n"]
)
def test_what_git_does_not_write_is_refused(text: bytes) -> None:
    with pytest.raises(MalformedLineError):
        parse_lines(text)


NAMES = st.binary(min_size=1, max_size=20).filter(lambda name: not {*b" \n\0"} & {*name})


@given(st.lists(st.tuples(NAMES, NAMES)))
def test_any_name_is_kept_byte_for_byte(names: list[tuple[bytes, bytes]]) -> None:
    refs = [
        PushedRef(
            one.decode("utf-8", "surrogateescape"), A, two.decode("utf-8", "surrogateescape"), B
        )
        for one, two in names
    ]
    assert parse_lines(b"".join(map(line, refs))) == tuple(refs)


def test_only_branches_that_deploy_count_and_no_deletes() -> None:
    release = PushedRef("refs/heads/x", A, "refs/heads/release", ZERO)
    tag = PushedRef("refs/tags/main", A, "refs/tags/main", ZERO)
    gone = PushedRef("(delete)", ZERO, "refs/heads/main", A)
    assert deployed([release, tag, MAIN], ["main", "release"]) == (MAIN, release)
    assert deployed([gone, tag], ["main"]) == ()


def test_nothing_has_a_name_in_both_formats() -> None:
    assert is_zero(ZERO)
    assert is_zero("0" * 64)
    assert not is_zero(A)
    assert not is_zero("")
