"""A program for restore drills: ``python -m tests.deep.drill fill backup=/tmp/a.tar wipe restore=/tmp/a.tar figures``.

Each step runs in turn in one house; the last line of output is JSON, one object for each step. Any other word is
handed to the console command: ``audit,verify`` runs ``hongzhu audit verify``.
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

from tests.deep import house

house.boot()

from click.testing import CliRunner  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from hongzhu.config import cli  # noqa: E402
from hongzhu.config.demo import fill  # noqa: E402
from hongzhu.config.demo.world import Size  # noqa: E402
from hongzhu.core.activities.models import Act  # noqa: E402
from hongzhu.core.audit.models import Entry  # noqa: E402
from hongzhu.core.orgs.models import Bureau  # noqa: E402
from tests.deep import deeds  # noqa: E402

TODAY = date(2026, 11, 21)
SIZES = tuple(
    Size(code, f"{name}教育局", name, schools=4, kindergartens=2, branches=5, generals=1, classes=4)
    for code, name in (("rencheng", "任城"), ("yunyang", "郧阳"))
)


def tables() -> str:
    house.tables()
    return ""


def fill_it() -> str:
    """A small demo world, and papers of two acts in the file store."""
    house.tables()
    fill.fill(TODAY, sizes=SIZES)
    from hongzhu.core.files import actions as files
    from hongzhu.kit.refs import Actor, Ref

    for act in Act.objects.order_by("pk")[:2]:
        files.attach(
            owner=Ref.to(act), slot="paper", name="讲稿.txt", data=f"讲稿 {act.pk}".encode(), by=Actor.system("演练"),
            bureau=act.bureau, now=deeds.NOW,
        )  # fmt: skip
    return ""


def wipe() -> str:
    """Nothing left: rows, files. Says what :func:`kept` then says."""
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(settings.FILES_DIR, ignore_errors=True)
    assert not Bureau.objects.exists()
    return kept()


def insert() -> str:
    """A new row gets a number of its own: sequences stand behind the restored rows."""
    highest = max(Bureau.objects.values_list("pk", flat=True))
    made = Bureau.objects.create(code="new", name="新教育局", pack="national")
    return "after" if made.pk > highest else "before"


def kept() -> str:
    """Files by name and size, and the end of the chain."""
    root = Path(settings.FILES_DIR)
    files = sorted((str(path.relative_to(root)), path.stat().st_size) for path in root.glob("*/*"))
    return json.dumps([files, list(Entry.objects.order_by("-seq").values_list("seq", "hash")[:1])])


STEPS = {"tables": tables, "fill": fill_it, "wipe": wipe, "insert": insert, "kept": kept}


def step(words: str) -> dict[str, Any]:
    if words in STEPS:
        return {"step": words, "code": 0, "out": STEPS[words]()}
    result = CliRunner().invoke(cli.main, words.split(","))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return {"step": words, "code": result.exit_code, "out": result.output}


if __name__ == "__main__":
    sys.stdout.write(json.dumps([step(words) for words in sys.argv[1:]], ensure_ascii=False) + "\n")
