"""Tables and classes that strings name, made in every way that people make them."""

from __future__ import annotations

import pytest
from tests.unit.scan.kit import Resolved, keys, model

KEYS = "Column('p', ForeignKey('post.id')), Column('t', ForeignKey('tag.id'))"
TABLE = f"Table('link', Base.metadata, {KEYS})"
CALLED = TABLE.removeprefix("Table")
NAMED = TABLE.replace("'link'", "name")
MODELS = model("Tag") + model("Post", "tags = relationship('Tag', secondary='link')")

FOUND = {
    "assigned": f"link = {TABLE}\n",
    "a statement": f"{TABLE}\n",
    "under another name": f"import sqlalchemy\nT = sqlalchemy.Table\nT{CALLED}\n",
    "imported under another name": f"from sqlalchemy import Table as T\nT{CALLED}\n",
    "in a class body": f"class Tables:\n    link = {TABLE}\n    {TABLE.replace('link', 'x')}\n",
    "by a helper": f"def make(name):\n    return {NAMED}\nmake('link')\n",
    "by a lambda": f"make = lambda: {TABLE}\nmake()\n",
    "as an attribute of a class": f"class F: pass\nF.link = {TABLE}\n",
    "under a condition": f"if VERSION:\n    {TABLE}\n",
    "by a helper that returns nothing": f"def make():\n    {TABLE}\nmake()\n",
    "in a list": f"tables = [{TABLE}]\n",
    "in a dict": f"tables = {{'link': {TABLE}}}\n",
    "in a comprehension": f"tables = [{NAMED} for name in ('link',)]\n",
    "in a loop": f"for name in ('link',):\n    {NAMED}\n",
    "unpacked": f"link, other = {TABLE}, 1\n",
}
HIDDEN = {
    "by a method": f"class F:\n    def make(self):\n        return {TABLE}\nF().make()\n",
    "as an argument": f"register({TABLE})\n",
    "as an attribute": f"F.link = {TABLE}\n",
    "reflected": "Base.metadata.reflect(engine)\n",
}
ABSENT = {
    "another table": TABLE.replace("link", "links") + "\n",
    "nothing": "",
    "a call of something else": "register('link')\n",
}


@pytest.mark.parametrize("source", FOUND.values(), ids=FOUND.keys())
def test_a_table_that_is_found(source: str) -> None:
    found = Resolved(source + MODELS)
    assert (found.faults, found.direction("Post.tags")) == (set(), "many-to-many")


@pytest.mark.parametrize("source", HIDDEN.values(), ids=HIDDEN.keys())
def test_a_table_that_may_be_there_is_no_fault(source: str) -> None:
    assert Resolved(source + MODELS).faults == {("SG199", "Post.tags")}


@pytest.mark.parametrize("source", ABSENT.values(), ids=ABSENT.keys())
def test_a_table_that_is_not_there(source: str) -> None:
    assert Resolved(source + MODELS).faults == {("SG105", "Post.tags")}


BODY = "{'__tablename__': 'link', 'id': Column(Integer, primary_key=True)}"
TO_LINK = model("Post", *keys(link_id="link.id"), "link = relationship('Link')")
LINE = "\n"
CLASS = f"{model('Link')}".replace("\n", "\n    ")
MADE = {
    "by type in a lambda": f"make = lambda: type('Link', (Base,), {BODY})\nmake()\n",
    "by new_class": "import types\nLink = types.new_class('Link', (Base,))\n",
    "by exec": "exec(TEXT)\n",
}
WRITTEN = {
    "by type": f"Link = type('Link', (Base,), {BODY})\n",
    "by type in a helper": f"def make(n):\n    return type(n, (Base,), {BODY})\nmake('Link')\n",
    "in a loop": f"for i in (1,):\n    {CLASS}\n",
    "in a match": f"match VERSION:\n    case _:\n     {CLASS.replace(LINE, LINE + ' ')}\n",
    "in a try": f"try:\n    import x\nexcept ImportError:\n    {CLASS}\n",
    "in a with": f"with warnings():\n    {CLASS}\n",
}
NOT_MADE = {
    "nothing": "",
    "another by type": f"Other = type('Other', (Base,), {BODY})\n",
    "the type of something": "KIND = type(Base)\n",
}


@pytest.mark.parametrize("source", MADE.values(), ids=MADE.keys())
def test_a_class_that_may_be_made_is_no_fault(source: str) -> None:
    assert Resolved(source + TO_LINK).faults == {("SG199", "Post.link")}


@pytest.mark.parametrize("source", WRITTEN.values(), ids=WRITTEN.keys())
def test_a_class_that_is_found(source: str) -> None:
    assert Resolved(source + TO_LINK).direction("Post.link") == "many-to-one"


@pytest.mark.parametrize("source", NOT_MADE.values(), ids=NOT_MADE.keys())
def test_a_class_that_nothing_makes(source: str) -> None:
    assert ("SG105", "Post.link") in Resolved(source + TO_LINK).faults
