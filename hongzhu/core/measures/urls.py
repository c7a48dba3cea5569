"""Addresses of the measures room."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("export/", views.figures_export, name="figures_export"),
    path("<slug:code>/rows/", views.rows, name="rows"),
]
