from __future__ import annotations

from safeguards.report.wrap import cells, folded, whole, wrapped

LINE = "  - npd-backend: exited, it stopped with exit code 1 a minute ago"


def test_a_line_that_fits_or_goes_to_no_terminal_stays() -> None:
    assert list(wrapped(LINE, None)) == [LINE]
    assert list(wrapped(LINE, 200)) == [LINE]
    assert list(wrapped(LINE, 3)) == [LINE]


def test_words_stay_whole_and_hang() -> None:
    assert list(wrapped(LINE, 40)) == [
        "  - npd-backend: exited, it stopped with",
        "    exit code 1 a minute ago",
    ]
    long = f"x {'y' * 50} z"
    assert list(wrapped(long, 30)) == ["x", f"  {'y' * 50}", "  z"]


def test_wide_characters_count_twice() -> None:
    assert cells("日本") == 4
    assert cells("e\u0301") == 1
    assert list(wrapped("日本語日本語 日本語日本語", 20)) == ["日本語日本語", "  日本語日本語"]


def test_a_command_is_never_broken() -> None:
    assert list(whole("  next:", "ls -l", 60)) == ["  next: ls -l"]
    command = "docker compose -p shop exec -T web alembic upgrade head"
    assert list(whole("      next:", command, 60)) == ["      next:", command]


def test_a_screen_cuts_what_is_too_long() -> None:
    assert list(folded("日本語日本語", 5)) == ["日本", "語日", "本語"]
    assert all(cells(piece) <= 30 for piece in folded(f"a {'b' * 100} c", 30))
