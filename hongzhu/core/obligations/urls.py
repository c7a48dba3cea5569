"""Addresses of the obligations room."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.gap, name="gap"),
    path("summary.<slug:ext>", views.gap_paper, name="gap_paper"),
    path("remind/", views.gap_remind, name="gap_remind"),
    path("partaking/", views.coverage, name="coverage"),
    path("partaking.xlsx", views.coverage_export, name="coverage_export"),
    path("partaking/rows/", views.coverage_rows, name="coverage_rows"),
    path("partaking/rows.xlsx", views.coverage_rows_export, name="coverage_rows_export"),
    path("rows/", views.cell, name="cell"),
    path("rows/export/", views.cell_export, name="cell_export"),
    path("mine/", views.mine, name="mine"),
    path("body/<int:pk>/<int:year>/", views.year, name="year"),
    path("body/<int:pk>/<int:year>/table.<slug:ext>", views.year_paper, name="year_paper"),
    path("body/<int:pk>/waive/<slug:duty>/<str:period>/", views.waive, name="waive"),
    path("waivers/", views.waiver_list, name="waiver_list"),
    path("waivers/export/", views.waiver_export, name="waiver_export"),
    path("waivers/<int:pk>/revoke/", views.waiver_revoke, name="waiver_revoke"),
    path("campaigns/", views.campaign_list, name="campaign_list"),
    path("campaigns/<slug:code>/<str:period>/", views.campaign, name="campaign"),
    path("campaigns/<slug:code>/<str:period>/table.xlsx", views.campaign_export, name="campaign_export"),
    path("campaigns/<slug:code>/<str:period>/<int:number>/<int:pk>/", views.campaign_rows, name="campaign_rows"),
]
