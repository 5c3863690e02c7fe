"""What a migration does, as a value: two files with the same one are the same migration."""

from __future__ import annotations

import ast
import warnings

_TYPING = frozenset({"__future__", "typing", "typing_extensions", "collections.abc"})
_DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def meaning(content: bytes) -> str | bytes:
    """The syntax tree without what changes nothing; the bytes themselves where there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
        return ast.dump(_Plain().visit(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return content


class _Plain(ast.NodeTransformer):
    """Drops docstrings, annotations, and imports that only annotations need."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _DOCUMENTED):
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                node.returns = None
            if not node.body:
                node.body = [ast.Pass()]
        return super().generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None or not isinstance(node.target, ast.Name):
            return self.generic_visit(node)
        return self.generic_visit(ast.Assign([node.target], node.value))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module in _TYPING and not node.level else node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        node.kind = None
        return node
