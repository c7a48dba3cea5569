"""Addresses of posts, areas and promises."""

from django.urls import path

from hongzhu.services.party.views import posts, promises

urlpatterns = [
    path("posts/", posts.post_list, name="posts_list"),
    path("posts/export/", posts.post_export, name="posts_export"),
    path("posts/paper/", posts.post_paper, name="posts_paper"),
    path("posts/new/", posts.post_new, name="posts_new"),
    path("posts/own/", posts.own, name="posts_own"),
    path("posts/claim/", posts.claim, name="posts_claim"),
    path("posts/<int:pk>/", posts.post_page, name="posts_page"),
    path("posts/<int:pk>/edit/", posts.post_edit, name="posts_edit"),
    path("posts/<int:pk>/agree/", posts.post_agree, name="posts_agree"),
    path("posts/<int:pk>/review/", posts.post_review, name="posts_review"),
    path("posts/<int:pk>/end/", posts.post_end, name="posts_end"),
    path("promises/", promises.promise_list, name="posts_promise_list"),
    path("promises/export/", promises.promise_export, name="posts_promise_export"),
    path("promises/coverage/", promises.promise_coverage, name="posts_promise_coverage"),
    path("promises/coverage/export/", promises.promise_coverage_export, name="posts_promise_coverage_export"),
    path("promises/<int:pk>/", promises.promise_page, name="posts_promise_page"),
    path("promises/<int:pk>/report/", promises.promise_report, name="posts_promise_report"),
    path("promises/<int:pk>/confirm/", promises.promise_confirm, name="posts_promise_confirm"),
    path("promises/<int:pk>/return/", promises.promise_return, name="posts_promise_return"),
    path("promises/<int:org>/<int:year>/", promises.promise_branch, name="posts_promise_branch"),
    path("promises/<int:org>/<int:year>/paper/", promises.promise_paper, name="posts_promise_paper"),
    path("promises/<int:org>/<int:year>/write/", promises.promise_write, name="posts_promise_write"),
    path("promises/<int:org>/<int:year>/sign/", promises.promise_sign, name="posts_promise_sign"),
    path("promises/<int:org>/<int:year>/fulfil/", promises.promise_fulfil, name="posts_promise_fulfil"),
]
