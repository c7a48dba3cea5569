"""``python -m benchmarks [name …]``: every bar, one line each. Exit code 1: one falls short; 2: one could not run."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent


def names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def run(chosen: Sequence[str], package: str = "benchmarks") -> int:
    """Run the benches named; prints as it goes."""
    short, broken = 0, 0
    for name in chosen:
        begun = time.perf_counter()
        try:
            for bar in importlib.import_module(f"{package}.bench_{name}").bars():
                short += not bar.ok
                print(bar, flush=True)
        except Exception:  # noqa: BLE001 - one bench that breaks must not hide the lines of the others
            broken += 1
            print(f"{name:<34} could not run:", flush=True)
            traceback.print_exc(file=sys.stdout)
        print(f"    ({name}: {time.perf_counter() - begun:.0f} s)", flush=True)
    if not chosen:
        print("no bench found")
        return 2
    return 2 if broken else min(short, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("name", nargs="*", help="benches to run; default: all")
    chosen = parser.parse_args(arguments).name
    if unknown := sorted(set(chosen) - set(names())):
        print(f"no such bench: {', '.join(unknown)}; there are {', '.join(names())}")
        return 2
    with tempfile.TemporaryDirectory(prefix="hongzhu-bench-data-") as data:
        os.environ["HONGZHU_DATA"] = data
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongzhu.config.settings")
        import django

        django.setup()
        return run(chosen or names())


if __name__ == "__main__":
    sys.exit(main())
