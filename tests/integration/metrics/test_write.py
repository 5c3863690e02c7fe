"""`safeguards metrics write`: a textfile that is whole or not there, a real push gateway."""

from __future__ import annotations

import json
import os
import stat
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.integration.metrics.conftest import metrics, read
from tests.integration.verify import servers
from tests.integration.verify.conftest import CANARY, Small
from tests.support import monitoring, needs
from tests.support.needs import Unavailable
from tests.support.postgres import free_port

from safeguards.cli.main import main


def test_a_healthy_production_in_a_file_that_others_may_read(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "safeguards.prom"
    before = os.umask(0o077)
    try:
        ended = metrics(small, "write", "--textfile", path)
    finally:
        os.umask(before)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("production: pass\n")
    assert f" series written to {path}\n" in ended.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert sorted(each.name for each in tmp_path.glob("*prom*")) == ["safeguards.prom"]
    found = read(path.read_text())
    assert found["safeguards_verify_success"] == 1
    assert found["safeguards_check_success /secret api"] == 1
    last = found["safeguards_verify_last_run_timestamp_seconds"]
    assert found["safeguards_verify_last_success_timestamp_seconds"] == last
    assert [run["exit_code"] for run in small.journal()] == [0]
    assert CANARY not in path.read_text() + ended.out + ended.err


def test_an_ill_production_is_written_and_that_is_success(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "safeguards.prom"
    assert metrics(small, "write", "--textfile", path).code == 0
    well = read(path.read_text())["safeguards_verify_last_success_timestamp_seconds"]
    small.sql("delete from projects")
    ended = metrics(small, "write", "--textfile", path, "--format", "json")
    assert ended.code == 0, ended.err
    document = json.loads(ended.out)
    assert document["targets"] == {"production": "fail"}
    assert (document["version"], document["textfile"]) == (1, str(path))
    found = read(path.read_text())
    assert found["safeguards_verify_exit_code"] == 4
    assert found["safeguards_check_success projects records"] == 0
    assert found["safeguards_verify_last_success_timestamp_seconds"] == well
    assert found["safeguards_verify_last_run_timestamp_seconds"] > well


def test_the_configuration_says_where(small: Small) -> None:
    with (small.folder / "safeguards.toml").open("a") as file:
        file.write('\n[metrics]\ntextfile = "out/shop.txt"\n')
    (small.folder / "out").mkdir()
    ended = metrics(small, "write", "--quick", "--no-journal")
    assert ended.code == 0, ended.err
    assert "warning: node_exporter reads only files *.prom, not shop.txt\n" in ended.err
    assert "check_success /health api" not in read((small.folder / "out/shop.txt").read_text())
    assert not (small.folder / ".git" / "safeguards" / "journal.db").exists()


def test_the_last_verify_is_written_with_its_own_times(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "safeguards.prom"
    ended = metrics(small, "write", "--last", "--textfile", path)
    assert ended.code == 69
    assert "the journal holds no verify of the target production" in ended.err
    assert not path.exists()
    assert small.verify().code == 0
    small.sql("delete from projects")
    assert metrics(small, "write", "--last", "--textfile", path).code == 0
    found = read(path.read_text())
    assert found["safeguards_verify_success"] == 1
    assert len(small.journal()) == 1
    assert small.verify().code == 4
    assert metrics(small, "write", "--last", "--textfile", path).code == 0
    later = read(path.read_text())
    assert later["safeguards_verify_exit_code"] == 4
    first = found["safeguards_verify_last_run_timestamp_seconds"]
    assert later["safeguards_verify_last_run_timestamp_seconds"] > first
    assert later["safeguards_verify_last_success_timestamp_seconds"] == first


def test_every_target_in_one_file(small: Small, tmp_path: Path) -> None:
    with (small.folder / "safeguards.toml").open("a") as file:
        file.write(
            '\n[targets.staging]\nruntime = "command"\n[targets.staging.command]\n'
            'status = ["false"]\nstart = ["true"]\n'
        )
    path = tmp_path / "safeguards.prom"
    ended = metrics(small, "write", "--target", "all", "--textfile", path)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("production: pass\nstaging: fail\n")
    text = path.read_text()
    assert 'safeguards_verify_success{target="production"} 1.0\n' in text
    assert 'safeguards_verify_success{target="staging"} 0.0\n' in text
    assert monitoring_accepts(text)


def monitoring_accepts(text: str) -> bool:
    try:
        done = monitoring.promtool("check", "metrics", stdin=text)
    except Unavailable as missing:
        needs.skip(missing)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return True


@pytest.mark.parametrize("kind", ["missing", "file", "folder", "device", "closed"])
def test_where_nothing_can_be_written(small: Small, tmp_path: Path, kind: str) -> None:
    (tmp_path / "plain").write_text("")
    (tmp_path / "folder.prom").mkdir()
    path = {
        "missing": tmp_path / "none" / "safeguards.prom",
        "file": tmp_path / "plain" / "safeguards.prom",
        "folder": tmp_path / "folder.prom",
        "device": Path("/dev/null"),
        "closed": Path("/proc/safeguards.prom"),  # to root as well
    }[kind]
    ended = metrics(small, "write", "--quick", "--textfile", path)
    assert ended.code == 69
    assert f"error: {path} cannot be written: " in ended.err
    assert "\nhint: " in ended.err
    if kind == "missing":
        assert f"mkdir -p {tmp_path / 'none'}" in ended.err
    assert Path("/dev/null").is_char_device()


def test_wrong_calls(
    small: Small, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(small.folder)
    for argv, code, message in (
        ((), 64, "nobody says where to write the metrics"),
        (("--last", "--quick", "--textfile", "x"), 64, "--last asks nothing"),
        (("--pushgateway", "gateway:9091"), 64, "--pushgateway: expected an http:// or https://"),
        (("--textfile", "x", "--target", "nope"), 64, 'no target is called "nope"'),
        (("--pushgateway", "env:NO_SUCH_GATEWAY"), 78, "NO_SUCH_GATEWAY is not set"),
    ):
        assert main(["metrics", "write", *argv]) == code
        out, err = capsys.readouterr()
        assert out == ""
        assert message in err
        assert "\nhint: " in err
    assert not (small.folder / ".git" / "safeguards").exists()


def test_two_at_once_leave_one_whole_file(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "safeguards.prom"
    with ThreadPoolExecutor(3) as pool:
        calls = [
            pool.submit(metrics, small, "write", "--quick", "--textfile", path) for _ in range(3)
        ]
        assert [call.result().code for call in calls] == [0, 0, 0]
    assert read(path.read_text())["safeguards_verify_success"] == 1
    assert [each.name for each in tmp_path.glob(".safeguards*")] == []
    assert len(small.journal()) == 3


def test_a_real_push_gateway(small: Small, tmp_path: Path) -> None:
    try:
        with monitoring.gateway(tmp_path) as url:
            small.sql("delete from projects")
            ended = metrics(small, "write", "--pushgateway", url, "--timeout", "60")
            assert ended.code == 0, ended.err
            assert f" series pushed to {url}\n" in ended.out
            assert _pushed(url)['target="production"'] == 4
            small.sql("insert into projects values (1)")
            env = {"GATEWAY": url.replace("http://", f"http://user:{CANARY}@")}
            ended = metrics(
                small, "write", "--pushgateway", "env:GATEWAY", "--timeout", "60", **env
            )
            assert ended.code == 0, ended.err
            assert CANARY not in ended.out + ended.err
            assert _pushed(url) == {'target="production"': 0}
    except Unavailable as missing:
        needs.skip(missing)


def _pushed(url: str) -> dict[str, float]:
    """The exit codes that the gateway has, by the label of the group."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=20) as response:
        lines = response.read().decode().splitlines()
    mine = [line for line in lines if line.startswith("safeguards_verify_exit_code{")]
    assert all('instance=""' in line and 'job="safeguards"' in line for line in mine)
    return {line.partition("}")[0].rpartition(",")[2]: float(line.split()[-1]) for line in mine}


@pytest.mark.parametrize("kind", ["nobody", "failing", "moved", "endless", "not http"])
def test_a_gateway_that_does_not_take_it(small: Small, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "safeguards.prom"
    behave = {
        "failing": servers.answering("500 Oops", f"{CANARY}\x1b[31m".encode()),
        "moved": servers.answering("302 Found", b"", "location: http://127.0.0.1:1/"),
        "endless": servers.dripping_headers,
        "not http": servers.not_http,
    }
    message = {
        "nobody": "cannot be reached",
        "failing": "answered 500",
        "moved": "answered 302",
        "endless": "did not answer within 1 s",
        "not http": "cannot be reached",
    }[kind]
    call = ("write", "--quick", "--textfile", path, "--timeout", "1" if kind == "endless" else "60")
    if kind == "nobody":
        ended = metrics(small, *call, "--pushgateway", f"http://127.0.0.1:{free_port()}")
    else:
        with servers.serving(behave[kind]) as place:
            ended = metrics(small, *call, "--pushgateway", f"http://u:{CANARY}@{place}/")
    assert ended.code == 69, ended.err
    assert message in ended.err
    assert CANARY not in ended.out + ended.err
    assert "series written to" in ended.out
    assert "series pushed to" not in ended.out
    assert read(path.read_text())["safeguards_verify_success"] == 1
