"""Addresses of 党务, one file for each noun; a file's ``urlpatterns`` is all there is to adding one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

urlpatterns = [
    pattern
    for noun in sorted(module.name for module in iter_modules(__path__))
    for pattern in import_module(f"{__name__}.{noun}").urlpatterns
]
