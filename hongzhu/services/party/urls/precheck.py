"""Addresses of the statistics pre-check."""

from django.urls import path

from hongzhu.services.party.views import precheck

urlpatterns = [
    path("precheck/", precheck.precheck, name="precheck"),
    path("precheck/export/", precheck.precheck_export, name="precheck_export"),
    path("precheck/<int:org>/count/", precheck.precheck_count, name="precheck_count"),
]
