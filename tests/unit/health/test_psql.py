from __future__ import annotations

import pytest

from safeguards.errors import (
    AbsentError,
    DeadlineError,
    DeniedError,
    RefusedError,
    UnreachableError,
)
from safeguards.health import psql
from safeguards.system.process import Completed

M = psql.MARK + "\n"


def done(out: str = "", err: str = "", code: int = 0) -> Completed:
    return Completed(("psql",), code, out.encode(), err.encode(), 1)


def test_rows_of_each_statement() -> None:
    out = f"{M}1\n{M}a\x1fb\x1ec\x1f\x1d\n{M}"
    assert psql.answers(done(out, M * 3), 3, "db") == ((("1",),), (("a", "b"), ("c", None)), ())


def test_a_refused_statement_leaves_the_others_their_rows() -> None:
    err = f'{M}{M}ERROR:  42P01: relation "x" does not exist\nLINE 1: …\nLOCATION: …\n{M}'
    first, second, third = psql.answers(done(f"{M}1\n{M}{M}3\n", err), 3, "db")
    assert (first, third) == ((("1",),), (("3",),))
    assert isinstance(second, AbsentError)
    assert second.message == 'relation "x" does not exist'


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("57014: canceling statement due to statement timeout", DeadlineError),
        ("42501: permission denied for table x", DeniedError),
        ("25006: cannot execute INSERT in a read-only transaction", RefusedError),
    ],
)
def test_refusals_by_their_code(line: str, kind: type[Exception]) -> None:
    (answer,) = psql.answers(done(M, f"{M}ERROR:  {line}\n"), 1, "db")
    assert type(answer) is kind


def test_a_login_that_is_refused() -> None:
    said = 'psql: error: connection to server failed: FATAL:  role "npd" does not exist\n'
    with pytest.raises(RefusedError, match='role "npd" does not exist') as caught:
        psql.answers(done("", said, 2), 1, "db")
    assert "docker logs --tail 50 db" in caught.value.hint


@pytest.mark.parametrize("code", [126, 127])
def test_a_container_without_psql(code: int) -> None:
    with pytest.raises(UnreachableError, match="there is no psql in web"):
        psql.answers(done("OCI runtime exec failed", "", code), 1, "web")


def test_a_psql_that_ended_early() -> None:
    with pytest.raises(UnreachableError, match="got no answer from its database"):
        psql.answers(done(f"{M}1\n", M, -1), 2, "db")


def test_the_session_is_read_only_and_its_password_in_no_argument() -> None:
    argv = psql.arguments("npd", "npd", ["select 1"], 5)
    environ = psql.environment(5, "s3cret")
    assert "default_transaction_read_only=on" in environ["PGOPTIONS"]
    assert environ["PGPASSWORD"] == "s3cret"
    assert not any("s3cret" in argument for argument in argv)
    assert "PGPASSWORD" not in psql.environment(5, "")
