from __future__ import annotations

import pytest

from safeguards.globs import matches, rebase


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("app", "app"),
        ("app", "app/models.py"),
        ("app/", "app/a/b/models.py"),
        ("./app", "app/models.py"),
        ("/app", "app/models.py"),
        (".", "anything/at/all.py"),
        ("", "anything/at/all.py"),
        ("**", "anything/at/all.py"),
        ("*.py", "models.py"),
        ("*/models.py", "app/models.py"),
        ("app/*", "app/a/models.py"),
        ("app/**", "app/a/models.py"),
        ("app/**/models.py", "app/models.py"),
        ("app/**/models.py", "app/a/b/models.py"),
        ("**/generated/**", "generated/models.py"),
        ("**/generated/**", "app/generated/a/models.py"),
        ("**/generated", "app/generated/a/models.py"),
        ("**/*_pb2.py", "a_pb2.py"),
        ("**/*_pb2.py", "app/a_pb2.py"),
        ("?.py", "a.py"),
        ("[ab].py", "b.py"),
        ("[!ab].py", "c.py"),
        ("[a-c].py", "b.py"),
        ("[]].py", "].py"),
        ("[\\].py", "\\.py"),
        ("a[.py", "a[.py"),
        ("a[*]b.py", "a*b.py"),
        ("a+(b).py", "a+(b).py"),
        ("*.py", "two\nlines.py"),
        ("app/**/x.py", "app/two\nlines/x.py"),
    ],
)
def test_matches(pattern: str, path: str) -> None:
    assert matches(path, [pattern])


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("app", "application/models.py"),
        ("app", "backend/app/models.py"),
        ("*.py", "app/models.py"),
        ("*/models.py", "app/a/models.py"),
        ("app/?", "app/"),
        ("app/**", "app"),
        ("**/generated/**", "app/generated"),
        ("**/generated/**", "app/generated.py"),
        ("**/generated/**", "app/ungenerated/models.py"),
        ("a?b.py", "a/b.py"),
        ("a[!x]b.py", "a/b.py"),
        ("a[+-0]b.py", "a/b.py"),
        ("[!a].py", "a.py"),
        ("*.PY", "models.py"),
        ("../app", "app/models.py"),
    ],
)
def test_does_not_match(pattern: str, path: str) -> None:
    assert not matches(path, [pattern])


def test_one_of_several_patterns_is_enough() -> None:
    assert matches("b.py", ["a.py", "b.py"])
    assert not matches("b.py", [])


def test_rebase_keeps_the_meaning_below_a_folder() -> None:
    assert rebase(["*.py"], ".") == ("*.py",)
    moved = rebase(["**/gen/**", "/models"], "back[end]")
    assert matches("back[end]/app/gen/a.py", moved)
    assert matches("back[end]/models/a.py", moved)
    assert not matches("backe/app/gen/a.py", moved)
    assert not matches("models/a.py", moved)
