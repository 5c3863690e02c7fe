from __future__ import annotations

from safeguards.migrations.graph import Fault, Revision, read_graph, read_revision


def revision(name: str, down: object = None, *, extra: str = "", doc: str = "") -> bytes:
    return f'"""{doc}"""\nrevision = {name!r}\ndown_revision = {down!r}\n{extra}'.encode()


def test_one_line_has_one_head_and_one_root() -> None:
    graph = read_graph({"a.py": revision("1"), "b.py": revision("2", "1")})
    assert (graph.heads, graph.roots, graph.faults) == ({"2"}, {"1"}, ())


def test_typed_assignments_as_newer_alembic_writes_them() -> None:
    content = (
        b'"""add phone\n\nRevision ID: 2\n"""\nfrom typing import Sequence, Union\n'
        b'revision: str = "2"\ndown_revision: Union[str, Sequence[str], None] = "1"\n'
        b"branch_labels: Union[str, Sequence[str], None] = None\ndepends_on = None\n"
    )
    assert read_revision("v/2.py", content) == Revision("2", ("1",), "v/2.py", 6, "add phone")


def test_a_merge_has_two_parents_and_closes_two_heads() -> None:
    files = {
        "1.py": revision("1"),
        "2.py": revision("2", "1"),
        "3.py": revision("3", "1"),
        "4.py": revision("4", ("2", "3")),
    }
    assert read_graph({k: v for k, v in files.items() if k != "4.py"}).heads == {"2", "3"}
    assert read_graph(files).heads == {"4"}


def test_depends_on_orders_without_closing_a_head() -> None:
    graph = read_graph({"1.py": revision("1"), "2.py": revision("2", extra="depends_on = '1'\n")})
    assert graph.heads == {"1", "2"}
    assert graph.missing({"2"}) == ()


def test_a_label_or_the_start_of_an_id_names_no_parent_as_for_alembic() -> None:
    files = {
        "1.py": revision("abcdef01", extra="branch_labels = ('core',)\n"),
        "2.py": revision("2", "core"),
        "3.py": revision("3", "abcdef"),
    }
    faults = read_graph(files).faults
    assert [(fault.kind, fault.path) for fault in faults] == [
        ("missing-parent", "2.py"),
        ("missing-parent", "3.py"),
    ]


def test_a_dependency_may_be_a_label() -> None:
    files = {
        "1.py": revision("1", extra="branch_labels = ('core',)\n"),
        "2.py": revision("2", "1", extra="depends_on = 'core'\n"),
    }
    graph = read_graph(files)
    assert graph.faults == ()
    assert graph.revisions["2"].dependencies == ("1",)


def test_missing_revisions_come_oldest_first() -> None:
    graph = read_graph({f"{n}.py": revision(str(n), str(n - 1) if n else None) for n in range(12)})
    assert graph.missing({"8"}) == ("9", "10", "11")
    assert graph.missing({"11"}) == ()
    assert len(graph.missing(())) == 12


def test_a_parent_in_no_file_is_a_fault_and_no_head() -> None:
    graph = read_graph({"2.py": revision("2", "1")})
    message = "revision 2 follows 1, which is in no file"
    assert graph.faults == (Fault("missing-parent", "2.py", message, ("2", "1")),)
    assert graph.heads == {"2"}


def test_the_same_id_twice_is_a_fault() -> None:
    graph = read_graph({"a.py": revision("1"), "b.py": revision("1")})
    assert [(fault.kind, fault.path) for fault in graph.faults] == [("duplicate", "b.py")]


def test_a_cycle_names_its_members_and_not_what_hangs_on_it() -> None:
    files = {
        "1.py": revision("1"),
        "2.py": revision("2", "3"),
        "3.py": revision("3", "2"),
        "4.py": revision("4", "3"),
    }
    (fault,) = read_graph(files).faults
    assert (fault.kind, fault.revisions) == ("cycle", ("2", "3"))


def test_a_revision_that_follows_itself_is_a_cycle() -> None:
    (fault,) = read_graph({"1.py": revision("1", "1")}).faults
    assert (fault.kind, fault.revisions) == ("cycle", ("1",))


def test_what_is_no_literal_is_unreadable_and_not_guessed() -> None:
    found = read_revision("x.py", b"import os\nrevision = os.environ['REV']\n")
    assert found == Fault("unreadable", "x.py", "`revision` is not a literal")
    odd = read_revision("x.py", b"revision = 'a'\ndown_revision = 7\n")
    assert odd == Fault(
        "unreadable", "x.py", "`down_revision` is neither a name nor a list of names"
    )


def test_broken_and_deep_files_are_faults_and_helpers_are_nothing() -> None:
    deep = b"revision = " + b"(" * 5000 + b")" * 5000
    files = {
        "a.py": b"def (",
        "b.py": b"\x00",
        "c.py": deep,
        "d.py": b"\xff\xfe",
        "ok.py": b"x = 1",
    }
    graph = read_graph(files)
    assert [fault.path for fault in graph.faults] == ["a.py", "b.py", "c.py", "d.py"]
    assert {fault.kind for fault in graph.faults} == {"unreadable"}
    assert not graph.revisions


def test_an_invalid_escape_in_a_docstring_warns_nobody() -> None:
    assert isinstance(read_revision("a.py", b"'''\\d'''\nrevision = 'a'\n"), Revision)


def test_newest_first_keeps_branches_in_one_piece_and_ends_with_the_base() -> None:
    files = {
        "1": revision("1"),
        "a": revision("a", "1"),
        "aa": revision("aa", "a"),
        "b": revision("b", "1"),
        "bb": revision("bb", "b"),
        "m": revision("m", ("aa", "bb")),
        "x": revision("x", "m", extra="depends_on = 'z'\n"),
        "z": revision("z"),
    }
    order = read_graph(files).newest_first()
    assert order == ("x", "m", "aa", "a", "bb", "b", "1", "z")


def test_newest_first_of_a_long_line_and_of_a_cycle_ends() -> None:
    many = 3000
    files = {f"{n}": revision(f"{n}", f"{n - 1}" if n else None) for n in range(many)}
    assert read_graph(files).newest_first() == tuple(f"{n}" for n in reversed(range(many)))
    circle = {"a": revision("a", "b"), "b": revision("b", "a"), "c": revision("c", "a")}
    assert read_graph(circle).newest_first() == ("c", "a", "b")
