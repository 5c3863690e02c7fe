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
    "in a function, into metadata it is given": f"def late(metadata):\n    {NAMED}\n",
    "in a function, of one of several names": (
        f"def late(old):\n    name = 'other'\n    if old:\n        name = 'link'\n    {NAMED}\n"
    ),
    "in a function, of a name with a prefix": (
        f"def late(rest):\n    name = f'li{{rest}}'\n    {NAMED}\n"
    ),
}
ABSENT = {
    "another table": TABLE.replace("link", "links") + "\n",
    "nothing": "",
    "a call of something else": "register('link')\n",
    "in a function, of another name": (f"def late(rest):\n    name = 'tmp_' + rest\n    {NAMED}\n"),
    "in a function, in metadata of its own": (
        f"def late(name):\n    own = MetaData()\n    {NAMED.replace('Base.metadata', 'own')}\n"
    ),
    "reflected in metadata of its own": (
        "def late():\n    own = MetaData()\n    own.reflect(engine)\n"
    ),
    "a table that is only looked up": "def late(name):\n    return Table(name)\n",
    "another class of this name": (
        "def late(name):\n    class Table: pass\n    return Table(name, 1)\n"
    ),
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
    "by exec in a function that is called": "def run():\n    exec(TEXT)\nrun()\n",
    "in a function, of a name it is given": f"def late(n):\n    type(n, (Base,), {BODY})\n",
    "in a function, of a base it is given": f"def late(b):\n    type('Link', (b,), {BODY})\n",
    "in a function, of one of two bases": (
        "def late(b):\n    base = Base\n    if b:\n        base = object\n"
        f"    type('Link', (base,), {BODY})\n"
    ),
    "in a function, of a name with an end": (
        f"def late(start):\n    name = f'{{start}}nk'\n    type(name, (Base,), {BODY})\n"
    ),
    "in a comprehension over names": (
        f"def late(names):\n    n = 'Other'\n    return [type(n, (Base,), {BODY}) for n in names]\n"
    ),
    "in a function, mapped by hand": (
        "def late(table):\n    mapper(type('Link', (object,), {}), table)\n"
    ),
    "in a helper that others may call, too": (
        f"def make(n):\n    return type(n, (Base,), {BODY})\nmake('Other')\nhook(make)\n"
    ),
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
    "one without bases in a function": "def late(n):\n    return type(n, (), {'a': 1})\n",
    "one on a plain class in a function": (
        "class Plain: pass\ndef late(n):\n    return type(n, (Plain,), {})\n"
    ),
    "one of another name in a function": (
        f"def late(rest):\n    name = 'Wrapped' + rest\n    return type(name, (Base,), {BODY})\n"
    ),
    "one in another registry": (
        f"Other = declarative_base()\ndef late(n):\n    return type(n, (Other,), {BODY})\n"
    ),
    "others by a helper of this module": (
        f"def make(n):\n    return type(n, (Base,), {BODY})\nmake('Other')\n"
    ),
    "exec in a function that is not called": "def late(text):\n    exec(text)\n",
    "a method called exec": "def late(session):\n    return session.exec(select(1))\n",
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
