"""The WSGI door, run by granian (``hongzhu serve``) or any other server."""

import os

from django.core.wsgi import get_wsgi_application

from hongzhu.kit import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongzhu.config.settings")
application = get_wsgi_application()
memory.settle()
