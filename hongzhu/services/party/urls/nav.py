"""The landing page of the room."""

from django.urls import path

from hongzhu.services.party.views import nav

urlpatterns = [
    path("", nav.index, name="index"),
]
