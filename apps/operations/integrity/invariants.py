"""What is proven, and what may be wrong with a row, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each invariant and what it says, in the order in which it is told.
INVARIANTS: Mapping[str, str | Promise] = {
    "answered_once": _(
        "Every answered request names what exists: a case, a cashier's session, a matched line of the bank, a statement "
        "or an explained difference; no two filings name the same case"
    ),
    "ledger_chain": _(
        "The events of each case follow one another without a gap, each hash covering the one before"
    ),
    "ledger_columns": _("The columns of each event say what its body says"),
    "ledger_texts": _("The free text of an event has the hash that the ledger keeps"),
    "transitions": _(
        "Every change of status is in the table of the law, and no event is earlier than the one before"
    ),
    "case_state": _("Status, agencies, handler and outcome of each case are what its ledger adds up to"),
    "due_times": _("Due times of each case are what its ledger and its stored calendar version derive"),
    "calendar_in_force": _(
        "Every open case has the due times of the calendar in force, or a worker owes it a re-derivation"
    ),
    "calendar_moves": _(
        "Every case that a decision on the calendar moves has its event, or is still owed it"
    ),
    "receipt_numbers": _("Each receipt series runs from 1 to its last number, without a gap or a double"),
    "receipt_corrections": _(
        "A receipt that replaces another is of the same payment and names it, one is in force, and notices are numbered "
        "from 1 and have their paper"
    ),
    "receipts_in_time": _(
        "Receipts are issued in the order of their numbers, in the year of an open series, with its face value, and say so"
    ),
    "series_on_record": _(
        "Every series was accepted and closed, every collecting body succeeded, and every receipt of the old regime taken over, "
        "by an act of administration that says the same"
    ),
    "assessed_fees": _(
        "Every fee line of a case was assessed, and withdrawn, by the act that its ledger tells of"
    ),
    "settled_fees": _(
        "Every payment is the sum of the fees of one case that it settles and of what it settled nothing with; what it "
        "settles is on one chain of receipts of its collecting body, with one in force; settled orders were paid"
    ),
    "sessions": _(
        "Every closed cashier's session expects what its payments, movements and refunds add up to, and explains a "
        "difference; all money of a session was taken while it was open"
    ),
    "refunds": _(
        "Every refund is what was granted on the fee's own rule by somebody who may, once, and no line gives back more "
        "than was paid for it"
    ),
    "accounts": _("What each case was paid is explained row by row, and no case gave back more than that"),
    "money_told": _("The ledger of each case tells of exactly its payments, receipts and refunds"),
    "bank_accounts": _(
        "Every bank account was opened, confirmed and ended by an act of administration that says the same; what is paid into "
        "was confirmed by another than who opened it"
    ),
    "statements": _(
        "Every bank statement has the balances, the days and all the lines of the file that was taken in, no statement says "
        "otherwise, and every line stands in its file"
    ),
    "matches": _(
        "Every bank line is something of its own body that it can be, known as its match says; nothing is matched by two "
        "lines at a time, and what was withdrawn stays and is not said again by itself"
    ),
    "told_once": _("Every receipt of a day gone by is on exactly one list to the tax authority"),
    "told_as_issued": _(
        "Every line of a list says what its receipt says, and every list is the sum of its lines, with its files"
    ),
    "papers": _(
        "Every receipt, signed with its data, paper and register has its stored file, or an open outbox row that will "
        "make it; one that replaces another is of the same form and case"
    ),
    "notices": _(
        "Every act that the applicant is told of has its notice; each of its sendings is sent or has an outbox row"
    ),
    "stored_files": _("Every stored file is there and has the hash that was kept"),
    "outbox_rows": _("Every outbox row is done, due or visibly failed"),
    "effects_once": _("Every outbox row that is done has had its effect, once, and no open one has"),
    "agencies": _("Every open case is at an agency that exists today"),
    "handovers": _("Every open handover is offered by the agency that holds the case"),
    "originals": _(
        "Every original paper that was filed has exactly one holder: the agency where the case is, or the applicant"
    ),
}


# What may be wrong with a row.
WRONG: Mapping[str, str | Promise] = {
    "no_answer": _("what it names does not exist"),
    "case_answered_twice": _("its case was the answer to another filing as well"),
    "no_event": _("the case has no event"),
    "hash_wrong": _("its hash is not that of its body"),
    "place_wrong": _("the event before it is missing or doubled"),
    "chain_broken": _("it does not follow the hash before it"),
    "not_the_last": _("the case does not name it as its last event"),
    "body_differs": _("its body says otherwise"),
    "text_wrong": _("its text is not the one that was written"),
    "begins_elsewhere": _("it does not begin where the event before it ended"),
    "unlawful": _("the law does not know this change of status"),
    "goes_back": _("it is earlier than the event before it"),
    "ledger_differs": _("its ledger says otherwise"),
    "derived_otherwise": _("its ledger derives another time"),
    "unreadable": _("its ledger cannot be read"),
    "not_derivable": _("its due times cannot be derived"),
    "calendar_behind": _("the calendar in force derives another time, and nobody owes it that"),
    "not_moved": _("the event that moves it is missing, and no open outbox row will write it"),
    "results_differ": _("its ledger releases another number of results"),
    "obligations_differ": _("its ledger names other obligations, or fulfils them at other times"),
    "links_differ": _("the cases that it waits for, or their results, are not those of its ledger"),
    "late_entry_differs": _("it is marked as entered late from another form than its ledger says"),
    "gap_or_double": _("a gap or a double comes before it"),
    "last_number_wrong": _("its last number is not that of its last receipt"),
    "payment_not_explained": _("its amount is not that of its lines and of what settled nothing"),
    "receipt_of_no_line": _("it settles no line and has a receipt"),
    "receipt_not_one": _("it has not exactly one original receipt and one in force"),
    "chain_broken_off": _("a receipt of it replaces one of another payment, or a later one"),
    "order_not_settled": _("its order is not settled"),
    "order_without_payment": _("it is settled and nobody has paid it"),
    "paid_at_another_page": _("it is paid at another page than its gateway gave for it"),
    "refund_of_no_case": _("it belongs to no case, or not to the one that was paid"),
    "more_than_paid": _("more goes back than was paid for the line"),
    "against_the_rule": _("it was decided against the rule of the fee"),
    "decided_by_who_took": _("it was decided by who took the money"),
    "paid_by_who_decided": _("it was paid out in cash by who decided it"),
    "not_as_granted": _("it was paid and not granted so: another amount, another way, or not at all"),
    "never_paid": _("it was granted through the gateway, and no outbox row will pay it"),
    "account_not_explained": _("what was paid is not what its lines and refunds add up to"),
    "payments_differ": _("its ledger tells of other payments than there are"),
    "refunds_differ": _("its ledger tells of other refunds, decisions or payments of them than there are"),
    "amounts_differ": _("the amounts of lines, payment and receipt differ"),
    "receipt_of_no_case": _("its receipt belongs to no case"),
    "other_collecting_body": _("its receipt is of another collecting body"),
    "replaces_of_another_payment": _("it replaces a receipt of another payment"),
    "replaces_a_later_one": _("it replaces a receipt that was issued later"),
    "two_in_force": _("another receipt of its payment replaces none either"),
    "replaced_otherwise_than_said": _("it names another receipt than the one that it replaces"),
    "issued_before_its_number": _("the number before it was issued later"),
    "of_another_year": _("it was issued in another year than that of its series"),
    "after_its_series_closed": _("it was issued after its series was closed"),
    "other_face_value": _("its amount is not the face value of its series"),
    "says_otherwise": _("it says another amount, or another time of issue, than it is of"),
    "series_accepted_by_no_act": _("no act of administration recorded its acceptance as it stands"),
    "series_closed_by_no_act": _("no act of administration closed it then"),
    "taken_over_by_no_act": _("no act of administration took over so many from that file then"),
    "succeeded_by_no_act": _("no act of administration recorded who succeeds it as it stands"),
    "notice_without_its_paper": _("it has no paper of its form in a case"),
    "fees_differ": _("its ledger tells of other fee lines than it has"),
    "withdrawals_differ": _("its ledger withdraws other fee lines than are withdrawn"),
    "line_wrong": _("a line is settled twice, withdrawn, not of this case, or was not owed by the applicant"),
    "receipts_differ": _("its ledger tells of other receipts than were issued"),
    "expected_wrong": _("what was expected in the drawer is not what its rows add up to"),
    "count_wrong": _("its notes are not worth what was counted"),
    "not_explained": _("its difference is not explained"),
    "money_outside": _("money was taken in it before it was opened or after it was closed"),
    "money_of_another": _("money was taken in it by somebody else, or at another desk"),
    "acknowledged_by_own": _("its difference was acknowledged by who kept or counted the drawer"),
    "statement_without_its_file": _("no file was taken in that has its hash, days and balances"),
    "statement_not_balanced": _(
        "its opening balance and the lines of its file do not make its closing balance"
    ),
    "lines_missing": _("a line of its file is not there"),
    "line_told_otherwise": _("a line of its file has another amount than the one that is there"),
    "line_of_no_file": _("a line of it is of another account or day, or not in its file"),
    "matched_to_another": _("it names something of another body, or something that no bank shows"),
    "matched_otherwise": _("it says that it was known by what does not fit"),
    "matched_twice": _("what it names is matched by another line as well"),
    "line_is_two_things": _("its line says by itself that it is something else as well"),
    "matched_after_withdrawal": _("it was made again by itself after somebody withdrew it"),
    "half_withdrawn": _("it does not say whole when, by whom and why it was withdrawn"),
    "account_opened_by_no_act": _("no single act of administration opened it as it stands"),
    "account_unconfirmed": _("a statement of it was taken, and nobody of its body confirmed it"),
    "account_confirmed_by_its_opener": _("who opened it confirmed it"),
    "account_confirmed_by_no_act": _("no single act of administration confirmed it as it stands"),
    "account_ended_by_no_act": _("no single act of administration ended it as it stands"),
    "on_no_list": _("no list tells the tax authority of it"),
    "line_differs": _("its receipt says otherwise"),
    "list_differs": _("its lines add up to something else"),
    "answered_otherwise": _("the tax authority has not answered so"),
    "list_has_no_files": _("its files are not there, and no outbox row will make them"),
    "no_file": _("it has no stored file, and no open outbox row will make one"),
    "other_certificate": _("it is signed with another certificate than its paper names"),
    "paper_of_another": _("its paper says something else than it says itself"),
    "replaces_another_kind": _("it replaces a paper of another case or form, or a later one"),
    "snapshot_wrong": _("what the paper says is not what was decided"),
    "not_told": _("the applicant was not told of it"),
    "never_sent": _("a sending of its notice is not sent, and no outbox row will send it"),
    "sending_differs": _(
        "a sending of its notice has failed and its outbox row has not, or the other way round"
    ),
    "file_unreadable": _("its file cannot be read"),
    "file_wrong": _("its file is not the one that was stored"),
    "done_and_failed": _("it is both done and failed"),
    "task_unknown": _("no worker knows its task"),
    "sent_too_often": _("it was sent more often than allowed"),
    "never_due": _("it is not due for longer than any wait"),
    "owed_twice": _("another row owes the same effect"),
    "open_after_effect": _("its effect has happened and it is still open"),
    "done_without_effect": _("it is done and its effect is not there"),
    "routed_twice": _("it was routed twice"),
    "handed_over_twice": _("its result was handed over more often than released"),
    "agency_ended": _("its agency does not exist today"),
    "waits_after_end": _("the case has ended and its handover still waits"),
    "offered_by_another": _("it is offered by an agency that does not hold the case"),
    "holder_not_one": _("nobody holds it, or several do"),
    "held_elsewhere": _("it is held by an agency where the case is not"),
    "turn_overlaps": _("it came to another holder before the last one gave it"),
}
