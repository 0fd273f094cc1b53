"""Addresses of the citizens' pages, at the root of the site."""

from django.urls import path

from apps.web.portal import (
    case_pages,
    catalogue,
    checking,
    confirming,
    filing,
    linked,
    paying,
    payment_callback,
    public,
    receipt_checking,
    receipts,
)

app_name = "portal"
urlpatterns = [
    path("", catalogue.home, name="home"),
    path("procedures/", catalogue.procedures, name="procedures"),
    path("procedures/<str:code>/", catalogue.procedure, name="procedure"),
    path("procedures/<str:code>/apply/", filing.apply, name="apply"),
    path("cases/", case_pages.my_cases, name="my_cases"),
    path("cases/<str:code>/", case_pages.case, name="case"),
    path("cases/<str:code>/linked/", linked.linked, name="linked"),
    path("cases/<str:code>/filed/", case_pages.filed, name="filed"),
    path("cases/<str:code>/provide-supplement/", case_pages.provide_supplement, name="provide_supplement"),
    path("cases/<str:code>/confirm-draft/", confirming.confirm_draft, name="confirm_draft"),
    path("cases/<str:code>/request-withdrawal/", case_pages.request_withdrawal, name="request_withdrawal"),
    path("cases/<str:code>/payment/", paying.payment, name="payment"),
    path("cases/<str:code>/payment/<str:order>/cancel/", paying.cancel_payment, name="cancel_payment"),
    path("payments/<str:order>/", paying.back_from_gateway, name="back_from_gateway"),
    path("payments/callback/<slug:gateway>", payment_callback.callback, name="payment_callback"),
    path("cases/<str:code>/papers/<uuid:which>/", case_pages.file_of_case, {"kind": "paper"}, name="paper"),
    path(
        "cases/<str:code>/receipts/<uuid:which>/",
        case_pages.file_of_case,
        {"kind": "receipt"},
        name="receipt",
    ),
    path(
        "cases/<str:code>/receipts/<uuid:which>/data/",
        case_pages.file_of_case,
        {"kind": "receipt data"},
        name="receipt_data",
    ),
    path("cases/<str:code>/results/<int:which>/", case_pages.file_of_case, {"kind": "result"}, name="result"),
    path(
        "cases/<str:code>/attachments/<uuid:which>/",
        case_pages.file_of_case,
        {"kind": "attachment"},
        name="attachment",
    ),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/files/<uuid:bundle>/", receipts.receipts_file, name="receipts_file"),
    path(
        "receipts/files/<uuid:bundle>/download/",
        receipts.receipts_file_download,
        name="receipts_file_download",
    ),
    # Printed on papers as QR codes, so short and without a slash at the end.
    path("track/", public.track, name="track"),
    path("track/<str:code>", public.track, name="track"),
    path("r/", receipt_checking.check_receipt, name="check_receipt"),
    path("r/file/", receipt_checking.check_receipt_file, name="check_receipt_file"),
    path("r/<str:lookup>", receipt_checking.check_receipt, name="check_receipt"),
    path("p/", checking.ask_code, name="check_paper"),
    path("p/<str:check_code>", checking.check_paper, name="check_paper"),
]
