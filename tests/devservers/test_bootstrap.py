"""What is made ready before the first command: system packages, uv's configuration, translations."""

import gettext
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from devservers import bootstrap, system_packages
from devservers.failures import DevserversError
from devservers.translations import compile_translations

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Inbox"
msgstr "{}"
"""


@pytest.fixture
def bare_debian(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Debian with none of our packages and no ensurepip; gives what apt is asked for."""
    installed: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda name: None if "chrom" in name else f"/usr/bin/{name}")
    monkeypatch.setattr(system_packages, "_not_installed", list)
    monkeypatch.setattr(system_packages, "_is_ubuntu", lambda: False)
    monkeypatch.setattr(system_packages, "has_ensurepip", lambda: False)
    monkeypatch.setattr(system_packages, "has_pip", lambda: False)
    monkeypatch.setattr(system_packages, "_venv_package", lambda: "python3-venv")
    monkeypatch.setattr(
        system_packages, "_install", lambda prefix, packages: installed.append([*prefix, *packages])
    )
    return installed


def test_who_may_not_install_is_told_one_line_with_all_that_is_missing(
    bare_debian: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_packages, "_privilege", lambda: None)

    with pytest.raises(DevserversError) as told:
        system_packages.ensure("test")

    lines = [line.strip() for line in str(told.value).splitlines() if "apt-get" in line]
    assert lines == [
        "sudo apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        " fonts-noto-core poppler-utils gettext python3-venv chromium"
    ]
    assert bare_debian == []


def test_who_may_install_gets_what_the_demo_needs_and_no_browser(
    bare_debian: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_packages, "_privilege", lambda: ["sudo", "-n"])

    system_packages.ensure("demo")

    assert bare_debian == [["sudo", "-n", *system_packages.FOR_DEMO, "python3-venv"]]


def test_a_missing_ensurepip_alone_stops_nobody_who_has_pip(
    bare_debian: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_packages, "_not_installed", lambda packages: [])
    monkeypatch.setattr(system_packages, "_privilege", lambda: None)
    monkeypatch.setattr(system_packages, "has_pip", lambda: True)

    system_packages.ensure("demo")

    assert bare_debian == []


def test_uv_is_told_what_pip_is_configured_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        "[global]\nindex-url = https://index.example/simple\nextra-index-url =\n    https://a.example\n"
        "    https://b.example\n"
        "[install]\nfind-links = /one /two\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("PIP_INDEX_URL", "https://nearer.example/simple")
    pip = tmp_path / "pip"
    subprocess.run([sys.executable, "-m", "venv", pip], check=True)

    environment = bootstrap._environment([pip / "bin" / "python", "-m", "pip"])

    assert environment["UV_DEFAULT_INDEX"] == "https://nearer.example/simple"
    assert environment["UV_INDEX"] == "https://a.example https://b.example"
    assert environment["UV_FIND_LINKS"] == "/one,/two"


def test_translations_are_compiled_once_and_again_when_they_change(tmp_path: Path) -> None:
    source = tmp_path / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO.format("Hộp thư"))
    os.utime(source, (1, 1))

    assert compile_translations(tmp_path) == [source.with_suffix(".mo")]
    assert compile_translations(tmp_path) == []
    with source.with_suffix(".mo").open("rb") as handle:
        assert gettext.GNUTranslations(handle).gettext("Inbox") == "Hộp thư"

    os.utime(source.with_suffix(".mo"), (1, 1))
    source.write_text(PO.format("Hồ sơ chờ"))
    assert compile_translations(tmp_path) == [source.with_suffix(".mo")]


def test_no_address_of_an_index_stands_in_the_pinned_requirements() -> None:
    for path in sorted(bootstrap.REQUIREMENTS.parent.iterdir()):
        text = path.read_text()
        assert "://" not in text
        assert "--index-url" not in text


def test_every_pinned_requirement_has_a_hash() -> None:
    for path in sorted(bootstrap.REQUIREMENTS.parent.glob("*.txt")):
        entries = path.read_text().split("\n\n")
        pins = [
            line
            for entry in entries
            for line in entry.splitlines()
            if "==" in line and not line.startswith(" ")
        ]
        assert pins
        assert all(line.endswith("\\") for line in pins)
