"""The examples in the manual pages of the rules, as files that can be scanned and run."""

from __future__ import annotations

import ast
import re
import textwrap

HEADINGS = ["What it does", "Why this breaks production", "Example", "Use instead", "Fix safety"]

HEAD = """\
from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


"""
MODEL = """\
class Pet(Base):
    __tablename__ = "pet"
    id = Column(Integer, primary_key=True)
"""
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
FILE = re.compile(r"^# ([\w/]+\.py)\n", re.MULTILINE)
QUOTED = re.compile(r"`(\w+Error): (.*?)`(?:\n|$)", re.DOTALL)


def sections(manual: str) -> dict[str, str]:
    """Text by heading, in the order of the page."""
    parts = re.split(r"^## (.+)\n", manual, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def example(manual: str) -> str:
    """The module that the page's example stands for."""
    code = CODE.search(sections(manual)["Example"])
    assert code, "no example"
    if "class " in code[1] or "Table(" in code[1]:
        return HEAD + code[1]
    return HEAD + MODEL + textwrap.indent(code[1], "    ")


def example_files(manual: str) -> dict[str, str]:
    """The files of the page's example: one module, or those headed by `# app/order.py`."""
    code = CODE.search(sections(manual)["Example"])
    parts = FILE.split(code[1]) if code else []
    if len(parts) < 2:
        return {"models.py": example(manual)}
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def quoted_error(manual: str) -> tuple[str, str] | None:
    """The exception and the message that the page says SQLAlchemy raises."""
    quoted = QUOTED.search(sections(manual)["Example"])
    return (quoted[1], " ".join(quoted[2].split())) if quoted else None


def repaired(manual: str) -> str | None:
    """The example with the statements of "Use instead" in place of those of the same name."""
    code = CODE.search(sections(manual)["Use instead"])
    if not code:
        return None
    module = example(manual)
    advice = textwrap.dedent(code[1])
    for statement in ast.parse(advice).body:
        assert isinstance(statement, ast.Assign)
        module = _replace(module, statement, ast.get_source_segment(advice, statement) or "")
    return module


def _replace(module: str, statement: ast.Assign, text: str) -> str:
    lines = module.splitlines(keepends=True)
    indented = textwrap.indent(text, "    ") + "\n"
    classes = [node for node in ast.parse(module).body if isinstance(node, ast.ClassDef)]
    for node in [inner for owner in classes for inner in owner.body]:
        if isinstance(node, ast.Assign) and _name(node) == _name(statement):
            lines[node.lineno - 1 : node.end_lineno] = [indented]
            return "".join(lines)
    return module + indented


def _name(node: ast.Assign) -> str:
    return ast.unparse(node.targets[0])
