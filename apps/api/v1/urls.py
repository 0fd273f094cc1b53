"""Addresses of the API, version 1. Each verb of a case is a POST below the case, its name with hyphens."""

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from apps.api import schema  # noqa: F401  (names the session to the schema)
from apps.api.v1.verbs import hyphenated
from apps.api.v1.views import (
    applications,
    bank,
    books,
    cases,
    cashiers,
    catalogue,
    day_lists,
    documentation,
    paying,
    people,
    public,
    queues,
    receipts,
    registers,
    series,
    statements,
)

app_name = "api"


class Words(StringConverter):
    """A part of an address that the database could hold as a text."""

    regex = r"[^/\x00]{1,80}"


register_converter(Words, "words")

urlpatterns = [
    path("procedures", catalogue.Procedures.as_view(), name="procedures"),
    path("procedures/<words:code>", catalogue.OneProcedure.as_view(), name="procedure"),
    path("procedures/<words:code>/quote", catalogue.Quote.as_view(), name="quote"),
    path("procedures/<words:code>/held-papers", catalogue.HeldPapers.as_view(), name="held_papers"),
    path("units", catalogue.Units.as_view(), name="units"),
    path("units/<int:unit_id>", catalogue.OneUnit.as_view(), name="unit"),
    path("agencies", catalogue.Agencies.as_view(), name="agencies"),
    path("agencies/<int:agency_id>/receipt-series", series.SeriesOfBody.as_view(), name="series"),
    path("agencies/<int:agency_id>/succession", series.BodySuccession.as_view(), name="succession"),
    path(
        "receipt-series/<int:series_id>/acceptance",
        series.SeriesAcceptance.as_view(),
        name="record_acceptance",
    ),
    path("receipt-series/<int:series_id>/close", series.SeriesClosing.as_view(), name="close_series"),
    path("me", people.Me.as_view(), name="me"),
    path("attachments", people.Attachments.as_view(), name="attachments"),
    path("applications", applications.Applications.as_view(), name="applications"),
    path("cases", cases.MyCases.as_view(), name="my_cases"),
    path("cases/<words:code>", cases.OneCase.as_view(), name="case"),
    path("cases/<words:code>/events", cases.Events.as_view(), name="events"),
    path("cases/<words:code>/notices", cases.Notices.as_view(), name="notices"),
    path("cases/<words:code>/documents/<uuid:document>", cases.Paper.as_view(), name="document"),
    path("cases/<words:code>/receipts/<uuid:receipt>", cases.ReceiptPaper.as_view(), name="receipt"),
    path("cases/<words:code>/receipts/<uuid:receipt>/data", cases.ReceiptData.as_view(), name="receipt_data"),
    path("cases/<words:code>/results/<int:result_id>", cases.ResultFile.as_view(), name="result"),
    path(
        "cases/<words:code>/attachments/<uuid:attachment>", cases.AttachmentFile.as_view(), name="attachment"
    ),
    path("cases/<words:code>/act-papers/<int:sequence>", cases.ActPaperFile.as_view(), name="act_paper"),
    path("cases/<words:code>/control-sheet", cases.ControlSheet.as_view(), name="control_sheet"),
    path("cases/<words:code>/payment-orders", paying.PaymentOrders.as_view(), name="payment_orders"),
    path(
        "cases/<words:code>/payment-orders/<words:order>/cancel",
        paying.CancelPaymentOrder.as_view(),
        name="cancel_payment_order",
    ),
    path("cases/<words:code>/reveal", cases.Reveal.as_view(), name="reveal"),
    *(
        path(f"cases/<words:code>/{hyphenated(verb)}", view.as_view(), name=verb)
        for verb, view in cases.VERB_VIEWS.items()
    ),
    path("inbox", queues.Inbox.as_view(), name="inbox"),
    path("handovers", queues.Handovers.as_view(), name="handovers"),
    path("refunds", queues.Refunds.as_view(), name="refunds"),
    path("opinions", queues.Opinions.as_view(), name="opinions"),
    path("sent-on", queues.SentOn.as_view(), name="sent_on"),
    path("unrouted", queues.Unrouted.as_view(), name="unrouted"),
    path("registers", registers.Registers.as_view(), name="registers"),
    path("registers/<int:register>", registers.OneRegister.as_view(), name="register"),
    path("registers/<int:register>/<slug:medium>", registers.RegisterFile.as_view(), name="register_file"),
    path("cashier-sessions", cashiers.Sessions.as_view(), name="cashier_sessions"),
    path("cashier-sessions/<uuid:session>", cashiers.OneSession.as_view(), name="cashier_session"),
    path("cashier-sessions/<uuid:session>/movements", cashiers.Movements.as_view(), name="move_cash"),
    path("cashier-sessions/<uuid:session>/close", cashiers.Close.as_view(), name="close_session"),
    path(
        "cashier-sessions/<uuid:session>/acknowledge-difference",
        cashiers.Acknowledge.as_view(),
        name="acknowledge_difference",
    ),
    path("day-lists", day_lists.DayLists.as_view(), name="day_lists"),
    path("day-lists/<uuid:report>", day_lists.OneDayList.as_view(), name="day_list"),
    path("day-lists/<uuid:report>/lines", day_lists.DayListLines.as_view(), name="day_list_lines"),
    path(
        "day-lists/<uuid:report>/files/<slug:medium>", day_lists.DayListFile.as_view(), name="day_list_file"
    ),
    path("books/payments", books.Payments.as_view(), name="book_payments"),
    path("books/payments/<uuid:uuid>", books.OnePayment.as_view(), name="book_payment"),
    path("books/receipts", books.Receipts.as_view(), name="book_receipts"),
    path("books/receipts/<uuid:uuid>", books.OneReceipt.as_view(), name="book_receipt"),
    path("books/receipts/<uuid:uuid>/<slug:medium>", books.ReceiptFile.as_view(), name="book_receipt_file"),
    path("books/receipt-series", books.Series.as_view(), name="book_series_list"),
    path("books/receipt-series/<int:series_id>", books.OneSeries.as_view(), name="book_series"),
    path("books/refunds", books.Refunds.as_view(), name="book_refunds"),
    path("books/refunds/<uuid:uuid>", books.OneRefund.as_view(), name="book_refund"),
    path("books/accounts", statements.Accounts.as_view(), name="collection_accounts"),
    path("books/bank-statements", statements.Statements.as_view(), name="bank_statements"),
    path("books/bank-statements/<uuid:uuid>", statements.OneStatement.as_view(), name="bank_statement"),
    path(
        "books/bank-statements/<uuid:uuid>/file",
        statements.StatementFile.as_view(),
        name="bank_statement_file",
    ),
    path("books/statement-jobs/<int:job>", statements.OneStatementJob.as_view(), name="statement_job"),
    path("books/statement-jobs/<int:job>/start", statements.StartStatement.as_view(), name="start_statement"),
    path("books/bank-lines", bank.Lines.as_view(), name="bank_lines"),
    path("books/bank-lines/<uuid:uuid>", bank.OneLine.as_view(), name="bank_line"),
    path("books/bank-lines/<uuid:uuid>/match", bank.MatchLine.as_view(), name="match_bank_line"),
    path("books/bank-lines/<uuid:uuid>/withdraw", bank.WithdrawMatch.as_view(), name="withdraw_bank_match"),
    path("books/differences", bank.Differences.as_view(), name="differences"),
    path("books/differences/<slug:kind>/<words:subject>", bank.OneDifference.as_view(), name="difference"),
    path(
        "books/differences/<slug:kind>/<words:subject>/explain",
        bank.Explain.as_view(),
        name="explain_difference",
    ),
    path("my-receipts", receipts.MyReceipts.as_view(), name="my_receipts"),
    path("receipt-bundles", receipts.ReceiptBundles.as_view(), name="receipt_bundles"),
    path("receipt-bundles/<uuid:bundle>", receipts.OneReceiptBundle.as_view(), name="receipt_bundle"),
    path(
        "receipt-bundles/<uuid:bundle>/download",
        receipts.ReceiptBundleFile.as_view(),
        name="receipt_bundle_file",
    ),
    path("status", public.PublicStatus.as_view(), name="status"),
    path("receipts/<words:lookup_code>", public.CheckReceipt.as_view(), name="check_receipt"),
    path("papers/<words:check_code>", public.CheckPaper.as_view(), name="check_paper"),
    path("schema/", documentation.Schema.as_view(), name="schema"),
    path("docs/", documentation.Docs.as_view(), name="docs"),
    re_path(r"^[\s\S]*$", documentation.NoSuchAddress.as_view(), name="no_such_address"),
]
