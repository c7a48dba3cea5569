"""Addresses of the appraisal, the checklist and the secretaries' reports."""

from django.urls import path

from hongzhu.services.party.views import life

urlpatterns = [
    path("life/", life.life_list, name="life_list"),
    path("life/export/", life.life_export, name="life_export"),
    path("life/word/", life.life_paper_file, name="life_paper"),
    path("life/reports/", life.life_debriefs, name="life_debriefs"),
    path("life/reports/export/", life.life_debriefs_export, name="life_debriefs_export"),
    path("life/reports/sheet/", life.life_debriefs_sheet, name="life_debriefs_sheet"),
    path("life/reports/<int:org>/<int:person>/<int:year>/", life.life_debrief, name="life_debrief"),
    path("life/<int:org>/<int:year>/", life.life_branch, name="life_branch"),
    path("life/<int:org>/<int:year>/count/", life.life_count, name="life_count"),
    path("life/<int:org>/<int:year>/sheet/", life.life_sheet, name="life_sheet"),
    path("life/<int:org>/<int:year>/steps/<slug:code>/", life.life_tick, name="life_tick"),
    path("life/<int:org>/<int:year>/steps/<slug:code>/undo/", life.life_untick, name="life_untick"),
]
