"""Addresses of dues: branches, members, receipts, hand-overs, the account with its opening and checks, allotments."""

from django.urls import path, register_converter

from hongzhu.services.party.views import allotments, dues, dues_account, dues_handing, dues_opening, dues_receipts

__all__ = ["urlpatterns"]


class Paper:
    """The kinds of file a table may be taken away as."""

    regex = "docx|xlsx|zip"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Office(Paper):
    regex = "docx|xlsx"


register_converter(Paper, "dues_paper")
register_converter(Office, "dues_office")

urlpatterns = [
    path("dues/", dues.dues_list, name="dues_list"),
    path("dues/export/", dues.dues_list_export, name="dues_list_export"),
    path("dues/<int:org>/<int:year>/", dues.dues_sheet, name="dues_sheet"),
    path("dues/<int:org>/<int:year>/sheet.<dues_paper:kind>", dues.dues_sheet_paper, name="dues_sheet_paper"),
    path("dues/<int:org>/<int:year>/publish/", dues.dues_publish, name="dues_publish"),
    path("dues/<int:org>/<int:year>/publish/void/", dues.dues_notice_void, name="dues_notice_void"),
    path("dues/<int:org>/<int:year>/notice.docx", dues.dues_notice_paper, name="dues_notice_paper"),
    path("dues/<int:org>/bases/", dues.dues_bases, name="dues_bases"),
    path("dues/<int:org>/arrears/", dues.dues_arrears, name="dues_arrears"),
    path("dues/<int:org>/pay/", dues_receipts.dues_pay, name="dues_pay"),
    path("dues/<int:org>/hand/", dues_handing.dues_hand, name="dues_hand"),
    path("dues/<int:org>/account/", dues_account.dues_account, name="dues_account"),
    path(
        "dues/<int:org>/account/account.<dues_office:kind>", dues_account.dues_account_paper, name="dues_account_paper"
    ),
    path("dues/<int:org>/check/", dues_account.dues_check_new, name="dues_check_new"),
    path("dues/check/<int:pk>/", dues_account.dues_check, name="dues_check"),
    path("dues/check/<int:pk>/void/", dues_account.dues_check_void, name="dues_check_void"),
    path("dues/<int:org>/opening/", dues_opening.dues_opening_new, name="dues_opening_new"),
    path("dues/opening/<int:pk>/", dues_opening.dues_opening, name="dues_opening"),
    path("dues/opening/<int:pk>/void/", dues_opening.dues_opening_void, name="dues_opening_void"),
    path("dues/<int:org>/member/<int:person>/", dues_receipts.dues_member, name="dues_member"),
    path("dues/<int:org>/member/<int:person>/pay/", dues_receipts.dues_member_pay, name="dues_member_pay"),
    path("dues/<int:org>/member/<int:person>/large/", dues_receipts.dues_member_large, name="dues_member_large"),
    path("dues/<int:org>/member/<int:person>/base/", dues_receipts.dues_member_base, name="dues_member_base"),
    path("dues/<int:org>/member/<int:person>/relief/", dues_receipts.dues_member_relief, name="dues_member_relief"),
    path("dues/receipt/<int:pk>/", dues_receipts.dues_receipt, name="dues_receipt"),
    path("dues/receipt/<int:pk>/receipt.docx", dues_receipts.dues_receipt_paper, name="dues_receipt_paper"),
    path("dues/receipt/<int:pk>/void/", dues_receipts.dues_receipt_void, name="dues_receipt_void"),
    path("dues/receipt/<int:pk>/forward/", dues_receipts.dues_receipt_forward, name="dues_receipt_forward"),
    path("dues/reliefs/", dues_receipts.dues_reliefs, name="dues_reliefs"),
    path("dues/relief/<int:pk>/answer/", dues_receipts.dues_relief_answer, name="dues_relief_answer"),
    path("dues/handed/", dues_handing.dues_handings, name="dues_handings"),
    path("dues/handed/table.<dues_office:kind>", dues_handing.dues_handings_export, name="dues_handings_export"),
    path("dues/handed/<int:pk>/confirm/", dues_handing.dues_handing_confirm, name="dues_handing_confirm"),
    path("dues/handed/<int:pk>/void/", dues_handing.dues_handing_void, name="dues_handing_void"),
    path("dues/allotments/", allotments.dues_allotments, name="dues_allotments"),
    path("dues/allotments/export/", allotments.dues_allotments_export, name="dues_allotments_export"),
    path("dues/allotments/new/", allotments.dues_allotment_new, name="dues_allotment_new"),
    path("dues/allotments/<int:pk>/", allotments.dues_allotment, name="dues_allotment"),
    path("dues/allotments/<int:pk>/export/", allotments.dues_allotment_export, name="dues_allotment_export"),
    path("dues/allotments/<int:pk>/payer/", allotments.dues_allotment_payer, name="dues_allotment_payer"),
    path("dues/allotments/<int:pk>/send/", allotments.dues_allotment_send, name="dues_allotment_send"),
    path("dues/allotments/<int:pk>/void/", allotments.dues_allotment_void, name="dues_allotment_void"),
    path("dues/allotments/line/<int:pk>/", allotments.dues_line, name="dues_line"),
    path("dues/allotments/line/<int:pk>/receive/", allotments.dues_line_receive, name="dues_line_receive"),
    path("dues/allotments/line/<int:pk>/use/", allotments.dues_line_use, name="dues_line_use"),
]
