"""The environment of everything that the demo starts: nothing of the user's own settings."""

from __future__ import annotations

from collections.abc import Mapping

DROPPED_PREFIXES = ("GIT_", "PRE_COMMIT", "SAFEGUARDS_", "ALEMBIC_", "UVICORN_", "SHOP_", "XDG_")
DROPPED = frozenset(
    {"SKIP", "WEB_CONCURRENCY", "FORCE_COLOR", "CLICOLOR_FORCE", "LANG", "LANGUAGE"}
    | {"PYTHONSAFEPATH", "PYTHONWARNINGS"}
)
AUTHOR = ("A Developer", "developer@shop.example")


def surroundings(outer: Mapping[str, str], folder: str) -> dict[str, str]:
    """`outer` without what would change the story; home, git and temporary files in `folder`."""
    kept = {name: value for name, value in outer.items() if not _changes_the_story(name)}
    name, mail = AUTHOR
    return kept | {
        "PATH": f"{folder}/bin:{outer.get('PATH', '/usr/bin:/bin')}",
        "HOME": f"{folder}/home",
        "TMPDIR": f"{folder}/temporary",
        "PRE_COMMIT_HOME": f"{folder}/hooks",
        "PRE_COMMIT_COLOR": "never",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CEILING_DIRECTORIES": folder,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": mail,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": mail,
    }


def _changes_the_story(name: str) -> bool:
    return name in DROPPED or name.startswith(DROPPED_PREFIXES) or name.lower().endswith("_proxy")
