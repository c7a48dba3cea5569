"""``make screenshots``: run the browser tests, which take the pictures as they go, into screenshots/."""

from __future__ import annotations

import sys

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main(["-m", "browser", "tests", "-p", "no:cacheprovider", *sys.argv[1:]]))
