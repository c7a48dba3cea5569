"""One PostgreSQL database made by the migrations, of which every worker's test database is a copy; prints its name.

Running the migrations costs a worker twelve seconds, copying a database a quarter of one. HONGZHU_DATABASE names the server.
"""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
from psycopg import sql

NAME = "hongzhu_migrated"


def main() -> None:
    server = os.environ["HONGZHU_DATABASE"]
    before, _slash, _maintenance = server.rpartition("/")
    user_and_host = before.removeprefix("postgres://")
    user, host = user_and_host.split("@")
    with psycopg.connect(host=host.replace("%2F", "/"), user=user, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    environment = {**os.environ, "HONGZHU_DATABASE": f"{before}/{NAME}", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    made = subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=environment, check=False)
    if made.returncode:
        raise SystemExit(made.returncode)
    print(NAME)


if __name__ == "__main__":
    main()
