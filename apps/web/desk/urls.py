"""Addresses of the desk: lists, taking an application, one case and its verbs."""

from django.urls import path

from apps.web.desk import (
    case_page,
    cashiers,
    counter,
    pools,
    queues,
    receipt_print,
    receipts,
    registers,
    verbs,
)

app_name = "desk"
urlpatterns = [
    path("", queues.inbox, name="inbox"),
    path("handovers/", queues.handovers, name="handovers"),
    path("opinions/", queues.opinions, name="opinions"),
    path("refunds/", queues.refunds, name="refunds"),
    path("pools/", pools.show_pools, name="pools"),
    path("pools/<int:pool>/", pools.change_pool, name="pool"),
    path("sent-on/", queues.sent_on, name="sent_on"),
    path("unrouted/", queues.unrouted, name="unrouted"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/printed/<uuid:bundle>/", receipts.receipts_printed, name="receipts_printed"),
    path(
        "receipts/printed/<uuid:bundle>/download/",
        receipts.receipts_printed_download,
        name="receipts_printed_download",
    ),
    path("register/", registers.register, name="register"),
    path("register/<int:register>/<slug:medium>/", registers.register_file, name="register_file"),
    path("drawer/", cashiers.my_drawer, name="drawer"),
    path("drawer/all/", cashiers.drawers, name="drawers"),
    path("drawer/<uuid:session>/", cashiers.one_drawer, name="drawer_session"),
    path("drawer/<uuid:session>/move/", cashiers.move, name="drawer_move"),
    path("drawer/<uuid:session>/close/", cashiers.close, name="drawer_close"),
    path("drawer/<uuid:session>/acknowledge/", cashiers.acknowledge, name="drawer_acknowledge"),
    path("take-application/", counter.choose_procedure, name="take_application"),
    path("take-application/<str:procedure>/", counter.take_application, name="take_application_of"),
    path("cases/<str:code>/", case_page.show_case, name="case"),
    path("cases/<str:code>/reveal/", case_page.reveal, name="reveal"),
    path("cases/<str:code>/papers/<uuid:which>/", case_page.file_of_case, {"kind": "paper"}, name="paper"),
    path(
        "cases/<str:code>/receipts/<uuid:which>/", case_page.file_of_case, {"kind": "receipt"}, name="receipt"
    ),
    path(
        "cases/<str:code>/receipts/<uuid:which>/data/",
        case_page.file_of_case,
        {"kind": "receipt data"},
        name="receipt_data",
    ),
    path("cases/<str:code>/receipts/<uuid:which>/print/", receipt_print.print_receipt, name="print_receipt"),
    path("cases/<str:code>/results/<int:which>/", case_page.file_of_case, {"kind": "result"}, name="result"),
    path(
        "cases/<str:code>/attachments/<uuid:which>/",
        case_page.file_of_case,
        {"kind": "attachment"},
        name="attachment",
    ),
    path(
        "cases/<str:code>/act-papers/<int:which>/",
        case_page.file_of_case,
        {"kind": "act paper"},
        name="act_paper",
    ),
    path("cases/<str:code>/control-sheet/", case_page.control_sheet, name="control_sheet"),
    path("cases/<str:code>/<str:verb>/", verbs.play_verb, name="verb"),
]
