"""County volumes for all five bureaus: filled by the command, and every figure and proof agrees with the rows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.deep import house

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="runs in the SQLite phase"),
]
# Of each bureau: an act corrected twice, one voided, a seconded member, a joint branch of three hosts, a retired branch.
EDGES = """
import django; django.setup()
from django.db.models import Count
from hongzhu.core.activities.models import Act
from hongzhu.core.orgs.models import Bureau, Hosting, Org
from hongzhu.core.people.models import Engagement
for bureau in Bureau.objects.order_by("code"):
    acts = Act.objects.filter(bureau=bureau)
    hosts = Hosting.objects.filter(org__bureau=bureau, to_on=None).values("org").annotate(n=Count("unit"))
    found = (
        acts.filter(revision__gte=2), acts.filter(status="VOIDED"),
        Engagement.objects.filter(unit__bureau=bureau, reason="SECONDED", to_on=None), hosts.filter(n__gte=3),
        Org.objects.filter(bureau=bureau, retired=True),
    )
    print(bureau.code, *(rows.exists() for rows in found))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Runs Python in one house, filled with the full demo, and returns what it printed."""
    data = tmp_path_factory.mktemp("full") / "house"
    env = house.environment(data, house.sqlite_url(data)) | {"DJANGO_SETTINGS_MODULE": "hongzhu.config.settings"}

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=house.ROOT, env=env, capture_output=True, text=True, timeout=1200, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    return run


def test_the_full_demo_stands_behind_its_figures(python: Callable[..., str]) -> None:
    hongzhu = ("-m", "hongzhu.config.cli")
    made: dict[str, Any] = json.loads(python(*hongzhu, "demo", "--full", "--json"))

    assert len(made["bureaus"]) == 5
    assert all(one["branches"] >= 150 and one["acts"] > 4000 for one in made["bureaus"])
    python(*hongzhu, "figures")
    python(*hongzhu, "rebuild", "credits", "--check")
    python(*hongzhu, "audit", "verify")
    assert python("-c", EDGES).split() == [
        word for code in ("huaibei", "jinan", "rencheng", "yongkang", "yunyang") for word in (code, *["True"] * 5)
    ]
