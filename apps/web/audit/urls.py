"""Addresses of the books. All are read by auditors; an accountant takes statements in, matches and explains."""

from django.urls import path

from apps.web.audit import (
    days,
    differences,
    gateway,
    home,
    legacy_receipts,
    lines,
    matching,
    payments,
    receipts,
    statements,
)

app_name = "audit"
urlpatterns = [
    path("", home.home, name="home"),
    path("find/", home.find, name="find"),
    path("statements/", statements.statements, name="statements"),
    path("statements/<uuid:uuid>/", statements.statement, name="statement"),
    path("statements/<uuid:uuid>/file/", statements.file, name="statement_file"),
    path("statements/proposed/<int:job>/", statements.job, name="statement_job"),
    path("statements/proposed/<int:job>/start/", statements.start, name="start_statement"),
    path("statements/proposed/<int:job>/drop/", statements.drop, name="drop_statement"),
    path("lines/", lines.lines, name="lines"),
    path("lines/<uuid:uuid>/", lines.line, name="line"),
    path("lines/<uuid:uuid>/reveal/", lines.reveal, name="reveal_line"),
    path("lines/<uuid:uuid>/match/", matching.match, name="match_line"),
    path("lines/<uuid:uuid>/withdraw/", lines.withdraw, name="withdraw_match"),
    path("payments/", payments.payments, name="payments"),
    path("payments/<uuid:uuid>/", payments.payment, name="payment"),
    path("orders/<str:code>/", gateway.order, name="order"),
    path("gateway/lines/<int:pk>/", gateway.line, name="gateway_line"),
    path("gateway/messages/<int:pk>/", gateway.message, name="gateway_message"),
    path("refunds/<uuid:uuid>/", payments.refund, name="refund"),
    path("deposits/<uuid:uuid>/", payments.deposit, name="deposit"),
    path("sessions/<uuid:uuid>/", payments.session, name="session"),
    path("cases/<str:code>/", payments.case, name="case"),
    path("receipts/<uuid:uuid>/", receipts.receipt, name="receipt"),
    path("receipts/<uuid:uuid>/reveal/", receipts.reveal, name="reveal_receipt"),
    path("receipts/<uuid:uuid>/<slug:medium>/", receipts.receipt_file, name="receipt_file"),
    path("legacy-receipts/<int:pk>/", legacy_receipts.receipt, name="legacy_receipt"),
    path("legacy-receipts/<int:pk>/reveal/", legacy_receipts.reveal, name="reveal_legacy_receipt"),
    path("series/", receipts.series_list, name="series_list"),
    path("series/<int:pk>/", receipts.series, name="series"),
    path("days/<int:body>/<str:on>/", days.day, name="day"),
    path("differences/", differences.show, name="differences"),
    path("differences/xlsx/", differences.file, name="differences_file"),
    path("differences/<slug:kind>/<str:subject>/", differences.difference, name="difference"),
]
