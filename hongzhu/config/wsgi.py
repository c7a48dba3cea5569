"""The WSGI door, run by granian (``hongzhu serve``) or any other server."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from hongzhu.kit import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongzhu.config.settings")
_django = get_wsgi_application()
memory.settle()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One request, with room for its calls."""
    answer: Iterable[bytes] = memory.roomy(_django, environ, start_response)
    return answer
