"""A program: forked writers record real acts and are killed with -9 at random moments; then everything is checked.

``python -m tests.deep.writers --kills 200 --writers 4 --how whole`` prints one line of JSON. ``--how`` chooses the
writer: ``whole`` is the product; ``pieces`` runs the same code without its transaction, each statement for itself;
``eager`` acknowledges before it commits. The latter two are the twins that must be caught.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import selectors
import signal
import sys
import time
from uuid import UUID

from tests.deep import house

house.boot()

from django.db import Error, connection, connections, transaction  # noqa: E402

from hongzhu.core.activities import actions  # noqa: E402
from tests.deep import checker, deeds  # noqa: E402

TURNS_A_LIFE = 12  # how many turns the longest life would hold if the writer were alone
SHORTEST, LONGEST = 0.6, 0.9  # bounds for the longest life, in seconds
ANSWER = 0.15  # seconds an eager writer's answer is under way before its commit


def _pieces(variants: list[deeds.Variant], chance: random.Random, said: deeds.Said) -> None:
    """The same rows by the same code, but the connection only pretends to be in a transaction: each statement commits."""
    connection.ensure_connection()
    number = chance.randrange(len(variants))
    variant = variants[number]
    told = deeds.replace(variant.told, theme=f"{number}:{chance.randbytes(6).hex()}")
    connection.in_atomic_block = True
    try:
        raw = actions.record.__wrapped__  # type: ignore[attr-defined]
        act = raw(body=variant.body, told=told, by=variant.by, on=deeds.TODAY, now=deeds.NOW, joint=variant.joint)
        deeds.attach(variant, act)
        said("record", act.uuid)
    except Error:
        ...  # without locks two pieces may claim one number of the chain: the next turn comes
    finally:
        connection.in_atomic_block = False
        connection.needs_rollback = False


def _eager(variants: list[deeds.Variant], chance: random.Random, said: deeds.Said) -> None:
    number = chance.randrange(len(variants))
    with transaction.atomic():
        act = deeds.record(variants[number], number, chance.randbytes(6).hex())
        said("record", act.uuid)
        time.sleep(ANSWER)


TURNS = {"whole": deeds.one_turn, "pieces": _pieces, "eager": _eager}


def _write(how: str, variants: list[deeds.Variant], seed: str, pipe: int) -> None:
    """The life of one writer: turn after turn, until it is killed. An acknowledgement is one short write to the pipe."""
    chance = random.Random(seed)

    def said(step: str, uuid: UUID) -> None:
        os.write(pipe, f"{step} {uuid}\n".encode())

    while True:
        TURNS[how](variants, chance, said)


def _fork(how: str, variants: list[deeds.Variant], seed: str, pipe: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _write(how, variants, seed, pipe)
    except BaseException as error:  # noqa: BLE001 - a writer that dies by itself must be seen, whatever it died of
        sys.stderr.write(f"writer died of {type(error).__name__}: {error}\n")
    finally:
        os._exit(code)


def rage(
    how: str, variants: list[deeds.Variant], *, kills: int, writers: int, seed: int, life: float
) -> tuple[list[list[str]], int]:
    """Keep ``writers`` alive and kill each within ``life`` seconds; returns what was acknowledged, and how many died alone."""
    chance = random.Random(seed)
    reading, writing = os.pipe()
    heard = bytearray()
    alive: dict[int, float] = {}
    killed = died = 0
    watch = selectors.DefaultSelector()
    watch.register(reading, selectors.EVENT_READ)
    connections.close_all()
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every page the children share
    while killed < kills or alive:
        while len(alive) < writers and killed + len(alive) < kills:
            child = _fork(how, variants, f"{seed}:{killed}:{len(alive)}:{died}:{chance.random()}", writing)
            alive[child] = time.monotonic() + chance.uniform(0.01, life)
        wait = max(0.0, min(alive.values()) - time.monotonic())
        if watch.select(timeout=wait):
            heard += os.read(reading, 65536)
        for child, end in list(alive.items()):
            if end > time.monotonic():
                continue
            gone, _status = os.waitpid(child, os.WNOHANG)
            if gone:
                died += 1
            else:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            killed += 1
            del alive[child]
    os.close(writing)
    while more := os.read(reading, 65536):
        heard += more
    os.close(reading)
    return [line.split() for line in heard.decode().splitlines()], died


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--writers", type=int, default=4)
    arguments.add_argument("--how", choices=TURNS, default="whole")
    arguments.add_argument("--seed", type=int, default=0)
    asked = arguments.parse_args()
    began = time.monotonic()
    variants = deeds.variants(house.furnish())
    quiet = time.monotonic()
    for number, variant in enumerate(variants):
        deeds.record(variant, number, "pattern")
    patterns = checker.patterns()
    ready = time.monotonic()
    turn = (ready - quiet) / len(variants)
    life = min(LONGEST, max(SHORTEST, TURNS_A_LIFE * turn))
    acknowledged, died = rage(asked.how, variants, kills=asked.kills, writers=asked.writers, seed=asked.seed, life=life)
    killed = time.monotonic()
    findings = checker.check([(step, uuid) for step, uuid in acknowledged], patterns)
    times = {
        "turn_s": turn,
        "ready_s": ready - began,
        "killing_s": killed - ready,
        "checking_s": time.monotonic() - killed,
    }
    report = checker.report(findings, kills=asked.kills, died=died, **{name: round(s, 2) for name, s in times.items()})
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
