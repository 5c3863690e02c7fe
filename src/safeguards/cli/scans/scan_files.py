"""The files that a scan writes beside its report: the models, and a picture of them."""

from __future__ import annotations

from pathlib import Path

from safeguards.cli.scans.scan_options import ScanOptions
from safeguards.cli.scans.scanning import Outcome
from safeguards.errors import UsageError
from safeguards.report.findings_json import encode
from safeguards.system.source_files import write_output


def check_graph(path: Path | None) -> None:
    """Raises `UsageError` for a picture of a kind that is not known."""
    if path is not None and path.suffix not in {".mmd", ".svg"}:
        raise UsageError(
            f"--graph {path}: a picture ends in .mmd (Mermaid) or .svg",
            hint=f"for example --graph {path.stem or 'models'}.svg",
        )


def write_beside(options: ScanOptions, outcome: Outcome) -> None:
    """Write the files that the options name. Raises `UsageError` when one cannot be written."""
    if options.dump_models is not None:
        _write_models(options.dump_models, outcome)
    if options.graph is not None:
        _write_graph(options.graph, outcome)


def _write_models(path: Path, outcome: Outcome) -> None:
    _write(path, encode(outcome.models()), "--dump-models")


def _write_graph(path: Path, outcome: Outcome) -> None:
    if path.suffix == ".svg":
        from safeguards.report.diagram_svg import render
    else:
        from safeguards.report.diagram_mermaid import render
    _write(path, render(outcome.diagram()), "--graph")


def _write(path: Path, text: str, option: str) -> None:
    try:
        write_output(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}", hint=f"name another file for {option}"
        ) from error
