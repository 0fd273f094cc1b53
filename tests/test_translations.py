"""The Vietnamese catalogue: whole, true to its places, up to date with the sources, and read by the pages."""

from __future__ import annotations

import gettext
import importlib
import io
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
import time_machine
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation

import apps
from apps.cases.choices import Status
from apps.cases.tracking import secret_of
from apps.core.errors import Refusal
from tests import given

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
# Names in the old style of printf, in the new style, and the tags of HTML: what a translation may not lose.
PLACE = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|<[^>]+>")
# The older placement is the data's: hòa, thụy; only after q does the mark stand on the last letter.
NEWER_TONE = re.compile(r"(?<![qQ])(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)
# Public and fixed.
NATIONAL_STATUSES = (
    "Mới đăng ký",
    "Được tiếp nhận",
    "Không được tiếp nhận",
    "Đang xử lý",
    "Yêu cầu bổ sung",
    "Nghĩa vụ tài chính",
    "Yêu cầu rút hồ sơ",
    "Dừng xử lý",
    "Đã xử lý xong",
    "Đã trả kết quả",
)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return _read(CATALOGUE)


def _read(path: Path) -> Catalog:
    with path.open("rb") as handle:
        return read_po(handle, locale="vi", abort_invalid=True)


def _entries(of: Catalog) -> list[Message]:
    return [message for message in of if message.id]


def _forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _places(text: str) -> list[str]:
    return sorted(PLACE.findall(text))


def _key(message: Message) -> tuple[str | None, tuple[str, ...]]:
    return message.context, tuple(_forms(message.id))


def test_every_text_is_translated_and_no_translation_is_a_guess(catalogue: Catalog) -> None:
    entries = _entries(catalogue)
    assert len(entries) > 800
    assert [entry.id for entry in entries if not all(_forms(entry.string))] == []
    assert [entry.id for entry in entries if entry.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_vietnamese_has_one_plural_form(catalogue: Catalog) -> None:
    assert catalogue.num_plurals == 1
    plurals = [entry for entry in _entries(catalogue) if entry.pluralizable]
    assert plurals
    assert [entry.id for entry in plurals if len(_forms(entry.string)) != 1] == []


def test_every_translation_keeps_the_places_of_its_text(catalogue: Catalog) -> None:
    # Of a plural the last form counts: the singular may say “a day” without its number.
    lost = [
        (entry.id, entry.string)
        for entry in _entries(catalogue)
        for form in _forms(entry.string)
        if _places(form) != _places(_forms(entry.id)[-1])
    ]
    assert lost == []


def test_every_translation_is_spelled_as_the_data_is(catalogue: Catalog) -> None:
    forms = [form for entry in _entries(catalogue) for form in _forms(entry.string)]
    assert [form for form in forms if form != unicodedata.normalize("NFC", form)] == []
    assert [form for form in forms if NEWER_TONE.search(form)] == []
    assert [form for form in forms if form != form.strip() or "  " in form] == []


@pytest.mark.parametrize("newer", ["hoà", "thuỷ", "Hoà giải", "khoẻ", "huỷ."])
def test_the_newer_placement_of_tone_marks_is_found(newer: str) -> None:
    assert NEWER_TONE.search(newer)
    assert not NEWER_TONE.search("hòa thụy quý quỹ hoàn toàn thủy khỏe hủy khoản quỳnh")


def test_the_readers_are_addressed_politely(catalogue: Catalog) -> None:
    forms = [form for entry in _entries(catalogue) for form in _forms(entry.string)]
    assert [form for form in forms if re.search(r"\b[Bb]ạn\b|\bông/bà\b", form)] == []


def test_the_catalogue_names_nobody(catalogue: Catalog) -> None:
    names = {"last-translator", "language-team", "po-revision-date"}
    header = CATALOGUE.read_text(encoding="utf-8").split("\n\n", 1)[0].lower()
    assert [name for name in names if name in header] == []


def test_the_catalogue_holds_the_texts_of_the_sources_and_no_other(
    catalogue: Catalog, tmp_path: Path
) -> None:
    for folder in ("apps", "config", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    renewed = tmp_path / CATALOGUE.relative_to(ROOT)
    renewed.parent.mkdir(parents=True)
    shutil.copy(CATALOGUE, renewed)
    command = [sys.executable, "-m", "django", "makemessages", "--locale=vi", "--no-obsolete"]
    # Without settings: those of the project name its own folder of translations, which must stay as it is.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    made = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr

    wanted = {_key(entry) for entry in _entries(_read(renewed))}
    kept = {_key(entry) for entry in _entries(catalogue)}
    assert len(wanted) > 800
    assert sorted(wanted - kept, key=str) == [], "run makemessages and translate these"
    assert sorted(kept - wanted, key=str) == [], "run makemessages: nothing says these any more"


def test_texts_are_marked_by_names_that_the_extraction_knows() -> None:
    alias = re.compile(r"import (?:n?p?gettext(?:_lazy|_noop)?) as (?!_\b)\w+")
    sources = [path for folder in ("apps", "config") for path in (ROOT / folder).rglob("*.py")]
    assert [str(path) for path in sources if alias.search(path.read_text(encoding="utf-8"))] == []


def test_texts_of_libraries_are_spelled_as_the_libraries_spell_them() -> None:
    import allauth
    import django
    import rest_framework

    folders = {
        django: ("conf/locale", "contrib/auth/locale"),
        allauth: ("locale",),
        rest_framework: ("locale",),
    }
    known = set()
    for package, under in folders.items():
        for folder in under:
            for path in (Path(package.__file__).parent / folder).glob("*/LC_MESSAGES/django.mo"):
                with path.open("rb") as handle:
                    translations = gettext.GNUTranslations(handle)
                # Plural forms are kept by (singular, number of the form).
                known |= {key if isinstance(key, str) else key[0] for key in translations._catalog}
    texts = [
        _forms(entry.id)[0]
        for entry in _entries(_read(CATALOGUE))
        if [path for path, _ in entry.locations] == ["apps/interface/library_texts.py"]
    ]
    assert len(texts) > 50
    assert [text for text in texts if text not in known] == []


def test_the_catalogue_compiles(catalogue: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    read = gettext.GNUTranslations(compiled)
    assert read.gettext("Accepted") == "Được tiếp nhận"
    assert read.ngettext("%(count)d working day", "%(count)d working days", 3) == "%(count)d ngày làm việc"


def test_what_is_compiled_is_what_stands_in_the_catalogue(catalogue: Catalog) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as handle:
        compiled = gettext.GNUTranslations(handle)
    plain = [entry for entry in _entries(catalogue) if not entry.pluralizable and not entry.context]
    stale = [entry.id for entry in plain if compiled.gettext(entry.id) != entry.string]
    assert stale == [], "run python -m devservers.translations"


def test_the_ten_statuses_bear_their_national_names() -> None:
    assert tuple(str(status.label) for status in Status) == NATIONAL_STATUSES


def _refusals() -> list[type[Refusal]]:
    """Every refusal that the program declares, wherever."""
    for module in pkgutil.walk_packages(apps.__path__, "apps."):
        if ".migrations" not in module.name and ".management" not in module.name:
            importlib.import_module(module.name)
    found: list[type[Refusal]] = []
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        refusal = waiting.pop()
        found.append(refusal)
        waiting += [each for each in refusal.__subclasses__() if each.__module__.startswith("apps.")]
    return sorted(set(found), key=lambda each: (each.__module__, each.__qualname__))


def test_every_refusal_speaks_vietnamese_with_the_same_places() -> None:
    refusals = _refusals()
    assert len(refusals) > 60
    untranslated, lost = [], []
    for refusal in refusals:
        with translation.override("en"):
            english = str(refusal.text)
        vietnamese = str(refusal.text)
        assert english, refusal
        if vietnamese == english:
            untranslated.append(refusal)
        if _places(vietnamese) != _places(english):
            lost.append(refusal)
    assert untranslated == []
    assert lost == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "status", "heading"),
    [
        ("vi", "Được tiếp nhận", "Quá trình giải quyết"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "Được tiếp nhận", "Quá trình giải quyết"),
        ("en", "Accepted", "Timeline"),
        ("fr", "Được tiếp nhận", "Quá trình giải quyết"),
    ],
)
def test_a_page_speaks_the_readers_language_and_else_vietnamese(
    language: str, status: str, heading: str
) -> None:
    with time_machine.travel(given.NOW, tick=False):
        case = given.accepted_case()
        browser = Client(headers={"accept-language": language})
        answer = browser.post("/track/", {"code": case.code, "secret": secret_of(case.code, 1)})
    page = answer.content.decode()
    assert f'<html lang="{language[:2] if language != "fr" else "vi"}"' in page
    assert status in page
    assert heading in page
    others = {"Được tiếp nhận", "Accepted"} - {status}
    assert [other for other in others if other in page] == []


@pytest.mark.django_db
def test_signing_in_with_a_wrong_password_is_refused_in_vietnamese() -> None:
    browser = Client(headers={"accept-language": "vi"})
    page = browser.post("/account/login/", {"login": "nobody", "password": "wrong"}).content.decode()
    assert "Tên đăng nhập" in page
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page
    assert "specified" not in page


@pytest.mark.django_db
def test_what_a_form_of_the_framework_finds_wrong_is_told_in_vietnamese() -> None:
    page = Client(headers={"accept-language": "vi"}).post("/track/", {"code": "", "secret": ""})
    assert page.status_code == 422
    assert "Mục này là bắt buộc." in page.content.decode()
