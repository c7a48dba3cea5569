from django.urls import path

from .views import inbox, lists, pages

urlpatterns = [
    path("", lists.document_list, name="document_list"),
    path("in/", lists.document_inbox, name="document_inbox"),
    path("in/export/", lists.inbox_export, name="inbox_export"),
    path("out/", lists.document_outbox, name="document_outbox"),
    path("export/", lists.document_export, name="document_export"),
    path("new/", pages.document_new, name="document_new"),
    path("<int:pk>/", pages.document_page, name="document_page"),
    path("<int:pk>/change/", pages.document_change, name="document_change"),
    path("<int:pk>/word/", pages.document_word, name="document_word"),
    path("<int:pk>/submit/", pages.document_submit, name="document_submit"),
    path("<int:pk>/approve/", pages.document_approve, name="document_approve"),
    path("<int:pk>/send-back/", pages.document_send_back, name="document_send_back"),
    path("<int:pk>/sign/", pages.document_sign, name="document_sign"),
    path("<int:pk>/issue/", pages.document_issue, name="document_issue"),
    path("<int:pk>/take-effect/", pages.document_take_effect, name="document_take_effect"),
    path("<int:pk>/repeal/", pages.document_repeal, name="document_repeal"),
    path("<int:pk>/withdraw/", pages.document_withdraw, name="document_withdraw"),
    path("<int:pk>/coverage/", pages.document_coverage, name="document_coverage"),
    path("<int:pk>/coverage/export/", lists.coverage_export, name="coverage_export"),
    path("<int:pk>/remind/", pages.document_remind, name="document_remind"),
    path("<int:pk>/sign-up/", pages.document_sign_up, name="document_sign_up"),
    path("<int:pk>/sign-ups/", pages.document_sign_ups, name="document_sign_ups"),
    path("<int:pk>/sign-ups/export/", lists.sign_ups_export, name="sign_ups_export"),
    path("received/<int:pk>/read/", pages.recipient_read, name="recipient_read"),
    path("received/<int:pk>/reply/", pages.recipient_reply, name="recipient_reply"),
    path("messages/", inbox.message_list, name="message_list"),
    path("messages/<int:pk>/read/", inbox.message_read, name="message_read"),
    path("messages/read-all/", inbox.message_read_all, name="message_read_all"),
]
