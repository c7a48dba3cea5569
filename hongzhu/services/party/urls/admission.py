"""Addresses of the way into the Party."""

from django.urls import path

from hongzhu.services.party.views import admission, admission_steps

urlpatterns = [
    path("admission/", admission.admission_list, name="admission_list"),
    path("admission/export/", admission.admission_export, name="admission_export"),
    path("admission/new/", admission.admission_new, name="admission_new"),
    path("admission/year/", admission.admission_year, name="admission_year"),
    path("admission/year/export/", admission.admission_year_export, name="admission_year_export"),
    path("admission/quota/", admission.admission_quota, name="admission_quota"),
    path("admission/<int:pk>/", admission.admission_page, name="admission_page"),
    path("admission/<int:pk>/papers/", admission.admission_papers, name="admission_papers"),
    path("admission/<int:pk>/sources/", admission.admission_sources, name="admission_sources"),
    path("admission/<int:pk>/end/", admission.admission_end, name="admission_end"),
    path("admission/<int:pk>/move/", admission.admission_move, name="admission_move"),
    path("admission/<int:pk>/word/<slug:code>/", admission.admission_paper, name="admission_paper"),
    path("admission/<int:pk>/step/<slug:code>/", admission_steps.admission_step, name="admission_step"),
    path("admission/<int:pk>/helper/<slug:role>/", admission_steps.admission_helper, name="admission_helper"),
    path("admission/<int:pk>/notice/<slug:point>/", admission_steps.admission_notice, name="admission_notice"),
    path("admission/step/<int:pk>/void/", admission_steps.admission_void, name="admission_void"),
    path("admission/helper/<int:pk>/end/", admission_steps.admission_helper_end, name="admission_helper_end"),
    path("admission/notice/<int:pk>/close/", admission_steps.admission_notice_close, name="admission_notice_close"),
]
