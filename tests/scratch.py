"""The suite's data folder: one per process, never a deployment's, gone when the suite ends."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import MutableMapping
from pathlib import Path


def enter(environ: MutableMapping[str, str]) -> None:
    """Point HONGZHU_DATA at a scratch folder.

    The first process makes the base and removes it at its end; workers of pytest-xdist get a folder each, so that one
    does not sweep another's files. A child that a test starts keeps the folder it was given.
    """
    base = environ.get("HONGZHU_TEST_DATA")
    if base is None:
        base = environ["HONGZHU_TEST_DATA"] = tempfile.mkdtemp(prefix="hongzhu-test-")
        environ.pop("HONGZHU_DATA", None)
        atexit.register(_leave, base, os.getpid())
    if environ.get("HONGZHU_DATA") in {None, f"{base}/main"}:
        folder = Path(base) / environ.get("PYTEST_XDIST_WORKER", "main")
        (folder / "static").mkdir(parents=True, exist_ok=True)  # else each new handler warns that it is not there
        environ["HONGZHU_DATA"] = str(folder)


def _leave(base: str, owner: int) -> None:
    # A forked writer runs this too when it ends; only the maker removes.
    if os.getpid() == owner:
        shutil.rmtree(base, ignore_errors=True)
