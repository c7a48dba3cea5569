"""Addresses of the catalogue of posts."""

from django.urls import path

from hongzhu.services.party.views import places

urlpatterns = [
    path("posts/places/", places.place_list, name="posts_places"),
    path("posts/places/export/", places.place_export, name="posts_places_export"),
    path("posts/places/new/", places.place_new, name="posts_place_new"),
    path("posts/places/<int:pk>/", places.place_page, name="posts_place"),
    path("posts/places/<int:pk>/edit/", places.place_edit, name="posts_place_edit"),
    path("posts/places/<int:pk>/close/", places.place_close, name="posts_place_close"),
    path("posts/places/<int:pk>/claim/", places.place_claim, name="posts_place_claim"),
]
