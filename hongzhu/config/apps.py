"""Starts the house: every room's declarations are read once, when Django is ready."""

from django.apps import AppConfig
from django.conf import settings

from hongzhu.kit import registry
from hongzhu.kit.plain_errors import speak_plainly


class HouseConfig(AppConfig):
    name = "hongzhu.config"
    label = "config"

    def ready(self) -> None:
        speak_plainly()
        registry.autodiscover(settings.ROOMS)
