from __future__ import annotations

import pytest

from safeguards.migrations.meaning import meaning

FILE = b'''"""Add phone."""
from typing import Union
from alembic import op
revision: str = "2"
down_revision: Union[str, None] = "1"


def upgrade() -> None:
    """Add it."""
    op.execute("x")


def downgrade() -> None:
    """Nothing."""
'''


@pytest.mark.parametrize(
    "other",
    [
        FILE.replace(b"Add phone.", b"Add the phone.\n\nRevision ID: 2"),
        FILE.replace(b'"""Add phone."""\n', b""),
        FILE.replace(b'    """Nothing."""\n', b"    pass\n"),
        FILE.replace(b'    """Add it."""\n', b"    # add it\n"),
        FILE.replace(b'"x"', b"u'x'"),
        FILE.replace(b"Union[str, None]", b"str | None").replace(
            b"from typing import Union\n", b"from __future__ import annotations\n"
        ),
        FILE.replace(b"revision: str =", b"revision ="),
        FILE.replace(b" -> None", b""),
        FILE.replace(b'op.execute("x")', b'op.execute(\n        "x",\n    )'),
        FILE.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + FILE,
    ],
)
def test_what_is_no_edit(other: bytes) -> None:
    assert other != FILE
    assert meaning(other) == meaning(FILE)


@pytest.mark.parametrize(
    "other",
    [
        FILE.replace(b'"x"', b'"y"'),
        FILE.replace(b'= "1"', b"= None"),
        FILE.replace(b'op.execute("x")', b'op.execute("x")\n    op.execute("y")'),
        FILE.replace(b"from alembic import op", b"from alembic_more import op"),
        FILE.replace(b'    """Nothing."""\n', b'    op.execute("z")\n'),
        b"def (",
    ],
)
def test_what_is_an_edit(other: bytes) -> None:
    assert other != FILE
    assert meaning(other) != meaning(FILE)


def test_what_cannot_be_parsed_means_its_bytes() -> None:
    assert meaning(b"def (") == b"def ("
