"""Addresses of transfers."""

from django.urls import path

from hongzhu.services.party.views import transfers

urlpatterns = [
    path("transfers/", transfers.transfer_list, name="transfer_list"),
    path("transfers/export/", transfers.transfer_export, name="transfer_export"),
    path("transfers/new/", transfers.transfer_new, name="transfer_new"),
    path("transfers/lost/", transfers.transfer_lost, name="transfer_lost"),
    path("transfers/lost/export/", transfers.transfer_lost_export, name="transfer_lost_export"),
    path("transfers/own/", transfers.transfer_own, name="transfer_own"),
    path("transfers/batches/new/", transfers.transfer_batch_new, name="transfer_batch_new"),
    path("transfers/batches/<int:pk>/", transfers.transfer_batch, name="transfer_batch"),
    path("transfers/batches/<int:pk>/export/", transfers.transfer_batch_export, name="transfer_batch_export"),
    path("transfers/batches/<int:pk>/speak/", transfers.transfer_batch_speak, name="transfer_batch_speak"),
    path("transfers/batches/<int:pk>/propose/", transfers.transfer_batch_propose, name="transfer_batch_propose"),
    path("transfers/batches/<int:pk>/letters/", transfers.transfer_batch_letters, name="transfer_batch_letters"),
    path("transfers/<int:pk>/join/", transfers.transfer_join, name="transfer_join"),
    path("transfers/<int:pk>/", transfers.transfer_page, name="transfer_page"),
    path("transfers/<int:pk>/let-go/", transfers.transfer_let_go, name="transfer_let_go"),
    path("transfers/<int:pk>/send/", transfers.transfer_send, name="transfer_send"),
    path("transfers/<int:pk>/receive/", transfers.transfer_receive, name="transfer_receive"),
    path("transfers/<int:pk>/return/", transfers.transfer_return, name="transfer_return"),
    path("transfers/<int:pk>/cancel/", transfers.transfer_cancel, name="transfer_cancel"),
    path("transfers/<int:pk>/letter/", transfers.transfer_letter, name="transfer_letter"),
]
