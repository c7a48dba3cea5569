"""A port for a server that a test ends and starts again."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """A free port below those Linux hands out by itself (32768 on).

    A client that keeps knocking while the server is away would else be given the server's own port as its source
    sooner or later, be connected to itself, and keep the server from coming back. OSError when none is free.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000), 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port below 32000")
