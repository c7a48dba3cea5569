"""Addresses of the handover lists."""

from django.urls import path

from hongzhu.services.party.views import handover

urlpatterns = [
    path("handover/", handover.handover_list, name="handover_list"),
    path("handover/export/", handover.handover_export, name="handover_export"),
    path("handover/new/<int:org>/", handover.handover_new, name="handover_new"),
    path("handover/<int:pk>/", handover.handover_page, name="handover_page"),
    path("handover/<int:pk>/word/", handover.handover_paper, name="handover_paper"),
    path("handover/<int:pk>/sign/", handover.handover_sign, name="handover_sign"),
]
