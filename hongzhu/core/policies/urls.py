"""Addresses of the policies room."""

from django.urls import path

from .views import calendars, guides, items, packs

urlpatterns = [
    path("", packs.pack_list, name="pack_list"),
    path("draft/", packs.draft_start, name="draft_start"),
    path("draft/take-over/", packs.draft_take_over, name="draft_take_over"),
    path("<int:pk>/", packs.version_page, name="version_page"),
    path("<int:pk>/compare/", packs.version_compare, name="version_compare"),
    path("<int:pk>/preview/", packs.version_preview, name="version_preview"),
    path("<int:pk>/publish/", packs.version_publish, name="version_publish"),
    path("<int:pk>/discard/", packs.draft_discard, name="draft_discard"),
    path("<int:pk>/edit/<slug:section>/", packs.draft_edit, name="draft_edit"),
    path("<int:pk>/add/<slug:section>/<slug:listing>/", items.item_add, name="item_add"),
    path("<int:pk>/item/<slug:section>/<slug:listing>/<slug:code>/", items.item_edit, name="item_edit"),
    path("<int:pk>/item/<slug:section>/<slug:listing>/<slug:code>/remove/", items.item_remove, name="item_remove"),
    path("<int:pk>/<slug:section>/", packs.version_section, name="version_section"),
    path("exceptions/", packs.exception_list, name="exception_list"),
    path("exceptions/add/", packs.exception_add, name="exception_add"),
    path("exceptions/<int:pk>/end/", packs.exception_end, name="exception_end"),
    path("calendar/", calendars.calendar_page, name="calendar_page"),
    path("calendar/add/", calendars.day_add, name="day_add"),
    path("calendar/<int:pk>/remove/", calendars.day_remove, name="day_remove"),
    path("terms/add/", calendars.term_add, name="term_add"),
    path("terms/<int:pk>/remove/", calendars.term_remove, name="term_remove"),
    path("guides/", guides.guide_list, name="guide_list"),
    path("guides/new/", guides.guide_new, name="guide_new"),
    path("guides/<int:pk>/", guides.guide_page, name="guide_page"),
    path("guides/<int:pk>/edit/", guides.guide_edit, name="guide_edit"),
    path("guides/<int:pk>/issue/", guides.guide_issue, name="guide_issue"),
]
