"""`scan --format sarif` against the official schema, and what services read in it."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import CLEAN, FAULTS, WARNED, scan, write
from tests.support.needs import Unavailable, skip
from tests.support.sarif_schema import sarif_schema

from safeguards.scan.registry import all_rules


@pytest.fixture(scope="session")
def validator() -> jsonschema.protocols.Validator:
    try:
        schema = sarif_schema()
    except Unavailable as missing:
        skip(missing)
    return jsonschema.validators.validator_for(schema)(schema)


def sarif(repo: GitRepo, *argv: str) -> Any:
    ended = scan("--format", "sarif", *argv, cwd=repo.top)
    assert ended.code in {0, 1}, ended.err
    return ended.document


ODD = {
    "häß lich/%41#?.py": FAULTS["app/models.py"],
    "tab.py": FAULTS["app/models.py"].replace("    ", "\t"),
    "old.py": FAULTS["app/models.py"].replace(
        'relationship("Pots")', 'relationship("Tga")  # Ünïcode'
    ),
}


@pytest.mark.parametrize(
    "files", [FAULTS, WARNED, CLEAN, ODD], ids=["faults", "warned", "clean", "odd"]
)
def test_it_is_valid(
    repo: GitRepo, validator: jsonschema.protocols.Validator, files: dict[str, str]
) -> None:
    write(repo.top, files)
    assert [error.message for error in validator.iter_errors(sarif(repo, "-v"))] == []


def test_the_schema_refuses_what_is_wrong(
    repo: GitRepo, validator: jsonschema.protocols.Validator
) -> None:
    write(repo.top, FAULTS)
    document = sarif(repo)
    document["runs"][0]["results"][0]["level"] = "fatal"
    assert list(validator.iter_errors(document)) != []


def test_every_rule_brings_its_manual_and_every_result_its_rule(repo: GitRepo) -> None:
    write(repo.top, FAULTS)
    (run,) = sarif(repo, "-v")["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [(r["id"], r["help"]["markdown"]) for r in rules] == [
        (rule.code, rule.manual) for rule in all_rules()
    ]
    assert all(r["fullDescription"]["text"] for r in rules)
    found = {r["ruleId"]: r["level"] for r in run["results"]}
    assert found["SG101"] == "error"
    assert found["SG110"] == "warning"
    assert found["SG199"] == "note"
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])


def test_places_are_relative_to_where_it_ran(repo: GitRepo) -> None:
    write(repo.top, ODD)
    (run,) = sarif(repo)["runs"]
    places = [r["locations"][0]["physicalLocation"]["artifactLocation"] for r in run["results"]]
    assert {place["uri"] for place in places} == {
        "h%C3%A4%C3%9F%20lich/%2541%23%3F.py",
        "tab.py",
        "old.py",
    }
    assert {place["uriBaseId"] for place in places} == {"%SRCROOT%"}
    (repo.top / "here").mkdir()
    inside = scan("--format", "sarif", "..", cwd=repo.top / "here").document["runs"][0]["results"]
    above = [r["locations"][0]["physicalLocation"]["artifactLocation"] for r in inside]
    assert all(set(place) == {"uri"} and place["uri"].startswith("../") for place in above)


def test_a_result_names_its_keys_and_what_it_is_about(repo: GitRepo) -> None:
    write(repo.top, FAULTS)
    (run,) = sarif(repo)["runs"]
    (result,) = [r for r in run["results"] if r["ruleId"] == "SG101"]
    (location,) = result["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "Post.author", "kind": "member"}]
    lines = FAULTS["app/models.py"].splitlines()
    related = [r["physicalLocation"]["region"]["startLine"] for r in result["relatedLocations"]]
    assert [lines[number - 1].strip() for number in related] == [
        'return Column(ForeignKey("user.id"))',
        'maker_id = Column(ForeignKey("user.id"))',
    ]


def test_fingerprints_survive_moved_lines(repo: GitRepo) -> None:
    write(repo.top, FAULTS)

    def marks() -> list[str]:
        results = sarif(repo)["runs"][0]["results"]
        return [r["partialFingerprints"]["safeguards/v1"] for r in results]

    before = marks()
    assert len(set(before)) == len(before) > 5
    write(repo.top, {"app/models.py": "# one more line\n" * 7 + FAULTS["app/models.py"]})
    assert marks() == before
