"""Drawn projects, written differently: the verdict must not change."""

from __future__ import annotations

import msgspec
from hypothesis import HealthCheck, given, note
from hypothesis import settings as drawing
from hypothesis import strategies as st
from tests.property import transform
from tests.property.test_cases_rewritten import REWRITTEN
from tests.support.model_projects.render import render
from tests.support.model_projects.spec import Spec
from tests.support.model_projects.strategies import specs
from tests.support.shell import OUTER

from safeguards.scan.settings import ScanSettings

thorough = drawing(
    max_examples=60,
    deadline=None,
    derandomize=bool(OUTER.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
drawn = specs(modern=True)


def assert_same(
    first: transform.Files, second: transform.Files, settings: ScanSettings | None = None
) -> None:
    for files in (first, second):
        for path, text in files.items():
            note(f"# {path}\n{text}")
    assert kinds(second, settings) == kinds(first, settings)


def kinds(files: transform.Files, settings: ScanSettings | None) -> list[tuple[str, str]]:
    """Rules and severities: which of two equal places speaks for both follows their order."""
    return sorted((rule, severity) for rule, severity, *_ in transform.verdict(files, settings))


@thorough
@given(drawn, st.sampled_from(sorted(REWRITTEN)))
def test_syntax(spec: Spec, way: str) -> None:
    files = render(spec)
    assert_same(files, REWRITTEN[way](files))


@thorough
@given(drawn, st.permutations(sorted(REWRITTEN)))
def test_several_changes_of_syntax_together(spec: Spec, ways: list[str]) -> None:
    files = render(spec)
    changed: transform.Files = files
    for way in ways[:3]:
        changed = REWRITTEN[way](changed)
    assert_same(files, changed)


@thorough
@given(drawn)
def test_one_file_or_a_file_for_each_model(spec: Spec) -> None:
    assert_same(render(spec), render(msgspec.structs.replace(spec, spread=not spec.spread)))


@thorough
@given(drawn)
def test_column_or_mapped_column(spec: Spec) -> None:
    bare = [
        msgspec.structs.replace(
            model,
            relations=tuple(r for r in model.relations if not r.annotation),
        )
        for model in spec.models
    ]
    old = msgspec.structs.replace(spec, models=tuple(bare), modern=False, postponed=False)
    # SG125 is silent where an annotation may say more of a column than its call does.
    plain = ScanSettings(ignore=frozenset({"SG125"}))
    assert_same(render(old), render(msgspec.structs.replace(old, modern=True)), plain)


@thorough
@given(drawn, st.data())
def test_the_order_of_files(spec: Spec, data: st.DataObject) -> None:
    files = render(msgspec.structs.replace(spec, spread=True))
    order = data.draw(st.permutations(sorted(files)))
    assert_same(files, {path: files[path] for path in order})


NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name.isidentifier() and name not in RESERVED
)
RESERVED = frozenset({
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "typing",
    "sqlalchemy", "enum",
})  # fmt: skip


@thorough
@given(drawn, st.lists(NAMES, min_size=7, max_size=7, unique=True))
def test_the_names_of_files(spec: Spec, names: list[str]) -> None:
    files = render(msgspec.structs.replace(spec, spread=True))
    stems = [path.removesuffix(".py") for path in files]
    assert_same(files, transform.renamed_files(files, dict(zip(stems, names, strict=False))))
