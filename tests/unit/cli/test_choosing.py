from __future__ import annotations

import pytest

from safeguards.cli.verifying.choosing import NOT_ASKED, left_out
from safeguards.errors import UsageError


@pytest.mark.parametrize(
    ("only", "skip", "quick", "kept"),
    [
        ((), (), False, "1 2 3 4"),
        ((), (), True, "1 2 4"),
        (("api",), (), False, "3"),
        (("api,records",), (), False, "3 4"),
        (("api", "records"), (), False, "3 4"),
        (("1, 4",), (), False, "1 4"),
        (("API", "api", "3"), (), False, "3"),
        ((), ("api",), False, "1 2 4"),
        ((), ("3",), True, "1 2 4"),
        ((), ("migrations", "4"), True, "1"),
        (("1,2",), ("4",), False, "1 2"),
        (("1,2",), (), True, "1 2"),
    ],
)
def test_what_is_kept(only: tuple[str, ...], skip: tuple[str, ...], quick: bool, kept: str) -> None:
    reasons = left_out(only, skip, quick=quick)
    names = ("containers", "migrations", "api", "records")
    asked = [str(number) for number, name in enumerate(names, 1) if name not in reasons]
    assert " ".join(asked) == kept
    assert set(reasons.values()) <= {NOT_ASKED, "quick"}
    assert (reasons.get("api") == "quick") == quick


@pytest.mark.parametrize(
    ("only", "skip", "quick", "said"),
    [
        (("apis",), (), False, '--only: "apis" is no check'),
        (("0",), (), False, '"0" is no check'),
        (("",), (), False, '"" is no check'),
        (("api,",), (), False, '"" is no check'),
        ((), ("5",), False, '--skip: "5" is no check'),
        (("api",), ("3",), False, "both name api"),
        (("api,1",), (), True, "--quick leaves out api"),
        ((), ("1,2,3,4",), False, "nothing is left"),
        ((), ("1,2,4",), True, "nothing is left"),
    ],
)
def test_what_makes_no_sense(
    only: tuple[str, ...], skip: tuple[str, ...], quick: bool, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        left_out(only, skip, quick=quick)
    assert caught.value.hint
