"""The doors of the house: one include per room; a room's urls stand under its own name."""

from django.conf import settings
from django.urls import include, path
from django.utils.module_loading import module_has_submodule
from importlib import import_module

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
]

# A room's name is its URL prefix and namespace; the portal answers at the root.
for room in settings.ROOMS:
    name = room.rsplit(".", 1)[-1]
    if module_has_submodule(import_module(room), "urls"):
        urlpatterns.append(path("" if name == "portal" else f"{name}/", include((f"{room}.urls", name), namespace=name)))
# access keeps the un-namespaced names that allauth looks up
if module_has_submodule(import_module("hongzhu.core.access"), "signin_urls"):
    urlpatterns.append(path("", include("hongzhu.core.access.signin_urls")))
