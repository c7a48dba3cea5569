"""Addresses of elections and filings."""

from django.urls import path

from hongzhu.services.party.views import filings, terms

urlpatterns = [
    path("elections/", terms.election_list, name="election_list"),
    path("elections/export/", terms.election_export, name="election_export"),
    path("elections/inbox/", terms.election_inbox, name="election_inbox"),
    path("elections/body/<int:pk>/", terms.election_body, name="election_body"),
    path("elections/body/<int:pk>/start/", terms.election_start, name="election_start"),
    path("elections/body/<int:pk>/delay/", terms.election_delay, name="election_delay"),
    path("elections/body/<int:pk>/register/", terms.election_register, name="election_register"),
    path("elections/<int:pk>/", terms.election_page, name="election_page"),
    path("elections/<int:pk>/ask/", terms.election_ask, name="election_ask"),
    path("elections/<int:pk>/allow/", terms.election_allow, name="election_allow"),
    path("elections/<int:pk>/hold/", terms.election_hold, name="election_hold"),
    path("elections/<int:pk>/report/", terms.election_report, name="election_report"),
    path("elections/<int:pk>/confirm/", terms.election_confirm, name="election_confirm"),
    path("elections/<int:pk>/void/", terms.election_void, name="election_void"),
    path("elections/<int:pk>/paper/<slug:what>/", terms.election_paper, name="election_paper"),
    path("filings/", filings.election_filing_list, name="election_filing_list"),
    path("filings/export/", filings.election_filing_export, name="election_filing_export"),
    path("filings/new/", filings.election_filing_new, name="election_filing_new"),
    path("filings/<int:pk>/", filings.election_filing_page, name="election_filing_page"),
    path("filings/<int:pk>/word/<slug:code>/", filings.election_filing_paper, name="election_filing_paper"),
    path("filings/<int:pk>/answer/", filings.election_filing_answer, name="election_filing_answer"),
    path("filings/<int:pk>/finish/", filings.election_filing_finish, name="election_filing_finish"),
]
