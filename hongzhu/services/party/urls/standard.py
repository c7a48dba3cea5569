"""Addresses of the standard's sheet."""

from django.urls import path

from hongzhu.services.party.views import standard

urlpatterns = [
    path("standard/", standard.standard, name="standard"),
    path("standard/export/", standard.standard_export, name="standard_export"),
]
