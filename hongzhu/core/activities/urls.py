"""Addresses of the activities room."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.act_list, name="act_list"),
    path("list.xlsx", views.act_export, name="act_export"),
    path("new/", views.act_new, name="act_new"),
    path("pick/", views.act_pick, name="act_pick"),
    path("draft/", views.act_draft, name="act_draft"),
    path("draft/drop/", views.act_draft_drop, name="act_draft_drop"),
    path("<int:pk>/", views.act, name="act"),
    path("<int:pk>/saved/", views.act_saved, name="act_saved"),
    path("<int:pk>/confirm/", views.act_confirm, name="act_confirm"),
    path("<int:pk>/correct/", views.act_correct, name="act_correct"),
    path("<int:pk>/void/", views.act_void, name="act_void"),
    path("<int:pk>/review/", views.act_review, name="act_review"),
    path("<int:pk>/return/", views.act_return, name="act_return"),
    path("<int:pk>/strike/<int:body>/<slug:tag>/", views.act_strike, name="act_strike"),
    path("<int:pk>/make-up/", views.act_make_up, name="act_make_up"),
    path("<int:pk>/attach/", views.act_attach, name="act_attach"),
    path("<int:pk>/transcribed/", views.act_transcribed, name="act_transcribed"),
    path("<int:pk>/card/", views.act_card, name="act_card"),
    path("<int:pk>/text/", views.act_text, name="act_text"),
    path("<int:pk>/sheets/", views.act_sheets, name="act_sheets"),
    path("<int:pk>/sheets/<slug:code>.docx", views.act_paper, name="act_paper"),
    path("items/", views.item_list, name="item_list"),
    path("items.xlsx", views.item_export, name="item_export"),
    path("items/<int:pk>/", views.item, name="item"),
    path("items/<int:pk>/report/", views.item_report, name="item_report"),
    path("items/<int:pk>/close/", views.item_close, name="item_close"),
    path("items/<int:pk>/back/", views.item_back, name="item_back"),
    path("items/<int:pk>/drop/", views.item_drop, name="item_drop"),
    path("body/<int:pk>/plan/", views.plan, name="plan"),
    path("body/<int:pk>/fixed-day/", views.fixed_day, name="fixed_day"),
    path("body/<int:pk>/before/", views.before, name="before"),
    path("body/<int:pk>/before/<slug:code>.docx", views.before_paper, name="before_paper"),
    path("body/<int:pk>/check/", views.check, name="check"),
    path("body/<int:pk>/make-up/", views.absent_list, name="absent_list"),
    path("body/<int:pk>/month/", views.month, name="month"),
    path("body/<int:pk>/table/<slug:code>.<slug:ext>", views.body_table, name="body_table"),
]
