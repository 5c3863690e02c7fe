"""Locks of records, as other users of the machine see them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from safeguards.system.spool import Spool

NOBODY = 65534


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_a_lock_of_another_user_counts_as_held() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        spool = Spool(Path(folder) / "safeguards")
        with spool.locked("r1") as held:
            assert held
            os.seteuid(NOBODY)
            try:
                seen = spool.is_locked("r1"), spool.is_locked("none")
            finally:
                os.seteuid(0)
        assert seen == (True, False)
        assert not spool.is_locked("r1")
