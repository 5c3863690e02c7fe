"""A production that is a process, changed by its commands."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.integration.sync.leashes import eventually, marked
from tests.integration.sync.plain import SERVER, TARGET, Plain, brought_up, leave, plain
from tests.support.shell import ROOT, sh

from safeguards.errors import ConfigError, DeadlineError, RefusedError
from safeguards.runtimes.change import Place, Stamp, Version
from safeguards.runtimes.changing.command import CommandChanger
from safeguards.system.claims import claimed

COMMITS = {
    name: letter * 40 for name, letter in zip(("good", "better", "broken"), "abc", strict=True)
}
BROKEN = "raise SystemExit('no way')\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Plain]:
    made = plain(tmp_path, 0)
    try:
        made = brought_up(tmp_path)
        yield made
    finally:
        made.close()


def built(shop: Plain, name: str, changer: CommandChanger | None = None) -> Version:
    server = BROKEN if name == "broken" else SERVER
    return build(changer or shop.changer(), shop.export(name, server), COMMITS[name], [])


def build(changer: CommandChanger, source: Path, commit: str, told: list[str]) -> Version:
    stamp = Stamp(TARGET, "run-1", commit, ("018", "019"), "before")
    return changer.build(TARGET, source, stamp, told.append)


def replace(shop: Plain, version: Version) -> list[str]:
    told: list[str] = []
    shop.changer().replace(TARGET, version, told.append)
    return told


def running(shop: Plain) -> tuple[Version, ...]:
    return shop.changer().deployed(TARGET).running


STAMP = Stamp(TARGET, "run-1", "a" * 40)


def test_what_was_started_by_hand_has_no_version(shop: Plain) -> None:
    changer = shop.changer()
    assert changer.services() == (TARGET,)
    found = changer.deployed(TARGET)
    assert (found.tag, found.tagged, found.running) == ("current", None, (Version(""),))
    leave(shop, *shop.recipe.stop)
    assert changer.deployed(TARGET).running == ()
    assert changer.pinned(TARGET) is None
    assert changer.sweep() == ()


def test_a_build_is_stamped_found_and_changes_nothing(shop: Plain) -> None:
    changer, told = shop.changer(), list[str]()
    before = changer.deployed(TARGET)
    version = build(changer, shop.export("good"), COMMITS["good"], told)
    assert msgspec.structs.replace(version, id="") == Version(
        "", COMMITS["good"], ("018", "019"), "before"
    )
    release = shop.releases.folder / version.id
    assert version.id.startswith("aaaaaaaaaaaa-")
    assert told == [f"building {COMMITS['good']} in {release}"]
    assert (release / "deploy" / "built").read_text() == f"{release}/deploy\n"
    assert changer.find(TARGET, COMMITS["good"]) == version
    assert changer.find(TARGET, COMMITS["better"]) is None
    assert changer.deployed(TARGET) == before
    again = build(changer, shop.export("good"), COMMITS["good"], told)
    assert again.id != version.id
    assert changer.find(TARGET, COMMITS["good"]) == again


def test_without_a_build_command_the_files_are_the_version(shop: Plain) -> None:
    version = built(shop, "good", shop.changer(build=()))
    names = {each.name for each in (shop.releases.folder / version.id / "deploy").iterdir()}
    assert names == {"version", "server.py", "control.py", "build.sh"}


def test_an_export_on_another_file_system_is_copied(shop: Plain) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        if Path(folder).stat().st_dev == shop.folder.stat().st_dev:
            pytest.skip("one file system only")
        source = Path(folder) / "source"
        shop.export("good").replace(shop.folder / "moved")
        sh("cp", "-a", shop.folder / "moved", source)
        (source / "link").symlink_to("nowhere")
        version = build(shop.changer(), source, COMMITS["good"], [])
        assert not source.exists()
    release = shop.releases.folder / version.id
    assert str((release / "link").readlink()) == "nowhere"
    assert (release / "deploy" / "built").exists()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("sh", "build.sh"), "exit code 3"),
        (("no-such-program",), "cannot run no-such-program: No such file"),
    ],
)
def test_a_build_that_fails_is_told_and_removed(
    shop: Plain, command: tuple[str, ...], reason: str
) -> None:
    changer = shop.changer(build=command)
    with pytest.raises(RefusedError, match=reason) as caught:
        build(changer, shop.export("bad"), COMMITS["good"], [])
    shown = dict(caught.value.context).get("it printed", "")
    assert shown.splitlines()[1:] == (["no way"] if reason == "exit code 3" else [])
    assert list(shop.releases.folder.iterdir()) == []
    assert changer.find(TARGET, COMMITS["good"]) is None


def test_a_workbench_runs_commands_in_the_release(shop: Plain) -> None:
    version = built(shop, "good")
    place = shop.changer().workbench(TARGET, version, STAMP, seconds=60)
    release = shop.releases.folder / version.id
    told: list[str] = []
    script = "pwd; echo $SAFEGUARDS_RELEASE $SAFEGUARDS_COMMIT $PLAIN_MARK $GIVEN; exit 3"
    done = place.run(
        ("sh", "-c", script), timeout=30, env={"GIVEN": "$x"}, workdir="..", tell=told.append
    )
    assert done.returncode == 3
    said = [str(release), f"{release} {COMMITS['good']} {shop.folder} $x"]
    assert done.text.splitlines() == told == said
    assert place.look().running
    assert place.answers_at(shop.url) is None
    assert place.log() == ""
    with pytest.raises(DeadlineError):
        place.run(("sh", "-c", "setsid sleep 300 & sleep 300"), timeout=0.5)
    assert not any("sleep" in line for _, line in marked(str(shop.folder)))
    place.close()
    place.close()
    assert place.look().state == "exited"


def test_commands_hold_the_lock_of_the_target(shop: Plain, tmp_path: Path) -> None:
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    try:
        place = shop.changer((lock,)).workbench(TARGET, built(shop, "good"), STAMP, seconds=60)
        done = place.run(("sh", "-c", "ls -l /proc/self/fd"), timeout=30)
    finally:
        os.close(lock)
    assert f"{tmp_path}/lock" in done.text


def test_a_trial_serves_beside_production(shop: Plain) -> None:
    place = shop.changer().trial(TARGET, built(shop, "good"), STAMP)
    assert place is not None
    url = place.answers_at(f"{shop.url}?x=1#y")
    assert url is not None
    assert url.endswith("/health?x=1")
    assert str(shop.port) not in url
    assert eventually(lambda: "serving good" in place.log())
    assert place.look().running
    answer = place.fetch("GET", place.answers_at(shop.url) or "", headers={}, timeout=5)
    assert answer.body == b"good aaaaaaa"
    assert shop.answer() == "first"
    place.close()
    assert place.look().state == "exited"
    assert len(shop.servers()) == 1
    assert "serving good" in place.log()


def test_a_trial_that_does_not_start_is_seen_with_its_log(shop: Plain) -> None:
    place = shop.changer().trial(TARGET, built(shop, "broken"), STAMP)
    assert place is not None
    assert eventually(lambda: not place.look().running)
    assert (place.look().state, place.look().exit_code) == ("exited", 1)
    assert place.log() == "no way\n"
    place.close()
    assert shop.changer(trial=()).trial(TARGET, built(shop, "good"), STAMP) is None


def test_replacing_and_going_back(shop: Plain) -> None:
    good, better = built(shop, "good"), built(shop, "better")
    replace(shop, good)
    assert shop.answer() == "good"
    found = shop.changer().deployed(TARGET)
    assert (found.tagged, found.running) == (good, (good,))
    replace(shop, better)
    assert (shop.answer(), running(shop)) == ("better", (better,))
    replace(shop, good)
    assert (shop.answer(), running(shop)) == ("good", (good,))
    assert len(shop.servers()) == 1
    assert "serving better" in (shop.releases.folder / "start.log").read_text()


def test_replacing_twice_is_nothing(shop: Plain) -> None:
    good = built(shop, "good")
    replace(shop, good)
    before = (shop.recipe.folder / "pid").read_text()
    assert replace(shop, good) == []
    assert (shop.recipe.folder / "pid").read_text() == before


def test_what_does_not_start_is_told_and_can_be_gone_back_from(shop: Plain) -> None:
    good, broken = built(shop, "good"), built(shop, "broken")
    replace(shop, good)
    with pytest.raises(RefusedError, match=r"command\.start failed") as caught:
        replace(shop, broken)
    assert caught.value.context == (("it printed", "no way"),)
    found = shop.changer().deployed(TARGET)
    assert (found.tagged, found.running, shop.answer()) == (broken, (), "")
    told = replace(shop, good)
    assert told[0] == "nothing to stop"
    assert told[1].endswith("ended with 4; nothing runs any more")
    assert (shop.answer(), running(shop)) == ("good", (good,))


def test_what_cannot_be_stopped_stays_what_it_is(shop: Plain) -> None:
    good, better = built(shop, "good"), built(shop, "better")
    replace(shop, good)
    stubborn = shop.changer(stop=("sh", "-c", "echo I stay; exit 1"))
    with pytest.raises(RefusedError, match="production still runs") as caught:
        stubborn.replace(TARGET, better, lambda line: None)
    assert caught.value.context == (("it printed", "I stay"),)
    assert (shop.answer(), running(shop)) == ("good", (good,))
    assert replace(shop, good) == []
    assert shop.changer().deployed(TARGET).tagged == good


@pytest.mark.parametrize("key", ["start", "stop"])
def test_a_missing_command_is_named_before_anything_changes(shop: Plain, key: str) -> None:
    good = built(shop, "good")
    lacking = shop.changer(**{key: ()})
    with pytest.raises(ConfigError, match=rf"targets\.production\.command\.{key}: missing"):
        lacking.replace(TARGET, good, lambda line: None)
    assert shop.changer().deployed(TARGET).tagged is None


def test_an_unknown_version_is_refused(shop: Plain) -> None:
    for version in (Version(""), Version("aaaaaaaaaaaa-00000000"), Version("../x")):
        with pytest.raises(RefusedError, match="there is no release"):
            replace(shop, version)
    assert shop.answer() == "first"


def test_the_version_to_go_back_to(shop: Plain) -> None:
    good, better = built(shop, "good"), built(shop, "better")
    for version in (good, better):
        shop.changer().pin(TARGET, version)
        assert shop.changer().pinned(TARGET) == version
    assert shop.changer().deployed(TARGET).tagged is None


def test_sweeping_leaves_what_is_needed(shop: Plain) -> None:
    versions = [built(shop, "good") for _ in range(8)]
    changer = shop.changer()
    replace(shop, versions[0])
    changer.pin(TARGET, versions[1])
    half = shop.releases.folder / "dddddddddddd-00000000"
    under_way = shop.releases.folder / "dddddddddddd-00000001"
    for folder in (half, under_way):
        folder.mkdir()
    (shop.releases.folder / ".link-0").symlink_to("nowhere")
    with claimed(under_way):
        gone = changer.sweep()
    assert set(gone) == {half.name, *(each.id for each in versions[2:5])}
    assert changer.sweep() == (under_way.name,)
    left = {each.name for each in shop.releases.folder.iterdir()}
    stay = {each.id for each in (*versions[:2], *versions[5:])}
    facts = {f"{name}.json" for name in stay}
    assert left == stay | facts | {"current", "running", "previous", "start.log"}
    assert shop.answer() == "good"


def test_by_hand_is_what_replacing_does(shop: Plain) -> None:
    good = built(shop, "good")
    text = shop.changer().by_hand(TARGET, good)
    assert good.id in text
    (shop.folder / "by-hand").write_text(text)
    assert leave(shop, "sh", str(shop.folder / "by-hand")) == 0
    assert (shop.answer(), running(shop)) == ("good", (good,))
    assert shop.changer().deployed(TARGET).tagged == good


REPLACE = """
import fcntl, os, sys
from pathlib import Path
from tests.integration.sync.plain import TARGET, plain
from safeguards.runtimes.change import Version
shop = plain(Path(sys.argv[1]), int(sys.argv[2]))
lock = os.open(shop.folder / "lock", os.O_RDWR | os.O_CREAT)
fcntl.flock(lock, fcntl.LOCK_EX)
shop.changer((lock,)).replace(TARGET, Version(sys.argv[3]), print)
"""


def test_killed_anywhere_it_tells_the_truth_and_can_be_done_again(shop: Plain) -> None:
    versions = {"good": built(shop, "good"), "better": built(shop, "better")}
    replace(shop, versions["good"])
    seen = set()
    for moment in range(14):
        name = ("better", "good")[moment % 2]
        argv = (sys.executable, "-c", REPLACE, str(shop.folder), str(shop.port), versions[name].id)
        process = subprocess.Popen(argv, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        time.sleep(0.2 + moment * 0.05)
        process.kill()
        process.wait()
        lock = os.open(shop.folder / "lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer, (found) = shop.answer(), running(shop)
        seen.add(answer)
        assert found == ((versions[answer],) if answer else ()), moment
        os.close(lock)
        replace(shop, versions[name])
        assert (shop.answer(), running(shop)) == (name, (versions[name],))
        assert len(shop.servers()) == 1, shop.servers()
    assert len(seen) > 1


def test_a_killed_build_leaves_nothing_that_counts(shop: Plain) -> None:
    source = shop.export("good")
    script = f"""
from pathlib import Path
from tests.integration.sync.plain import TARGET, plain
from safeguards.runtimes.change import Stamp
changer = plain(Path({str(shop.folder)!r}), 0).changer(build=("sh", "-c", "touch begun; sleep 300"))
changer.build(TARGET, Path({str(source)!r}), Stamp(TARGET, "run-1", "a" * 40), print)
"""
    process = subprocess.Popen(
        (sys.executable, "-c", script), cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    releases = shop.releases.folder
    assert eventually(lambda: bool(list(releases.glob("*/deploy/begun"))))
    assert shop.changer().sweep() == ()
    process.kill()
    process.wait()
    assert shop.changer().find(TARGET, "a" * 40) is None
    assert eventually(lambda: len(shop.changer().sweep()) == 1)
    assert list(releases.iterdir()) == []


def test_places_are_places(shop: Plain) -> None:
    place: Place = shop.changer().workbench(TARGET, built(shop, "good"), STAMP, seconds=1)
    place.close()
