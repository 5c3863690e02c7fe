from __future__ import annotations

import pytest
from tests.unit.scan.kit import Interpreted, annotation

from safeguards.scan.interpret.annotated import MAX_TEXT, column_of, parse, read

SETUP = """\
import typing as t
from typing import TYPE_CHECKING, Annotated, List, Optional
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DynamicMapped, Mapped, WriteOnlyMapped, mapped_column
import sqlalchemy.orm as orm
if TYPE_CHECKING:
    from elsewhere import Later
class User: pass
Key = Annotated[int, mapped_column(ForeignKey("user.id"))]
Again = Annotated[Key, "doc"]
"""

ANNOTATIONS = {
    "Mapped[User]": (True, False, "User", True),
    "'Mapped[User]'": (True, False, "User", True),
    "Mapped['User']": (True, False, "User", True),
    "'Mapped[\"User\"]'": (True, False, "User", True),
    "orm.Mapped[User]": (True, False, "User", True),
    "Mapped[List['User']]": (True, True, "User", True),
    "Mapped['List[User]']": (True, True, "User", True),
    "Mapped[t.Set[User]]": (True, True, "User", True),
    "Mapped[dict[str, 'User']]": (True, True, "User", True),
    "Mapped[Optional['User']]": (True, False, "User", True),
    "Mapped[t.Union[None, 'User']]": (True, False, "User", True),
    "Mapped['User | None']": (True, False, "User", True),
    "Mapped[None | User]": (True, False, "User", True),
    "Mapped[Optional[List[User]]]": (True, True, "User", True),
    "DynamicMapped['User']": (True, True, "User", True),
    "WriteOnlyMapped[User]": (True, True, "User", True),
    "Mapped['Later']": (True, False, "Later", False),
    "Mapped[Later]": (True, False, "Later", False),
    "Mapped['Nowhere']": (True, False, "Nowhere", False),
    "Mapped['shop.models.User']": (True, False, "shop.models.User", False),
    "Mapped[int]": (True, False, "int", False),
    "List['User']": (False, True, "User", True),
    "User": (False, False, "User", True),
    "int": (False, False, "int", False),
    "'no expression ('": (False, False, "", False),
    "Mapped[None]": (True, False, "", False),
    "Mapped[()]": (True, False, "", False),
    "1": (False, False, "", False),
}


@pytest.mark.parametrize(("text", "expected"), ANNOTATIONS.items(), ids=ANNOTATIONS.keys())
def test_an_annotation_taken_apart(text: str, expected: tuple[bool, bool, str, bool]) -> None:
    project = Interpreted(SETUP)
    found = read(annotation(text), project.load("m.py").scope, project.evaluator)
    is_class = found.info is not None
    assert (found.is_mapped, found.is_list, found.name, is_class) == expected


@pytest.mark.parametrize(
    "text", ["Mapped[Key]", "Mapped['Key']", "Mapped[Again]", "'Mapped[Again]'"]
)
def test_an_annotated_type_carries_its_column(text: str) -> None:
    project = Interpreted(SETUP)
    found = read(annotation(text), project.load("m.py").scope, project.evaluator)
    column = column_of(found.made)
    assert column is not None
    assert column.kind == "mapped_column"


def test_no_annotation_is_empty() -> None:
    project = Interpreted(SETUP)
    assert not read(None, project.load("m.py").scope, project.evaluator).is_mapped


@pytest.mark.parametrize("depth", [9, 40])
def test_nesting_ends_at_a_bound(depth: int) -> None:
    project = Interpreted(SETUP)
    text = "List[" * depth + "User" + "]" * depth
    found = read(annotation(text), project.load("m.py").scope, project.evaluator)
    assert found.info is None


@pytest.mark.parametrize("text", ["(", "", "x = 1", "a; b", "x\0", "y" * (MAX_TEXT + 1), "(" * 900])
def test_a_string_that_is_no_expression(text: str) -> None:
    assert parse(text, 1, 1) is None


def test_what_a_string_says_is_placed_where_the_string_is() -> None:
    found = parse("  a.b[0]", 7, 3)
    assert found is not None
    assert (found.line, found.column) == (7, 3)
