"""Settings of the programs these tests start: the suite's own, on a database of their own (HONGZHU_DATABASE).

Until a room has its first migration, its tables are made straight from the models.
"""

from tests.settings import *  # noqa: F403
from tests.settings import PACKAGE, ROOMS

MIGRATED = (PACKAGE / "core/orgs/migrations/0001_initial.py").exists()
MIGRATION_MODULES: dict[str, None] = {} if MIGRATED else {room.rpartition(".")[2]: None for room in ROOMS}

# One line per request would drown what a killed server leaves behind.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "ERROR"},
}

# The writers attach in minutes what one person attaches in months; the limit of a day is not what is tested here.
FILES_DAILY_COUNT = 1_000_000
FILES_DAILY_MB = 1_000_000
FILES_BUREAU_MB = 1_000_000
