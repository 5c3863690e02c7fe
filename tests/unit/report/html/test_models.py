"""The models: faults in words and signs, a project of any size, one without any."""

from __future__ import annotations

from tests.unit.report.html.kit import element, finding, words

from safeguards.diagram import Box, Diagram, Row
from safeguards.report.html import models
from safeguards.report.html.contents import Models

SHOP = Diagram(
    (
        Box("u", "User", "user", (Row("posts", "p", "error", "SG101 ambiguous"),)),
        Box("p", "Post", "post", (Row("author", "u", "warning", "SG110 silent"),)),
        Box("d", "Draft", parents=("p",)),
    )
)


def test_faults_are_in_the_picture_and_in_words() -> None:
    found = (finding("Post is odd", "warning"), finding("User.posts is ambiguous"))
    section = models.section(Models(SHOP, 2, 1, 4, found))
    told = words(section)
    assert (
        "3 models, 2 relationships: 1 error, 1 warning; 1 undecided; 4 known to the baseline."
        in told
    )
    assert told.index("SG101 error: User.posts") < told.index("SG101 warning: Post is odd")
    assert "app/models.py:7" in told
    texts = [text.text for text in element(section).iter("text")]
    assert {"✕ posts", "▲ author", "User"} <= set(texts)


def test_undecided_ones_are_only_counted() -> None:
    section = models.section(Models(SHOP, 2, 1, 0, (finding("who knows", "info"),)))
    assert "no errors; 1 undecided" in words(section)
    assert "who knows" not in words(section)


def test_a_large_project_is_bounded_and_its_faults_are_kept() -> None:
    rows = tuple(Row(f"r{n}", "k0") for n in range(100))
    boxes = [Box(f"k{n}", f"K{n}", rows=rows) for n in range(900)]
    boxes[899] = Box("k899", "Bad", rows=(*rows, Row("wrong", "k898", "error", "SG101")))
    drawn = models.bounded(Diagram(tuple(boxes)))
    assert len(drawn.boxes) == models.MOST_BOXES
    assert {"k0", "k898", "k899"} <= {box.key for box in drawn.boxes}
    bad = drawn.boxes[-1]
    assert bad.rows[0] == Row("✕ wrong", "k898", "error", "SG101")
    assert bad.rows[-1].text == f"… and {101 - models.MOST_ROWS} more"
    keys = {box.key for box in drawn.boxes}
    assert all(row.target in keys for box in drawn.boxes for row in box.rows if row.target)
    told = words(models.section(Models(Diagram(tuple(boxes)), 900)))
    assert "of 900 are not drawn here" in told
    assert "safeguards scan --graph models.svg" in told


def test_many_findings_are_bounded() -> None:
    found = tuple(finding(f"fault {n}") for n in range(100))
    told = words(models.section(Models(SHOP, 2, 0, 0, found)))
    assert "100 errors" in told
    assert f"and {100 - models.MOST_FINDINGS} more" in told
    assert told.count("SG101 error:") == models.MOST_FINDINGS


def test_an_unreadable_file_is_told_without_models_too() -> None:
    told = words(models.section(Models(findings=(finding("cannot be read", "warning"),))))
    assert "No SQLAlchemy model was found" in told
    assert "SG101 warning: cannot be read" in told
