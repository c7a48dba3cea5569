"""Addresses of the people room."""

from django.urls import path

from .views import imports, person, roster

urlpatterns = [
    path("", roster.roster, name="roster"),
    path("export/", roster.roster_export, name="roster_export"),
    path("register/<int:org>/", person.person_register, name="person_register"),
    path("posts/", roster.posts, name="posts"),
    path("posts/export/", roster.posts_export, name="posts_export"),
    path("posts/<int:pk>/end/", person.post_end, name="post_end"),
    path("posts/<int:pk>/succeed/", person.post_succeed, name="post_succeed"),
    path("seats/<int:org>/", roster.seats, name="seats"),
    path("memberships/<int:pk>/transfer/", person.membership_transfer, name="membership_transfer"),
    path("memberships/<int:pk>/leave/", person.membership_leave, name="membership_leave"),
    path("memberships/<int:pk>/state/", person.membership_state, name="membership_state"),
    path("import/", imports.tables, name="imports"),
    path("import/<slug:table>/", imports.upload, name="import_upload"),
    path("import/<slug:table>/template/", imports.template_file, name="import_template"),
    path("import/<slug:table>/export/", imports.table_export, name="table_export"),
    path("import/<slug:table>/preview/", imports.preview, name="import_preview"),
    path("import/<slug:table>/commit/", imports.commit, name="import_commit"),
    path("import/<slug:table>/drop/", imports.drop, name="import_drop"),
    path("<int:pk>/", person.person, name="person"),
    path("<int:pk>/amend/", person.person_amend, name="person_amend"),
    path("<int:pk>/appoint/", person.person_appoint, name="person_appoint"),
    path("<int:pk>/join/", person.person_join, name="person_join"),
    path("<int:pk>/engage/", person.person_engage, name="person_engage"),
]
