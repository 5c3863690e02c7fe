from __future__ import annotations

import pytest
from tests.unit.scan.kit import Interpreted, show

from safeguards.scan.interpret.calls import MAX_CALLS
from safeguards.scan.interpret.evaluate import MAX_DEPTH
from safeguards.scan.interpret.strings import MAX_LENGTH

SETUP = "import os\nimport typing\nP = 'pre'\nN = 3\nunknown = os.environ\n"
STRINGS = {
    "'a' 'b'": "ab",
    "'a' + 'b'": "ab",
    "f'x_{P}_{N}'": "x_pre_3",
    "f'{P!r}'": "?",
    "f'{P:>9}'": "?",
    "f'{unknown}'": "<os.environ>",
    "f'{unknown}.{P}'": "<os.environ> + . + pre",
    "'{}_{}'.format(P, N)": "pre_3",
    "'{p}'.format(p=P)": "pre",
    "'{:>9}'.format(P)": "?",
    "'{0.__class__}'.format(P)": "?",
    "'%s_%d' % (P, N)": "pre_3",
    "'%s' % P": "pre",
    "P.upper().lower().title()": "Pre",
    "P.replace('p', 'b').removeprefix('b')": "re",
    "'_'.join(['a', P])": "a_pre",
    "'_'.join([a for a in ('x', 'y')])": "x_y",
    "'_'.join(unknown)": "?",
    "P.encode()": "?",
    "str(P)": "pre",
}
VALUES = {
    "N": 3,
    "None": None,
    "[1, *[2, 3], *unknown]": [1, 2, 3, "?"],
    "{'a': 1, **{'b': 2}}": {"a": 1, "b": 2},
    "{'a': 1, **unknown}": {"a": 1, "?": "?"},
    "{'a': 1} | {'b': 2}": {"a": 1, "b": 2},
    "[1] + [2]": [1, 2],
    "{'a': 1}['a']": 1,
    "{'a': 1}.get('a')": 1,
    "{'a': 1}['b']": "?",
    "[1, 2][1]": 2,
    "[1, 2][5]": "?",
    "dict(a=1)": {"a": 1},
    "list((1, 2))": [1, 2],
    "[x for x in (1, 2)]": [1, 2],
    "[x for x in (1, 0, 2) if x]": [1, 2],
    "[x for x in (1, 2) if u]": [1, 2, "?"],
    "[x + y for x in 'a', for y in ('b', x)]".replace("'a',", "('a', 'c')"): [
        "ab",
        "aa",
        "cb",
        "cc",
    ],
    "{x: y for x, y in (('a', 1), ('b', 2))}": {"a": 1, "b": 2},
    "[k + v for k, v in {'a': 'b'}.items()]": ["ab"],
    "[n for n, _ in enumerate(('a', 'b'), 1)]": [1, 2],
    "list(zip(('a', 'b'), reversed([1, 2])))": [["a", 2], ["b", 1]],
    "list(range(10**9))": ["?"],
    "sorted({'b', 'a'})": ["a", "b"],
    "1 if True else 2": 1,
    "1 if unknown else 2": "?",
    "'a' == 'a'": True,
    "'a' in ('a', 'b')": True,
    "not ''": True,
    "'' or 'b'": "b",
    "'a' and 'b'": "b",
    "unknown or 'b'": "<os.environ> or b",
    "typing.cast('X', P)": "pre",
    "(lambda x, y='d': x + y)('c')": "cd",
    "unknown()": "os.environ()",
    "nowhere()": "?",
    "nowhere.attribute": "?",
    "N.value": 3,
}


@pytest.mark.parametrize(("expression", "expected"), [*STRINGS.items(), *VALUES.items()])
def test_expressions(expression: str, expected: object) -> None:
    assert Interpreted(SETUP).show(expression) == expected


BINDINGS = {
    "the last of several": ("x = 1\nx = 2\n", 2),
    "the last that is known": ("x = 1\nx = unknown()\n", 1),
    "both arms of a condition": ("if unknown:\n    x = 1\nelse:\n    y = 2\n", 1),
    "unpacked": ("(x, y), z = (1, 2), 3\n", 1),
    "unpacked from something unknown": ("x, y = unknown\n", "?"),
    "unpacked beyond the end": ("y, x = (1,)\n", "?"),
    "chained": ("y = x = 1\n", 1),
    "annotated": ("x: int = 1\n", 1),
    "only annotated": ("x: int\n", "?"),
    "augmented": ("x = 'a'\nx += 'b'\nx += 'c'\n", "abc"),
    "augmented from nothing": ("x += 'b'\n", "? + b"),
    "loop variable": ("for x in (1, 2):\n    pass\n", "?"),
    "loop variable after its loop": ("for x in (1, 2):\n    y = x\n", 2),
    "variable of an open loop": ("for x in u:\n    y = x\n", "?"),
    "bound in a loop": ("for n in ('a', 'b'):\n    x = n + n\n", "bb"),
    "bound before a loop": ("x = 'a'\nfor n in 'b', 'c':\n    x += n\n", "abc"),
    "bound after a loop": ("for x in (1, 2):\n    y = x\nx = 3\n", 3),
    "loop that is left": ("for x in (1, 2, 3):\n    if x == 2:\n        break\n", 2),
    "round that is skipped": (
        "x = []\nfor n in (1, 2, 3):\n    if n == 2:\n        continue\n    x.append(n)\n",
        [1, 3],
    ),
    "loop that may be left": (
        "x = []\nfor n in (1, 2):\n    if u:\n        break\n    x.append(n)\n",
        ["?"],
    ),
    "loops in loops": (
        "x = []\nfor n in 'a', 'b':\n    for m in 'c', 'd':\n        x.append(n + m)\n",
        ["ac", "ad", "bc", "bd"],
    ),
    "loop over an empty list that others may fill": (
        "y = []\nx = 1\nfor n in y:\n    x = n\n",
        1,
    ),
    "list that grows": ("x = [1]\nx.append(2)\nx.extend([3])\nx += [4]\n", [1, 2, 3, 4]),
    "dict that grows": (
        "x = {}\nx['a'] = 1\nx.update(b=2)\nx |= {'c': 3}\n",
        {"a": 1, "b": 2, "c": 3},
    ),
    "list changed under a condition": ("x = [1]\nif u:\n    x.append(2)\n", [1, "?"]),
    "list changed out of order": ("x = [1]\nx.insert(0, 2)\n", [1, "?"]),
    "list that a function fills": ("def f(y):\n    y.append(2)\nx = [1]\nf(x)\n", [1, "?"]),
    "list that a function reads": ("def f(y):\n    return y\nx = [1]\nf(x)\n", [1]),
    "list that code elsewhere may fill": ("x = [1]\nfill(x)\n", [1, "?"]),
    "list that a function adds to": ("x = [1]\ndef f():\n    x.append(Table)\n", [1, "?"]),
    "list added to two thousand times": (
        "x = ['a']\n" + "x += ['b']\n" * 2000 + "x = x[-1]\n",
        "b",
    ),
    "named inside an expression": ("y = (x := 'a') + 'b'\n", "a"),
    "with a name given inside": ("x = (y := 'a') + y\n", "aa"),
    "static method": (
        "class A:\n    @staticmethod\n    def f(a):\n        return a\nx = A.f(1)\n",
        1,
    ),
    "class method": (
        "class A:\n    @classmethod\n    def f(cls, a): return cls.__name__ + a\nx = A.f('b')\n",
        "Ab",
    ),
    "partial": (
        "import functools\nx = functools.partial(lambda a, b, c: a + b + c, 'a', c='c')('b')\n",
        "abc",
    ),
    "function that loops": (
        "def f():\n    for n in 'a', 'b':\n        if n == 'b':\n            return n\nx = f()\n",
        "b",
    ),
    "function that raises or returns": (
        "def f(a=u):\n    if a:\n        raise ValueError\n    return 1\nx = f()\n",
        1,
    ),
    "function that may run to its end": (
        "def f(a=u):\n    if a:\n        return 1\nx = f()\n",
        "?",
    ),
    "inside with": ("with open('f') as f:\n    x = 1\n", 1),
    "inside try, else and finally": ("try:\n    y = 1\nfinally:\n    x = 1\n", 1),
    "only when run as a script": ("if __name__ == '__main__':\n    x = 1\n", "?"),
    "defined by itself": ("x = x\n", "?"),
    "defined by each other": ("x = y\ny = x\n", "?"),
    "its own earlier value": ("x = 'a'\nx = x + 'b'\n", "ab"),
    "function that returns": (
        "def f(a, b='d', *c, k='k', **d):\n    return a + b + k\nx = f('1')\n",
        "1dk",
    ),
    "function with a decided condition": (
        "def f():\n    if False:\n        return 1\n    return 2\nx = f()\n",
        2,
    ),
    "function with an open condition": (
        "def f(a=u):\n    if a:\n        return 1\n    return 2\nx = f()\n",
        "?",
    ),
    "function whose arms agree": (
        "def f(a=u):\n    if a:\n        return 1\n    return 1\nx = f()\n",
        1,
    ),
    "function without return": ("def f():\n    y = 'relationship'\nx = f()\n", None),
    "function with a local": ("def f(a):\n    b = a + '1'\n    return b\nx = f('0')\n", "01"),
    "function called with too much": ("def f():\n    return 1\nx = f(2)\n", "?"),
    "function that calls itself": ("def f():\n    return f()\nx = f()\n", "?"),
    "coroutine": ("async def f():\n    return 1\nx = f()\n", "?"),
    "closure": ("def f():\n    def g():\n        return K\n    return g()\nK = 1\nx = f()\n", 1),
    "class attribute": ("class A:\n    y = 1\nx = A.y\n", 1),
    "inherited class attribute": ("class A:\n    y = 1\nclass B(A):\n    pass\nx = B.y\n", 1),
    "name of a class": ("class A:\n    class B: pass\nx = A.B.__qualname__ + A.__name__\n", "A.BA"),
    "enum member": ("import enum\nclass E(enum.Enum):\n    A = 'a'\nx = E.A.value\n", "a"),
}


@pytest.mark.parametrize(("text", "expected"), BINDINGS.values(), ids=BINDINGS.keys())
def test_what_a_name_is(text: str, expected: object) -> None:
    assert Interpreted(text).show("x") == expected


def test_a_class_body_sees_itself_and_its_module_but_its_functions_only_the_module() -> None:
    project = Interpreted(
        "T = 'module'\n"
        "class A:\n    T = 'class'\n    U = T\n"
        "    def f(self):\n        return T\n"
        "    class B:\n        V = T\n"
        "V = A().f\n"
    )
    inner = project.load("m.py").scope.classes[0].scope
    assert show(project.evaluator.lookup("U", inner)) == "class"
    assert show(project.evaluator.lookup("T", inner)) == "class"
    assert show(project.evaluator.lookup("V", inner.classes[0].scope)) == "module"
    function = project.evaluator.lookup("f", inner)
    assert show(project.evaluator.call(function, [project.value("A")], {})) == "module"  # type: ignore[arg-type]


def test_a_class_attribute_may_be_named_like_what_it_is_made_of() -> None:
    project = Interpreted("from sqlalchemy import Column\nclass A:\n    Column = Column('x')\n")
    inner = project.load("m.py").scope.classes[0].scope
    assert show(project.evaluator.lookup("Column", inner)) == "sqlalchemy.Column(x)"


@pytest.mark.parametrize(("calls", "expected"), [(MAX_CALLS - 1, 1), (MAX_CALLS, "?")])
def test_calls_are_followed_to_a_bound(calls: int, expected: object) -> None:
    chain = "".join(f"def f{i}():\n    return f{i + 1}()\n" for i in range(calls))
    assert Interpreted(f"{chain}def f{calls}():\n    return 1\n").show("f0()") == expected


@pytest.mark.parametrize(("names", "expected"), [(MAX_DEPTH - 1, 1), (MAX_DEPTH * 3, "?")])
def test_names_are_followed_to_a_bound(names: int, expected: object) -> None:
    chain = "".join(f"a{i} = a{i + 1}\n" for i in range(names))
    assert Interpreted(f"{chain}a{names} = 1\n").show("a0") == expected


def test_strings_are_computed_to_a_bound() -> None:
    project = Interpreted(f"a = {'x' * (MAX_LENGTH // 2)!r}\n")
    assert project.show("a + a") == "x" * MAX_LENGTH
    assert {project.show(e) for e in ("a + a + 'x'", "f'{a}{a}x'", "'%sx' % (a + a)")} == {"?"}
