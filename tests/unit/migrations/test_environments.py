from __future__ import annotations

import re
from pathlib import Path

import pytest

from safeguards.errors import ConfigError
from safeguards.migrations.environments import (
    Found,
    belongs,
    find_environments,
    is_revision_file,
)
from safeguards.migrations.ini import Environment


def find(files: dict[str, str], wanted: str | None = None) -> tuple[Found, ...]:
    return find_environments(files, lambda path: files[path].encode(), wanted)


def ini(*lines: str, section: str = "alembic") -> str:
    return "\n".join((f"[{section}]", *lines, ""))


def places(files: dict[str, str], wanted: str | None = None) -> list[tuple[str, ...]]:
    return [each.environment.version_locations for each in find(files, wanted) if each.environment]


def test_an_ini_beside_its_folder() -> None:
    files = {"b/alembic.ini": ini("script_location = m"), "b/m/env.py": ""}
    assert find(files) == (Found("b/alembic.ini", Environment("b/m", ("b/m/versions",))),)


def test_a_location_as_seen_from_a_folder_above() -> None:
    files = {"a/b/alembic.ini": ini("script_location = a/b/m"), "a/b/m/env.py": ""}
    assert places(files) == [("a/b/m/versions",)]


def test_here_and_several_locations_with_subfolders() -> None:
    lines = (
        "script_location = %(here)s/m",
        "path_separator = os",
        "version_locations = %(here)s/m/one:%(here)s/two",
        "recursive_version_locations = true",
    )
    (found,) = find({"b/alembic.ini": ini(*lines), "b/m/env.py": ""})
    assert found.environment == Environment("b/m", ("b/m/one", "b/two"), True)


def test_sections_for_several_databases_are_environments_each() -> None:
    text = ini("script_location = one") + ini("script_location = two", section="other")
    files = {"alembic.ini": text + "[loggers]\nkeys = root\n", "one/env.py": "", "two/env.py": ""}
    assert places(files) == [("one/versions",), ("two/versions",)]


def test_two_inis_for_one_folder_are_one_environment() -> None:
    text = ini("script_location = %(here)s/../m")
    files = {"dev/alembic.ini": text, "prod/alembic.ini": text, "m/env.py": ""}
    assert places(files) == [("m/versions",)]


def test_flask_migrate_keeps_the_ini_beside_env() -> None:
    files = {"app/migrations/alembic.ini": ini("file_template = x"), "app/migrations/env.py": ""}
    assert places(files) == [("app/migrations/versions",)]


def test_pyproject_holds_the_settings() -> None:
    table = (
        '[tool.alembic]\nscript_location = "%(here)s/m"\n'
        'version_locations = ["%(here)s/m/a", "%(here)s/m/b"]\nrecursive_version_locations = true\n'
    )
    files = {"b/pyproject.toml": table, "b/m/env.py": "", "b/alembic.ini": ini("x = 1")}
    (found,) = find(files)
    assert found.environment == Environment("b/m", ("b/m/a", "b/m/b"), True)


@pytest.mark.parametrize("text", ["[tool.black]\n", "alembic = [", "[tool]\nalembic = 3\n"])
def test_another_pyproject_names_no_environment(text: str) -> None:
    assert [each for each in find({"pyproject.toml": text}) if each.environment] == []


def test_an_own_package_is_found_and_a_foreign_one_is_told() -> None:
    text = ini("script_location = shop.db:migrations")
    files = {"alembic.ini": text, "src/shop/db/migrations/env.py": ""}
    assert places(files) == [("src/shop/db/migrations/versions",)]
    (found,) = find({"alembic.ini": text})
    assert (found.environment, found.trouble) == (
        None,
        "points into an installed package: shop.db:migrations",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[other]\n", "is not an Alembic configuration"),
        ("{{ cookiecutter }}\n", "is not an Alembic configuration"),
        (ini("script_location = %(nowhere)s"), "is not an Alembic configuration"),
        (ini("script_location = /srv/m"), "points out of the project: /srv/m"),
        (ini("script_location = {alembic_dir}"), "is a template: {alembic_dir} is to be filled"),
        (ini("script_location = ../../m"), "points out of the project: ../../m"),
    ],
)
def test_what_cannot_be_judged_is_told(text: str, said: str) -> None:
    (found,) = find({"alembic.ini": text})
    assert found.environment is None
    assert said in found.trouble


def test_an_environment_that_no_file_of_settings_names() -> None:
    files = {"m/env.py": "", "m/script.py.mako": "", "m/versions/1.py": "", "x/env.py": ""}
    assert find(files) == (Found("m/env.py", Environment("m", ("m/versions",))),)
    assert find({"m/env.py": "", "m/script.py.mako": "", "m/versions/README": ""}) == ()


def test_the_wanted_one_alone() -> None:
    files = {
        "alembic.ini": ini("script_location = m"),
        "m/env.py": "",
        "b/other.ini": ini("script_location = m"),
        "b/m/env.py": "",
    }
    assert places(files, "b/other.ini") == [("b/m/versions",)]
    with pytest.raises(ConfigError, match=r"there is no c/alembic\.ini in what is judged"):
        find(files, "c/alembic.ini")


def test_the_names_that_alembic_loads_are_those_of_alembic() -> None:
    import alembic

    source = (Path(alembic.__file__).parent / "script" / "base.py").read_text()
    pattern = re.search(r'^_only_source_rev_file = re\.compile\(r"(.*)"\)$', source, re.MULTILINE)
    assert pattern
    names = ["1.py", "a_b.py", ".a.py", ".#a.py", "__init__.py", "__init__x.py", "a.pyc", "a.py~"]
    assert [bool(re.match(pattern[1], name)) for name in names] == [
        is_revision_file(f"m/versions/{name}") for name in names
    ]


def test_what_belongs_to_an_environment() -> None:
    flat, deep = Environment("m", ("m/v",)), Environment("m", ("m/v",), True)
    assert [belongs(flat, path) for path in ("m/v/1.py", "m/v/x/1.py", "m/1.py")] == [1, 0, 0]
    assert [belongs(deep, path) for path in ("m/v/1.py", "m/v/x/1.py", "m/vx/1.py")] == [1, 1, 0]
