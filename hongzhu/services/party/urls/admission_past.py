"""Addresses of 补录 of past admission steps."""

from django.urls import path

from hongzhu.services.party.views import admission_past

urlpatterns = [
    path("admission/past/", admission_past.admission_past, name="admission_past"),
    path("admission/past/template/", admission_past.admission_past_template, name="admission_past_template"),
    path("admission/past/check/", admission_past.admission_past_check, name="admission_past_check"),
    path("admission/past/check/export/", admission_past.admission_past_export, name="admission_past_export"),
    path("admission/past/commit/", admission_past.admission_past_commit, name="admission_past_commit"),
    path("admission/past/drop/", admission_past.admission_past_drop, name="admission_past_drop"),
    path("admission/past/<int:pk>/", admission_past.admission_past_sheet, name="admission_past_sheet"),
    path("admission/past/<int:pk>/confirm/", admission_past.admission_past_confirm, name="admission_past_confirm"),
    path("admission/past/<int:pk>/return/", admission_past.admission_past_return, name="admission_past_return"),
    path("admission/past/<int:pk>/withdraw/", admission_past.admission_past_withdraw, name="admission_past_withdraw"),
]
