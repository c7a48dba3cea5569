"""Addresses of training plans, classes and hours."""

from django.urls import path

from hongzhu.services.party.views import training

urlpatterns = [
    path("training/", training.training_list, name="training_list"),
    path("training/export/", training.training_export, name="training_export"),
    path("training/new/", training.training_new, name="training_new"),
    path("training/plans/", training.plan_list, name="training_plan_list"),
    path("training/plans/export/", training.plan_export, name="training_plan_export"),
    path("training/plans/new/", training.plan_new, name="training_plan_new"),
    path("training/plans/<int:pk>/edit/", training.plan_edit, name="training_plan_edit"),
    path("training/gaps/", training.gap_list, name="training_gap_list"),
    path("training/gaps/export/", training.gap_export, name="training_gap_export"),
    path("training/people/<int:pk>/", training.transcript, name="training_transcript"),
    path("training/<int:pk>/", training.training_page, name="training_page"),
    path("training/<int:pk>/edit/", training.training_edit, name="training_edit"),
    path("training/<int:pk>/enrol/", training.training_enrol, name="training_enrol"),
    path("training/<int:pk>/course/", training.training_course, name="training_course"),
    path("training/<int:pk>/close/", training.training_close, name="training_close"),
    path("training/<int:pk>/certify/", training.training_certify, name="training_certify"),
    path("training/<int:pk>/enter/", training.training_enter, name="training_enter"),
    path("training/<int:pk>/void/", training.training_void, name="training_void"),
    path("training/<int:pk>/sign-in/", training.training_sign_in, name="training_sign_in"),
    path("training/<int:pk>/roll/", training.training_roll, name="training_roll"),
    path("training/<int:pk>/graduates/", training.training_graduates, name="training_graduates"),
    path("training/<int:pk>/people/<int:person>/", training.training_trainee, name="training_trainee"),
    path("training/<int:pk>/people/<int:person>/drop/", training.training_drop, name="training_drop"),
]
