"""A program: ``hongzhu serve`` on SQLite is killed with -9, group and all, while four people record acts by HTTP.

``python -m tests.deep.sqlite_kills --kills 200`` prints one line of JSON. ``--eager`` is the twin: a gateway that
acknowledges before the commit.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.deep import house
from tests.ports import free_port

house.boot()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from hongzhu.core.activities.models import Act  # noqa: E402
from tests.deep import checker  # noqa: E402

SHORTEST, LONGEST = 0.0, 0.8  # seconds a server lives after the first act it acknowledged
PATIENCE = 90
SAVED = re.compile(r"/activities/\d+/saved/")


class Filled(HTMLParser):
    """What a browser would send of the page's form if the user changed nothing."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: list[tuple[str, str]] = []
        self._area = self._select = ""
        self._text = ""
        self._picked: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        if tag == "input" and name and has.get("type") not in {"submit", "file", "button", "image"}:
            if has.get("type") not in {"checkbox", "radio"} or "checked" in has:
                self.data.append((name, has.get("value") or ""))
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select, self._picked = name, None
        elif tag == "option" and self._select and (self._picked is None or "selected" in has):
            self._picked = has.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.data.append((self._area, self._text.strip()))
            self._area = ""
        elif tag == "select" and self._select:
            if self._picked is not None:
                self.data.append((self._select, self._picked))
            self._select = ""


class Person:
    """Somebody signed in, with a form in front of them."""

    def __init__(self, port: int, number: int, session: str, body: int) -> None:
        self.port, self.number = port, number
        self.address = f"/activities/new/?body={body}&kind=theme_day&month=2026-11"
        self.cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: "zh-hans"}

    def elsewhere(self) -> Person:
        """The same person, signed in at another browser."""
        other = copy.copy(self)
        other.cookies = dict(self.cookies)
        return other

    def ask(self, method: str, address: str, body: str = "") -> tuple[int, str, str]:
        """(status, where to, page); OSError or HTTPException when nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            line.request(method, address, body or None, headers)
            answer = line.getresponse()
            page = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
            return answer.status, answer.headers.get("Location") or "", page
        finally:
            line.close()

    def record(self, theme: str) -> tuple[bool, str]:
        """Fill in one theme Party day; whether the server said it is saved, and what it said otherwise."""
        status, _to, page = self.ask("GET", self.address)
        if status != 200:
            return False, f"{status} {page[:200]}"
        typed = {"theme": f"{self.number}:{theme}", "held_on": "2026-11-20", "another": "1"}
        data = [(name, value) for name, value in Filled(page).data if name not in typed and name != "draft"]
        status, to, page = self.ask("POST", self.address, urlencode([*data, *typed.items()]))
        return status == 302 and bool(SAVED.search(to)), f"{status} {to} {page}"


class Server:
    """One ``hongzhu serve`` in a session of its own."""

    def __init__(self, port: int, module: str) -> None:
        self.port, self.module = port, module
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; seconds until it answers a page."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hongzhu.config.cli", "serve", "--port", str(self.port)],
            cwd=house.ROOT, env=os.environ | {"DJANGO_SETTINGS_MODULE": self.module}, start_new_session=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        while time.monotonic() - began < PATIENCE:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
                    line.sendall(b"GET /login/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                    if line.recv(12).startswith(b"HTTP/1"):
                        return time.monotonic() - began
            except OSError:
                time.sleep(0.02)
            if self.process.poll() is not None:
                raise RuntimeError(f"hongzhu serve ended with {self.process.returncode}")
        raise RuntimeError("hongzhu serve does not answer")

    def kill(self) -> None:
        """All of it at once: supervisor, server, its workers, the clock's worker."""
        if self.process is None:
            return
        # Until none is left: one forked while we looked is found by the next look, and one that the kill meets in the
        # middle of an fsync holds the port until the disk has answered.
        began = time.monotonic()
        while (left := session_of(self.process.pid)) and time.monotonic() - began < PATIENCE:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.poll()
            time.sleep(0.002)
        self.process.wait()
        # A thread the kill met in an fsync keeps the port though its process shows as gone already.
        while not _free(self.port) and time.monotonic() - began < PATIENCE:
            time.sleep(0.005)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def session_of(leader: int) -> list[int]:
    """Every living process of a session: whatever ``hongzhu serve`` started, in whichever group."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                state, _parent, _group, session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
                if int(session) == leader and state != "Z":
                    found.append(int(entry.name))
        except OSError:
            continue  # ended while we looked
    return found


def people(cast: Any, port: int) -> list[Person]:
    """Four signed-in recorders of two branches."""
    made = []
    for number, (name, body) in enumerate(
        (("organiser", cast.branch), ("neighbour", cast.other_branch), ("branch_secretary", cast.branch),
         ("deputy", cast.branch))
    ):  # fmt: skip
        client = Client()
        cast.login(client, name)
        made.append(Person(port, number, client.cookies[settings.SESSION_COOKIE_NAME].value, body.pk))
    return made


def calm(recorders: list[Person], server: Server, each: int) -> dict[str, Any]:
    """Eight at once, each recording ``each`` acts, nobody killed: what the server did not save."""
    refused: list[str] = []
    slowest: list[float] = []

    def record(person: Person, desk: int) -> None:
        for turn in range(each):
            began = time.monotonic()
            saved, said = person.record(f"desk {desk} turn {turn}")
            slowest.append(time.monotonic() - began)
            if not saved:
                refused.append(said[:300])

    # Everybody twice, each time at a browser of their own: in one, the token of one page would go with the other's cookie.
    desks = [*recorders, *(one.elsewhere() for one in recorders)]
    threads = [threading.Thread(target=record, args=(one, desk)) for desk, one in enumerate(desks)]
    server.start()
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        server.kill()
    return {"acts": Act.objects.count(), "refused": refused, "slowest_s": round(max(slowest), 2)}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--eager", action="store_true")
    arguments.add_argument("--calm", type=int, default=0)
    asked = arguments.parse_args()
    chance = random.Random(asked.seed)
    port = free_port()
    recorders = people(house.furnish(), port)
    connection.close()
    if asked.calm:
        sys.stdout.write(json.dumps(calm(recorders, Server(port, house.SETTINGS), asked.calm)) + "\n")
        return
    peaceful = Server(port, house.SETTINGS)
    peaceful.start()
    try:
        for person in recorders:
            saved, said = person.record("pattern")
            if not saved:
                raise RuntimeError(f"the form was not saved in peace: {said[:6000]}")
    finally:
        peaceful.kill()
    patterns = checker.patterns()
    connection.close()
    server = Server(port, "tests.deep.eager_settings" if asked.eager else house.SETTINGS)
    acknowledged: list[str] = []
    over = threading.Event()

    def keep_recording(person: Person) -> None:
        turn = 0
        while not over.is_set():
            turn += 1
            theme = f"{asked.seed}-{turn}"
            try:
                if person.record(theme)[0]:
                    acknowledged.append(f"{person.number}:{theme}")
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)

    threads = [threading.Thread(target=keep_recording, args=(person,)) for person in recorders]
    starts = [server.start()]
    for thread in threads:
        thread.start()
    try:
        for kill in range(asked.kills):
            # Each life ends at a random moment after its first acknowledged act: on a slow machine a fixed life would
            # end before anything was promised, and prove nothing.
            promised, began = len(acknowledged), time.monotonic()
            while len(acknowledged) == promised and time.monotonic() - began < PATIENCE:
                time.sleep(0.005)
            time.sleep(chance.uniform(SHORTEST, LONGEST))
            server.kill()
            if kill + 1 < asked.kills:
                starts.append(server.start())
    finally:
        over.set()
        server.kill()
        for thread in threads:
            thread.join()
    uuids = dict(Act.objects.values_list("theme", "uuid"))
    findings = checker.check([("record", str(uuids.get(theme, theme))) for theme in acknowledged], patterns)
    report = checker.report(
        findings, kills=asked.kills, longest_restart_s=round(max(starts), 2),
        median_restart_s=round(sorted(starts)[len(starts) // 2], 2),
    )  # fmt: skip
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
