"""Addresses of the suggestions room."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.suggestion_list, name="suggestion_list"),
    path("new/", views.suggestion_new, name="suggestion_new"),
    path("<int:pk>/", views.suggestion, name="suggestion"),
    path("<int:pk>/reply/", views.suggestion_reply, name="suggestion_reply"),
]
