"""Names and labels of the images that we build: pure.

A version belongs to the name that production starts it by, not to one service: services that
share an image share its versions too. `app` and `app:latest` keep theirs as
`app:safeguards-<commit>`, `app:worker` as `app:safeguards-<commit>-worker`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from safeguards.runtimes.change import (
    COMMIT,
    HEADS,
    PREVIOUS,
    ROLE,
    RUN,
    SERVICE,
    TARGET,
    Stamp,
    Version,
)
from safeguards.runtimes.changing.tools import Raw

_ID = re.compile(r"(sha256:)?[0-9a-f]{12,64}")
_MAX_TAG = 128


def is_name(tag: str) -> bool:
    """Whether it can be made to stand for another image: no id and no digest."""
    return bool(tag) and "@" not in tag and _ID.fullmatch(tag) is None


def own_name(tag: str, service: str, commit: str) -> str:
    """The name of the version of this commit."""
    return _beside(tag, service, f"safeguards-{commit[:12]}")


def previous_name(tag: str, service: str) -> str:
    """The name of the version to go back to."""
    return _beside(tag, service, "safeguards-previous")


def to_version(raw: Raw) -> Version:
    """An image as a version; what has none of our labels has no commit."""
    labels = (raw.get("Config") or {}).get("Labels") or {}
    heads = tuple(head for head in labels.get(HEADS, "").split(",") if head)
    return Version(str(raw["Id"]), labels.get(COMMIT, ""), heads, labels.get(PREVIOUS, ""))


def image_labels(stamp: Stamp) -> Mapping[str, str]:
    """The labels of a version that is built."""
    return {
        COMMIT: stamp.commit,
        HEADS: ",".join(stamp.heads),
        RUN: stamp.run,
        TARGET: stamp.target,
        PREVIOUS: stamp.previous,
    }


def place_labels(stamp: Stamp, role: str, service: str) -> Mapping[str, str]:
    """The labels of a place, by which `sweep` finds it."""
    return {ROLE: role, TARGET: stamp.target, RUN: stamp.run, SERVICE: service}


def _beside(tag: str, service: str, name: str) -> str:
    if not is_name(tag):
        return f"safeguards-{re.sub(r'[^a-z0-9-]', '-', service.lower())}:{name}"
    repository, colon, own = tag.rpartition(":")
    if not colon or "/" in own:
        repository, own = tag, "latest"
    return f"{repository}:{name if own == 'latest' else f'{name}-{own}'[:_MAX_TAG]}"
