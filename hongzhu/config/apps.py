"""Starts the house: every room's declarations are read once, when Django is ready."""

from django.apps import AppConfig
from django.conf import settings

from hongzhu.kit import registry


class HouseConfig(AppConfig):
    name = "hongzhu.config"
    label = "config"

    def ready(self) -> None:
        registry.autodiscover(settings.ROOMS)
