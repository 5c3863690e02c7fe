"""SQLAlchemy's answer beside what the text gave."""

from __future__ import annotations

from pathlib import Path

from safeguards.findings import Finding
from safeguards.probe.answer import Answer, Owner, Refusal, Warned
from safeguards.probe.judge import Asked, Judge
from safeguards.scan.engine import scan_and_resolve
from safeguards.scan.sources import Sources

TOP = Path("/project")
MODELS = """\
from sqlalchemy import *
from sqlalchemy.orm import *

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    a = Column(ForeignKey("user.id"))
    b = Column(ForeignKey("user.id"))
    seen = relationship(User)
    computed = relationship(eval(""))
"""
FILE = "/project/models.py"
AMBIGUOUS = "Could not determine join condition on relationship Post.x - multiple foreign key paths"


def post(key: str | None, declared: tuple[str, int] | None = None) -> Owner:
    return Owner("Post", key, FILE, 12, declared)


def refused(*owners: Owner, message: str = AMBIGUOUS) -> Refusal:
    kinds = ("AmbiguousForeignKeysError", "ArgumentError")
    return Refusal("configure", message, kinds=kinds, owners=owners)


def reviewed(**answer: object) -> tuple[list[Finding], set[str]]:
    result, resolution = scan_and_resolve(Sources({"models.py": MODELS.encode()}))
    asked = Asked(TOP, {"models": "models.py"}, "python", 60, lambda t: t.replace("pw", "***"))
    whole = Answer("3.13.0", "2.1.0", **answer)  # type: ignore[arg-type]  # fields by name
    return Judge(whole, asked, resolution).review(result.findings)


def told(findings: list[Finding]) -> list[tuple[str, int, str | None]]:
    return [(each.rule, each.place.line, each.relationship) for each in findings]


def test_an_empty_answer_changes_nothing() -> None:
    findings, judged = reviewed()
    assert told(findings) == [("SG101", 17, "seen"), ("SG199", 18, "computed")]
    assert judged == set()


def test_what_both_saw_stays_as_the_text_gave_it() -> None:
    findings, judged = reviewed(faults=(refused(post("seen")),))
    assert told(findings) == [("SG101", 17, "seen"), ("SG199", 18, "computed")]
    assert findings[0].related
    assert judged == {"models.py"}


def test_what_sqlalchemy_refuses_is_no_longer_undecided() -> None:
    findings, _ = reviewed(faults=(refused(post("computed")),))
    assert told(findings) == [("SG101", 17, "seen"), ("SG101", 18, "computed")]


def test_what_sqlalchemy_accepts_is_neither_undecided_nor_a_fault() -> None:
    findings, _ = reviewed(accepted=((FILE, "Post", "seen"), (FILE, "Post", "computed")))
    assert findings == []


def test_a_class_of_the_same_name_elsewhere_is_another_one() -> None:
    other = "/project/other.py"
    findings, _ = reviewed(accepted=((other, "Post", "seen"), (other, "Post", "computed")))
    assert told(findings) == [("SG101", 17, "seen"), ("SG199", 18, "computed")]


def test_the_place_is_the_best_that_is_known() -> None:
    for owners, line in (
        ((post("unknown", (FILE, 15)),), 15),
        ((post("unknown"), post("seen")), 17),
        ((post("unknown"),), 12),
    ):
        findings, _ = reviewed(faults=(refused(*owners, message="something new"),))
        assert [f.place.line for f in findings if f.relationship == "unknown"] == [line]


def test_a_place_outside_the_project_is_told_as_it_is() -> None:
    library = Owner("Base", "x", "/lib/python/site-packages/audit/base.py", 3)
    findings, judged = reviewed(faults=(refused(library),))
    assert findings[-1].place.path == "/lib/python/site-packages/audit/base.py"
    assert judged == {"/lib/python/site-packages/audit/base.py"}


def test_a_failed_import_stands_at_the_last_line_of_the_project() -> None:
    frames = (
        ("/project/app.py", 2),
        (FILE, 7),
        ("/project/.venv/lib/site-packages/x.py", 9),
        ("/project/<string>", 1),
    )
    fault = Refusal("import", "'pw'", "models", ("KeyError",), frames=frames)
    findings, _ = reviewed(faults=(fault,))
    assert [(r.place.path, r.place.line) for r in findings[-1].related] == [("app.py", 2)]
    assert (findings[-1].rule, findings[-1].place.line) == ("SG198", 7)
    assert findings[-1].message == "models cannot be imported: KeyError: '***'"


def test_an_end_without_any_line_stands_at_the_module() -> None:
    fault = Refusal("died", "importing models", status=3)
    findings, _ = reviewed(faults=(fault,))
    assert findings[-1].place.path == "models.py"


def test_warnings_of_the_project_are_warnings_and_those_of_libraries_are_not_ours() -> None:
    ours = Warned("relationship 'Post.seen' will copy column", owners=(post("seen"),))
    theirs = Warned("whatever", frames=(("/usr/lib/x.py", 1),))
    findings, judged = reviewed(warnings=(ours, theirs))
    assert [(f.severity, f.place.line) for f in findings[2:]] == [("warning", 17)]
    assert judged == set()
