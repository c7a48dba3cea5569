"""Addresses of the roster, the structure line, one person's page and card."""

from django.urls import path

from hongzhu.services.party.views import roster

urlpatterns = [
    path("roster/", roster.roster, name="roster"),
    path("roster/export/", roster.roster_export, name="roster_export"),
    path("roster/word/", roster.roster_paper_file, name="roster_paper"),
    path("roster/structure/", roster.roster_structure, name="roster_structure"),
    path("roster/structure/export/", roster.roster_structure_export, name="roster_structure_export"),
    path("roster/structure/<int:org>/", roster.roster_branch, name="roster_branch"),
    path("roster/<int:pk>/", roster.roster_person, name="roster_person"),
    path("roster/<int:pk>/card/", roster.roster_card, name="roster_card"),
    path("roster/<int:pk>/card/<slug:system>/done/", roster.roster_transcribed, name="roster_transcribed"),
]
