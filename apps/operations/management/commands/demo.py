"""The demo: the city is loaded, cases and their money are played through the running system, then it serves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from dataclasses import asdict
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.operations.demo_accounts import ensure_accounts
from apps.operations.linked_story import linked_birth
from apps.operations.money_story import AUDITOR, Money, follow_the_money
from apps.operations.people import CITIZEN, PASSWORD, REPRESENTATIVE, ensure_people, officials
from apps.operations.processes import free_port, running
from apps.operations.stage import Stage, Told
from apps.operations.stories import STORIES

# One account for each role, in the order of a case's life.
SHOWN = (
    Role.RECEPTIONIST, Role.CASHIER, Role.HANDLER, Role.HEAD, Role.APPROVER, Role.REGISTRAR, Role.RESULT_DESK,
    Role.SUPERVISOR, Role.INSPECTOR, Role.ACCOUNTANT, Role.AUDITOR,
    Role.ADMINISTRATOR,
)  # fmt: skip


class Command(BaseCommand):
    """Tells each step in plain words; with --check stops after the cases, and fails if anything differed."""

    help = "Load the city, play cases and their money through the running system, then serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="stop after the cases, with one line of JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        self._prepare()
        port = free_port(8000)
        logs = settings.BASE_DIR / ".local" / "logs"
        self.say(f"Starting the web server, the workers and the relay (logs in {logs}) …")
        with running(port, logs, settings.BASE_DIR):
            address = f"http://localhost:{port}"
            cases, money, differences = self._play(address)
            report = {**self._report(cases, money), "seconds": round(time.monotonic() - started, 1)}
            differences += [f"{case.code}: {each}" for case in cases for each in case.differences]
            for each in differences:
                self.say(f"DIFFERS  {each}")
            if not options["check"]:
                self._serve(address, money)
        if options["check"]:
            self.say(json.dumps(report, ensure_ascii=False))
        if differences or not report["integrity"]:
            raise CommandError("The demo differs from the rules.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _prepare(self) -> None:
        self.say("Preparing the database …")
        owner = os.environ.get("DATABASE_OWNER_URL")
        if owner is None:
            raise CommandError("DATABASE_OWNER_URL is not set: the demo migrates; run it with `make demo`.")
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": owner},
            check=True,
        )
        out = StringIO()
        try:
            call_command("load_city", stdout=out)
        except CommandError as refused:
            # What is published is never edited: a demo that was loaded from earlier files cannot go on with these.
            raise CommandError(
                f"{refused} Where this database was made by an earlier state of the program, for the demo only, "
                "`make clean` begins anew."
            ) from None
        self.city = json.loads(out.getvalue().strip().splitlines()[-1])
        units = self.city["units"]
        self.say(
            f"The city: {units['city']} city, {units['district']} districts, {units['ward']} wards, "
            f"{self.city['agencies']} agencies, {self.city['procedures']} procedures."
        )
        strangers = User.objects.exclude(
            username__in=[CITIZEN, REPRESENTATIVE, *(person.username for person in officials())]
        )
        if strangers.exists():
            raise CommandError(
                "This database has accounts that are not the demo's, and would get accounts whose password "
                "everybody knows: name another one."
            )
        ensure_people(timezone.now())
        ensure_accounts()

    def _play(self, address: str) -> tuple[list[Told], Money, list[str]]:
        """What became of the cases and of the money, and what the drawers of the cashiers differ at the end."""
        stage = Stage(
            address, settings.BASE_DIR / ".local" / "demo", settings.BASE_DIR / "fixtures", self.say
        )
        cases = [*(story(stage) for story in STORIES), *linked_birth(stage)]
        paid_online, money = follow_the_money(stage)
        self.say("\n6. The cashiers count and close their drawers")
        return [*cases, paid_online], money, stage.close_drawers()

    def _report(self, cases: list[Told], money: Money) -> dict[str, Any]:
        out = StringIO()
        try:
            call_command("check_integrity", stdout=out)
            is_sound = True
        except (CommandError, SystemExit) as broken:
            is_sound = isinstance(broken, SystemExit) and not broken.code
            self.say(out.getvalue())
        self.say(f"\nIntegrity of the whole database: {'sound' if is_sound else 'BROKEN'}.")
        return {
            "units": self.city["units"],
            "procedures": self.city["procedures"],
            "cases": [
                {
                    "code": case.code,
                    "procedure": case.procedure,
                    "group": case.group,
                    "status": case.status,
                    "agencies": case.agencies,
                    "due_at": case.due_at,
                    "receipt": case.receipt,
                    "pdfs": case.pdfs,
                    "differences": case.differences,
                }
                for case in cases
            ],
            "money": asdict(money),
            "integrity": is_sound,
        }

    def _serve(self, address: str, money: Money) -> None:
        papers = settings.BASE_DIR / ".local" / "demo"
        self.say(f"\nPapers and receipts lie in {papers}; e-mails in {settings.EMAIL_FILE_PATH}.")
        self.say(
            f"\nServing on {address}   (Ctrl-C stops everything)\n\nPassword of every account: {PASSWORD}"
        )
        rows = [("citizen", CITIZEN, ""), ("business representative", REPRESENTATIVE, "")]
        people = officials()
        for role in SHOWN:
            person = next(each for each in people if role in each.roles)
            rows.append((role.value.replace("_", " "), person.username, person.agency.name))
        for role_name, username, place in rows:
            self.say(f"  {role_name:<24}{username:<20}{place}")
        self.say(
            "\nWhat is due can be paid online: the payment gateway is simulated, moves no money and says so.\n"
            f"To try it, file for a food safety certificate (2.001827) as {REPRESENTATIVE}.\n\n"
            f"To follow the money as an auditor, sign in as {AUDITOR} and begin at the bank's line:\n"
            f"  {address}{money.begins_at}\n"
            "The links lead to the payment, the case, the receipt with its files and signature, the list that told the\n"
            "tax authority (simulated), the day, and back. docs/auditors.md says what to look for at each."
        )
        stopped = threading.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: stopped.set())
        while not stopped.wait(1):
            pass
        self.say("Stopping …")
