"""One database of each make as the migrations leave it; prints two assignments for the shell.

The workers' test databases on PostgreSQL and the houses of the tests that start programs of ours (tests/deep/house.py)
are copies of them: running the migrations costs ten seconds, copying a quarter of one. HONGZHU_TEST_POSTGRES names the
server of the one, the other is a file of SQLite.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

NAME = "hongzhu_migrated"
FILE = Path(__file__).resolve().parent.parent / "var/test/migrated.sqlite3"
# `hongzhu migrate` would ship the packs too; tests begin with empty tables, and with the packs' bodies beside them.
MIGRATE = """
import django
from django.core.management import call_command
from django.db import connection
from hongzhu.kit import memory
django.setup()
memory.settle()
call_command("migrate", interactive=False, verbosity=0)
if connection.vendor == "postgresql":
    from tests import shelf
    shelf.fill()
connection.close()
"""


def main() -> None:
    server = os.environ["HONGZHU_TEST_POSTGRES"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    for old in FILE.parent.glob(FILE.name + "*"):
        old.unlink()
    running = [migrating(f"{server.rpartition('/')[0]}/{NAME}"), migrating(f"sqlite:///{FILE}")]
    codes = [one.wait() for one in running]
    if any(codes):
        raise SystemExit(1)
    # A copy of the file alone must be the whole database: nothing may be left in the write-ahead log beside it.
    if left := [path.name for path in FILE.parent.glob(FILE.name + "-*") if path.stat().st_size]:
        raise SystemExit(f"{FILE.name} was not closed: {', '.join(left)}")
    print(f"HONGZHU_TEST_TEMPLATE={NAME}\nHONGZHU_TEST_HOUSE={FILE}")


def migrating(database: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "HONGZHU_DATABASE": database, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen([sys.executable, "-c", MIGRATE], env=environment)


if __name__ == "__main__":
    main()
