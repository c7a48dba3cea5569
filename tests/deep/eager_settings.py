"""Settings of the twin server."""

from tests.deep.settings import *  # noqa: F403

WSGI_APPLICATION = "tests.deep.eager.application"
