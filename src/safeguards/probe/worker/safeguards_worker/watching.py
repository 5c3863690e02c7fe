"""Sees which property SQLAlchemy configures, and what it warns of meanwhile."""

from __future__ import annotations

import contextlib
import os
import warnings
from typing import TYPE_CHECKING, Any

from safeguards_worker.mapped import name_of, owner
from safeguards_worker.texts import Facts, text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO


class Watch:
    """Notes which properties are being configured, and skips those that were set aside."""

    def __init__(self, aside: set[str]) -> None:
        from sqlalchemy.orm.interfaces import MapperProperty
        from sqlalchemy.orm.relationships import RelationshipProperty

        self._aside = aside
        self._current: list[Any] = []
        anything: Any = MapperProperty
        relationship: Any = RelationshipProperty
        anything.init = self._skipping(self._noting(anything.init))
        if hasattr(relationship, "_setup_entity"):
            relationship._setup_entity = self._noting(relationship._setup_entity)
        else:  # 1.4 looks the target up in an attribute
            entity = relationship.__dict__["entity"]
            entity.fget = self._noting(entity.fget)

    @property
    def innermost(self) -> Any:
        """The property being configured now, or None."""
        return self._current[-1] if self._current else None

    def _skipping(self, configure: Callable[[Any], None]) -> Callable[[Any], None]:
        def init(prop: Any) -> None:
            if name_of(prop.parent, prop.key) in self._aside:
                prop._configure_started = True
                prop.direction = None
                return
            configure(prop)

        return init

    def _noting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(prop: Any, *args: Any) -> Any:
            self._current.append(prop)
            try:
                return function(prop, *args)
            except BaseException as error:
                if not hasattr(error, "being_configured"):
                    with contextlib.suppress(Exception):
                        error.being_configured = list(self._current)  # type: ignore[attr-defined]
                raise
            finally:
                self._current.pop()

        return call


def note_warnings(watch: Watch, told: list[Facts]) -> None:
    """From now on each SAWarning is told; the filters of the project decide which are shown."""
    from sqlalchemy.exc import SAWarning

    shown = warnings.showwarning

    def note(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not isinstance(message, SAWarning):
            shown(message, category, filename, lineno, file, line)
            return
        prop = watch.innermost
        told.append(
            {
                "message": text_of(message),
                "frames": [(os.path.realpath(filename), lineno)],
                "owners": [owner(prop.parent, prop.key)] if prop is not None else [],
            }
        )

    warnings.showwarning = note
