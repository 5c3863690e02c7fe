from __future__ import annotations

import pytest
from tests.unit.scan.kit import Interpreted

PACKAGE = {
    "shop/__init__.py": "from .models import Order as Purchase\nfrom . import models\nVERSION = 1",
    "shop/models.py": "class Order: pass\nclass _Hidden: pass\nNAME = 'order'\n",
    "shop/deep/__init__.py": "",
    "shop/deep/more.py": "from ..models import NAME\nfrom .. import Purchase\n",
    "space/tools.py": "T = 't'\n",
}


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("import shop", "shop", "<module shop>"),
        ("import shop", "shop.VERSION", 1),
        ("import shop", "shop.Purchase", "<class shop.models.Order>"),
        ("import shop.models", "shop.models.NAME", "order"),
        ("import shop.models as m", "m.NAME", "order"),
        ("import shop.deep.more", "shop.deep.more.NAME", "order"),
        ("from shop import models", "models.Order", "<class shop.models.Order>"),
        ("from shop import Purchase as P", "P", "<class shop.models.Order>"),
        ("from shop.deep.more import NAME", "NAME", "order"),
        ("from shop.deep.more import Purchase", "Purchase", "<class shop.models.Order>"),
        ("from shop.deep import more", "more", "<module shop.deep.more>"),
        ("from shop import nothing", "nothing", "?"),
        ("from space import tools", "tools.T", "t"),
        ("from space.tools import T", "T", "t"),
        ("from shop.models import *", "NAME", "order"),
        ("from shop import *", "Purchase", "<class shop.models.Order>"),
        ("from shop.models import *\nNAME = 'own'", "NAME", "own"),
        ("from sqlalchemy import Column", "Column", "<sqlalchemy.Column>"),
        ("import sqlalchemy as sa", "sa.orm.relationship", "<sqlalchemy.orm.relationship>"),
        ("import sqlalchemy.orm", "sqlalchemy.orm.Mapped", "<sqlalchemy.orm.Mapped>"),
        ("from sqlalchemy import orm", "orm.backref", "<sqlalchemy.orm.backref>"),
        ("from sqlalchemy import *", "Column", "<sqlalchemy.Column>"),
        ("from sqlalchemy import *", "Integer", "<sqlalchemy.Integer>"),
        ("from sqlalchemy import *", "nonsense", "?"),
        ("from sqlalchemy import *", "ValueError", "<builtins.ValueError>"),
        ("from sqlalchemy import *", "Order", "?"),
        ("from elsewhere import *", "Column", "?"),
        ("try:\n    from fast import x\nexcept ImportError:\n    x = 'slow'", "x", "slow"),
        ("if 1:\n    from shop.models import NAME as x\nelse:\n    x = y", "x", "order"),
        ("", "unbound", "?"),
        ("", "len", "<builtins.len>"),
    ],
)
def test_what_an_import_binds(text: str, name: str, expected: object) -> None:
    project = Interpreted(PACKAGE | {"m.py": text, "main.py": ""})
    assert project.show(name) == expected


@pytest.mark.parametrize("length", [1, 5, 12])
def test_names_are_handed_on_through_a_chain_of_modules(length: int) -> None:
    chain = {f"m{i}.py": f"from m{i + 1} import x\nfrom m{i + 1} import *\n" for i in range(length)}
    project = Interpreted(chain | {f"m{length}.py": "x = 'end'\ny = 'star'\n", "m.py": ""})
    assert project.show("x", "m0.py") == "end"
    assert project.show("y", "m0.py") == "star"


def test_a_star_import_in_a_ring_still_finds_the_name() -> None:
    project = Interpreted({"a.py": "from b import *\nx = 1\n", "b.py": "from a import *\ny = 2\n"})
    assert [project.show(n, p) for p in ("a.py", "b.py") for n in "xyz"] == [1, 2, "?"] * 2


def test_the_later_of_two_star_imports_wins() -> None:
    files = {"a.py": "x = 'a'\n", "b.py": "x = 'b'\n", "m.py": "from a import *\nfrom b import *\n"}
    assert Interpreted(files).show("x") == "b"


def test_circular_imports_by_name() -> None:
    files = {"a.py": "from b import x\n", "b.py": "from a import x\n"}
    assert Interpreted(files).show("x", "a.py") == "?"


def test_a_name_is_typing_only_when_only_a_type_checker_sees_it() -> None:
    project = Interpreted(
        "from typing import TYPE_CHECKING\nimport typing as t\n"
        "if TYPE_CHECKING:\n    import a\nif t.TYPE_CHECKING:\n    import b\nelse:\n    import c\n"
        "import a as d\nif TYPE_CHECKING:\n    e: int\ne = 1\n"
    )
    scope = project.load("m.py").scope
    hidden = {name: project.evaluator.is_typing_only(name, scope) for name in "abcdex"}
    assert hidden == {"a": True, "b": True, "c": False, "d": False, "e": False, "x": False}
    assert project.show("e") == 1
