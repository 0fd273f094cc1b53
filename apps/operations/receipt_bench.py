"""How fast a receipt goes from its number to its signed, stored files, alone and through workers; and how fast many of them are
put into one file.

Figures are ratios taken in one run, batch by batch in turn, so that they hold on any machine; times stand beside them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import weasyprint
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from apps.accounts.models import User
from apps.applications.choices import Delivery
from apps.bundles.actions import BINDING, PART, ask_year
from apps.bundles.choices import Medium
from apps.bundles.models import Bundle
from apps.cases import tasks
from apps.cases.actions.filing import Filing
from apps.cases.actions.payment import record_payment
from apps.cases.actions.submission import submit_application
from apps.cases.papers import receipt_paper
from apps.citizens.actions import person_of
from apps.citizens.models import Citizen
from apps.core.models import OutboxRow
from apps.documents import rendering
from apps.documents.choices import FileState
from apps.documents.receipt_data import receipt_data
from apps.documents.receipt_files import make_ready, signed_files
from apps.documents.signing import Identity, signer_for
from apps.documents.signing.pades import sign_pdf
from apps.documents.signing.xades import sign_xml
from apps.interface.actors import actor_of
from apps.operations.people import CITIZEN, OTHER_WARD, ward
from apps.operations.processes import free_port, running
from apps.procedures.choices import Channel
from apps.procedures.selectors import rules_in_force
from apps.receipts.actions.cashiers import open_session
from apps.receipts.models import Receipt, ReceiptDocument
from apps.receipts.policies import desks_of_drawers
from apps.receipts.selectors import open_session_of

PROCEDURE = "2.000635"
COPIES, PRICE = 2, 8_000
BATCH, COMPARED = 20, 200
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was done, how often, the figure, what it is compared with, and the ratio."""

    work: str
    size: int
    figure: str
    compared_with: str
    ratio: float | None = None

    def told(self) -> dict[str, object]:
        return asdict(self)


def pay(count: int) -> Iterator[OutboxRow]:
    """Takes a citizen's applications at a counter and their money, by the verbs; gives what each payment owes."""
    desk, cashier = (
        actor_of(User.objects.get(username=name), timezone.localdate()) for name in ("tiepnhan", "thuquy")
    )
    if open_session_of(cashier) is None:
        (post,) = desks_of_drawers(cashier)
        open_session(
            post.agency_id, opening_balance=0, by=cashier, at=timezone.now(), request_key=str(uuid4())
        )
    schema = rules_in_force(PROCEDURE, timezone.localdate()).version.form_schema
    filer, other = person_of(Citizen.objects.get(user__username=CITIZEN)), ward(*OTHER_WARD).pk
    questions = schema["properties"]
    answers = {name: questions[name].get("enum", [filer.name])[0] for name in schema["required"]}
    for _ in range(count):
        filing = Filing(
            procedure_code=PROCEDURE,
            channel=Channel.COUNTER,
            answers={**answers, "copies": COPIES},
            filer=filer,
            has_consent=True,
            connecting_unit_id=other,
            delivery=Delivery.COUNTER,
        )
        case = submit_application(filing, by=desk, at=timezone.now(), request_key=str(uuid4())).case
        record_payment(
            case.code,
            amount=COPIES * PRICE,
            method="cash",
            by=cashier,
            at=timezone.now(),
            request_key=str(uuid4()),
        )
        yield OutboxRow.objects.filter(task__endswith="render_receipt").latest("pk")


def against_weasyprint(owed: Sequence[OutboxRow]) -> list[Row]:
    """Number to signed, stored files by one process, and WeasyPrint alone on the same pages as HTML, batch by batch."""
    make_ready()
    first = Receipt.objects.select_related("series__collecting_body").get(uuid=owed[0].payload["receipt"])
    body = first.series.collecting_body
    signer = signer_for(Identity(body.identification_code, body.name, body.tax_code))
    snapshot = signed_files(receipt_paper(first), signer, at=timezone.localtime()).snapshot
    html = rendering._html("receipt", snapshot)

    def alone() -> None:
        kept = rendering._typesetting()
        weasyprint.HTML(string=html, url_fetcher=rendering.FETCHER).write_pdf(
            stylesheets=[kept.stylesheet], font_config=kept.fonts, pdf_variant="pdf/a-3a"
        )

    whole, bare, memory = [], [], []
    for number, row in enumerate(owed):
        # In turn, so that whatever else the machine does is shared.
        if number < COMPARED:
            bare.append(_seconds(alone))
        whole.append(_seconds(partial(tasks.render_receipt, row.pk)))
        if number % BATCH == BATCH - 1 or number == len(owed) - 1:
            memory.append(_resident())
    compared = whole[: len(bare)]
    ratio = sum(bare) / sum(compared)
    warm = memory[min(4, len(memory) - 1)]
    data = sign_xml(receipt_data(snapshot), signer, at=timezone.localtime())
    prepared = rendering.render_for_signing(snapshot, data)
    parts = {
        "template to HTML": lambda: rendering._html("receipt", snapshot),
        "data built, checked and signed (XAdES)": lambda: sign_xml(
            receipt_data(snapshot), signer, at=timezone.localtime()
        ),
        "PDF signed (PAdES)": lambda: sign_pdf(prepared, signer),
        "all files made, nothing stored": lambda: signed_files(
            receipt_paper(first), signer, at=timezone.localtime()
        ),
    }
    return [
        Row(
            "receipt, number to signed stored PDF and XML, per core",
            len(compared),
            f"{len(compared) / sum(compared):.1f}/s ({_middle(compared):.1f} ms)",
            f"WeasyPrint alone {len(bare) / sum(bare):.1f}/s ({_middle(bare):.1f} ms); aim ≥ 0.85",
            round(ratio, 3),
        ),
        *(
            Row(f"  of it: {name}", BATCH, f"{_middle([_seconds(part) for _ in range(BATCH)]):.2f} ms", "")
            for name, part in parts.items()
        ),
        Row(
            "memory of the process (RSS)",
            len(owed),
            f"{memory[-1] / 2**20:.0f} MB",
            f"{warm / 2**20:.0f} MB after {min(5 * BATCH, len(owed))}; flat",
            round(memory[-1] / warm, 3),
        ),
    ]


def bundled(medium: Medium) -> Row:
    """All receipts that `pay` has taken and that are signed by now in one file, by this process as a worker makes it."""
    at = timezone.now()
    by = actor_of(User.objects.get(username=CITIZEN), timezone.localdate(at))
    bundle = ask_year(timezone.localdate(at).year, medium, by=by, at=at)
    before = _resident()
    _forget_peak()
    seconds = [_seconds(partial(_next_step, bundle)) for _ in range(bundle.parts.count() + 1)]
    bundle.refresh_from_db()
    if bundle.state != FileState.READY or bundle.lacking:
        raise RuntimeError(f"the bundle is {bundle.state} and lacks {bundle.lacking} files")
    assert bundle.size is not None
    return Row(
        f"receipts in one {medium.label}, {len(seconds) - 1} parts and the binding of them",
        bundle.total,
        f"{sum(seconds):.1f} s (binding {seconds[-1]:.1f} s), {bundle.size / 2**20:.0f} MB",
        f"peak of memory {_peak() / 2**20:.0f} MB, {before / 2**20:.0f} MB before; bounded",
        round(_peak() / before, 3),
    )


def _next_step(bundle: Bundle) -> None:
    """Plays what a bundle owes now."""
    row = OutboxRow.objects.get(task__in=[PART, BINDING], payload__bundle=bundle.pk, done_at__isnull=True)
    import_string(row.task)(row.pk)


def through_workers(count: int, per_second: float, logs: Path, root: Path) -> Row:
    """From payment to stored files with the demo's workers, payments coming evenly."""
    with running(free_port(8400), logs, root):
        # Both workers are up and warm before anything is measured.
        _signed(4, _after_now(pay(4)), logs)
        started = time.monotonic()

        def evenly() -> Iterator[OutboxRow]:
            for number, row in enumerate(pay(count), 1):
                time.sleep(max(0.0, started + number / per_second - time.monotonic()))
                yield row

        new = _signed(count, _after_now(evenly()), logs)
    waits = sorted(
        (paper.document.file.stored_at - paper.receipt.payment.taken_at).total_seconds()
        for paper in new.select_related("document__file", "receipt__payment")
    )
    middle, late = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    return Row(
        f"payment to signed stored PDF, demo's two workers, {per_second:g} payments/s",
        count,
        f"p95 {late:.2f} s, median {middle:.2f} s, worst {waits[-1]:.2f} s",
        "aim: p95 under 2 s",
        round(late / 2, 3),
    )


def _after_now(payments: Iterator[OutboxRow]) -> QuerySet[ReceiptDocument]:
    """Takes the payments; the papers of the receipts that came with them."""
    last = Receipt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for _row in payments:
        pass
    return ReceiptDocument.objects.filter(receipt__pk__gt=last)


def _signed(count: int, papers: QuerySet[ReceiptDocument], logs: Path) -> QuerySet[ReceiptDocument]:
    """The papers, once there are as many. Raises RuntimeError."""
    deadline = time.monotonic() + PATIENCE
    while papers.count() < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {papers.count()} of {count} receipts were signed; see {logs}")
        time.sleep(0.2)
    return papers


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _middle(seconds: Sequence[float]) -> float:
    """The median, in milliseconds."""
    return sorted(seconds)[len(seconds) // 2] * 1000


def _peak() -> int:
    """The most bytes of this process in memory since the peak was last forgotten."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def _forget_peak() -> None:
    # Linux sets the peak to what is in memory now.
    Path("/proc/self/clear_refs").write_text("5")


def _resident() -> int:
    """Bytes of this process in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
