"""How many instances a Compose file wants."""

from __future__ import annotations

import pytest

from safeguards.cli.replicas import replicas_of
from safeguards.system.files import MemoryFiles


@pytest.mark.parametrize(
    ("service", "wanted"),
    [
        ("{deploy: {replicas: 3}}", 3),
        ('{deploy: {replicas: "3"}}', 3),
        ("{scale: 2}", 2),
        ("{scale: 2, deploy: {replicas: 3}}", 3),
        ("{scale: 0}", None),
        ("{deploy: {replicas: true}}", None),
        ("{deploy: {replicas: -1}}", None),
        ('{deploy: {replicas: "${REPLICAS:-2}"}}', None),
        ("{deploy: [replicas]}", None),
        ("{deploy: {replicas: {}}}", None),
        ("[scale]", None),
        ("{image: replicas}", None),
    ],
)
def test_a_number_is_what_is_wanted_and_nothing_else_is(service: str, wanted: int | None) -> None:
    files = MemoryFiles({"compose.yaml": f"services: {{web: {service}}}".encode()})
    assert replicas_of(files, None, "web") == wanted
    assert replicas_of(files, None, "other") is None


@pytest.mark.parametrize("text", ["scale: [", "scale", "[scale]", "services: scale", "\x00scale"])
def test_a_file_that_says_nothing_sensible_says_nothing(text: str) -> None:
    assert replicas_of(MemoryFiles({"compose.yaml": text.encode()}), None, "web") is None


def test_the_configured_file_is_read_else_the_one_that_compose_would_find() -> None:
    files = MemoryFiles(
        {"compose.yml": b"services: {web: {scale: 2}}", "own.yaml": b"services: {web: {scale: 4}}"}
    )
    assert replicas_of(files, None, "web") == 2
    assert replicas_of(files, "own.yaml", "web") == 4
    assert replicas_of(files, "none.yaml", "web") is None
