from __future__ import annotations

import pytest

from safeguards.errors import ConfigError
from safeguards.migrations.ini import parse_heads, read_ini


@pytest.mark.parametrize(
    ("lines", "folders"),
    [
        ("script_location = migrations", ("backend/migrations/versions",)),
        ("script_location = %(here)s/migrations", ("backend/migrations/versions",)),
        ("script_location = ./m\nfile_template = %%(year)d", ("backend/m/versions",)),
        (
            "script_location = m\nversion_locations = a b, c",
            ("backend/a", "backend/b", "backend/c"),
        ),
        (
            "script_location = m\npath_separator = os\nversion_locations = %(here)s/a:%(here)s/b",
            ("backend/a", "backend/b"),
        ),
        (
            "script_location = m\nversion_path_separator = newline\nversion_locations =\n  a\n  b",
            ("backend/a", "backend/b"),
        ),
    ],
)
def test_folders_of_a_checkout_are_relative_to_its_top(
    lines: str, folders: tuple[str, ...]
) -> None:
    found = read_ini(f"[alembic]\n{lines}\n", path="backend/alembic.ini", workdir="backend")
    assert found.version_locations == folders


def test_folders_inside_a_container_are_absolute() -> None:
    text = "[alembic]\nscript_location = %(here)s/migrations\nrecursive_version_locations = true\n"
    found = read_ini(text, path="/srv/alembic.ini", workdir="/srv")
    assert found.version_locations == ("/srv/migrations/versions",)
    assert found.recursive


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not an Alembic configuration"),
        ("[other]\n", "is not an Alembic configuration"),
        ("[alembic\n", "is not an Alembic configuration"),
        ("[alembic]\nx = 1\n", "has no script_location"),
        ("[alembic]\nscript_location = pkg:migrations\n", "points into an installed package"),
        ("[alembic]\nscript_location = %(nowhere)s\n", "is not an Alembic configuration"),
    ],
)
def test_what_only_alembic_itself_can_read(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_ini(text, path="/srv/alembic.ini", workdir="/srv")


def test_heads_that_alembic_printed() -> None:
    assert parse_heads("018 (head)\nab12 (billing) (head)\nsome note\n") == {"018", "ab12"}
    assert parse_heads("FAILED: no config\n") == frozenset()
