"""Addresses of the orgs room. The page of one body is portal:unit."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.org_list, name="org_list"),
    path("export/", views.org_export, name="org_export"),
    path("changes/", views.changes, name="changes"),
    path("changes/export/", views.changes_export, name="changes_export"),
    path("set-up/", views.org_set_up, name="org_set_up"),
    path("<int:pk>/", views.org_page, name="org_page"),
    path("<int:pk>/rename/", views.org_rename, name="org_rename"),
    path("<int:pk>/facts/", views.org_facts, name="org_facts"),
    path("<int:pk>/move/", views.org_move, name="org_move"),
    path("<int:pk>/superiors/", views.org_superiors, name="org_superiors"),
    path("<int:pk>/hosts/", views.org_hosts, name="org_hosts"),
    path("<int:pk>/merge/", views.org_merge, name="org_merge"),
    path("<int:pk>/split/", views.org_split, name="org_split"),
    path("<int:pk>/dissolve/", views.org_dissolve, name="org_dissolve"),
]
