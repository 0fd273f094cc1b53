"""Every verb has all of its homes, and the house stands as it was planned: proven over everything, not by examples."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from apps.cases import actions, tasks
from apps.cases.choices import EventKind, Status
from apps.cases.policies import CAN, VERBS_OF_PARTIES, casework, money
from apps.cases.transitions import OPEN_IN, TRANSITIONS
from tests import databases

VERBS = sorted({*CAN, "submit_application"})
# Played by the program alone; the relay asks for it, so that it has a task and no policy.
OF_THE_PROGRAM = {"route_case"}
# Played by the program when a window ends: the same stop as a person's, or consent.
OF_THE_CLOCK = {"lapse_supplement"}
# The same verb on each case of one application in turn, each with its own lock and policy.
OF_AN_APPLICATION = {"withdraw_application"}
# Ask for what can be paid, and take it back, and change nothing of the case: no event, no status; `can_pay_online`.
OF_A_PAYER = {"open_order", "cancel_order"}
SOURCES = sorted((databases.ROOT / "apps").rglob("*.py"))


def action_functions() -> dict[str, object]:
    """Every public function of the actions that takes an actor, a clock and a request key: that is a verb."""
    found = {}
    for module in pkgutil.iter_modules(actions.__path__):
        loaded = importlib.import_module(f"{actions.__name__}.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            asks = {"by", "at", "request_key"} <= set(inspect.signature(function).parameters)
            is_own = function.__module__ == loaded.__name__ and not name.startswith("_")
            if asks and is_own and not hasattr(function, "__wrapped__"):
                found[name] = function
    return found


def source_of(name: str) -> str:
    function = action_functions()[name]
    return Path(inspect.getsourcefile(function)).read_text()


def test_every_action_that_takes_a_request_is_a_verb_with_a_policy():
    assert sorted(set(action_functions()) - OF_AN_APPLICATION - OF_A_PAYER) == VERBS


def test_every_verb_with_a_policy_says_in_which_statuses_it_is_open():
    assert set(OPEN_IN) == set(CAN) | OF_THE_PROGRAM


def test_a_policy_is_named_after_its_verb():
    policies = vars(casework) | vars(money)
    assert {f"can_{verb}": can for verb, can in CAN.items()}.items() <= policies.items()


@pytest.mark.parametrize("verb", VERBS)
def test_actor_clock_and_key_of_a_verb_are_keywords_without_default(verb):
    parameters = inspect.signature(action_functions()[verb]).parameters
    for name in ("by", "at", "request_key"):
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters[name].default is inspect.Parameter.empty


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_what_it_refuses(verb):
    assert "Raises" in inspect.getdoc(action_functions()[verb])


@pytest.mark.parametrize("verb", [*VERBS, *OF_THE_PROGRAM, *OF_THE_CLOCK])
def test_a_verb_has_its_own_file_of_tests(verb):
    assert (databases.ROOT / "tests" / "cases" / f"test_{verb}.py").is_file()


def recorded_kinds() -> set[str]:
    """The event kinds that some action appends."""
    found = set()
    for path in (databases.ROOT / "apps" / "cases" / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
                for argument in node.args:
                    if (
                        isinstance(argument, ast.Attribute)
                        and getattr(argument.value, "id", "") == "EventKind"
                    ):
                        found.add(argument.attr)
    return found


def test_every_kind_of_event_is_appended_by_an_action():
    assert recorded_kinds() == {kind.name for kind in EventKind}


def test_every_status_can_be_reached_and_every_ended_one_left():
    reached = {after for pairs in TRANSITIONS.values() for _, after in pairs}
    left = {before for pairs in TRANSITIONS.values() for before, _ in pairs}
    assert reached == set(Status)
    assert left >= {Status.DECLINED, Status.STOPPED, Status.RESOLVED, Status.DELIVERED}


def test_verbs_of_parties_are_verbs():
    assert all(verb in CAN for verb in VERBS_OF_PARTIES)


def test_rights_are_asked_in_policies_only():
    """Posts and roles on the application are read where rights are decided; a paper names the post of who signs it."""
    elsewhere = {"cases/papers/parts.py", "cases/paper_rights.py", "accounts/actors.py"}
    asked = re.compile(
        r"\.(holds|posts_with|agencies_with|party_roles)\b|\bCASEWORK\b|policies import .*\bDESK\b"
    )
    found = {
        str(path.relative_to(databases.ROOT / "apps"))
        for path in SOURCES
        if "policies" not in (path.stem, path.parent.name) and asked.search(path.read_text())
    }
    assert found - elsewhere == set()


def test_every_task_that_an_action_owes_exists():
    owed = set()
    for path in SOURCES:
        owed |= set(re.findall(r'"apps\.cases\.tasks\.(\w+)"', path.read_text()))
    assert owed == {name for name in owed if getattr(tasks, name).name == f"apps.cases.tasks.{name}"}
    assert {"route_case", "deliver_result", "render_paper", "render_receipt", "send_notice"} <= owed


# The house


def ranks() -> dict[str, int]:
    """The order of apps from the contract: a higher number lies higher."""
    contracts = tomllib.loads((databases.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(each for each in contracts if each["id"] == "apps")["layers"]
    return {app.strip(): -place for place, layer in enumerate(layers) for app in layer.split("|")}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("apps.")]


def test_no_foreign_key_points_up_or_sideways():
    rank = ranks()
    wrong = []
    for model in own_models():
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete):
                continue
            to = field.related_model
            if not to.__module__.startswith("apps."):
                wrong.append(f"{model.__name__}.{field.name} → {to.__module__}")
                continue
            here, there = model.__module__.split(".")[1], to.__module__.split(".")[1]
            if here != there and rank[there] >= rank[here]:
                wrong.append(f"{model.__name__}.{field.name} → {to.__name__}")
    assert wrong == []


def test_no_row_is_deleted_by_deleting_another():
    for model in own_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete:
                assert field.remote_field.on_delete is models.PROTECT, f"{model.__name__}.{field.name}"


def test_no_model_orders_its_rows_by_default_or_overrides_save_or_reads_the_clock():
    for model in own_models():
        assert not model._meta.ordering, model.__name__
        for name in ("save", "delete", "clean", "full_clean"):
            owners = [
                base
                for base in model.__mro__
                if name in base.__dict__ and base.__module__.startswith("apps.")
            ]
            assert owners == [], f"{model.__name__}.{name}"
        for field in model._meta.get_fields():
            assert not getattr(field, "auto_now", False), field
            assert not getattr(field, "auto_now_add", False), field
            assert not callable(getattr(field, "default", None)) or field.default in (
                models.NOT_PROVIDED,
                list,
                dict,
            ), f"{model.__name__}.{field.name}"


def test_no_manager_hides_rows():
    for model in own_models():
        table = model._meta.db_table
        assert " WHERE " not in str(model._default_manager.all().query), table


def nodes(kind):
    """Every node of a kind in the program's own sources, with the file it is in."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, kind):
                yield f"{path.relative_to(databases.ROOT)}:{node.lineno}", node


def test_a_lock_names_its_own_table():
    for where, node in nodes(ast.Call):
        if getattr(node.func, "attr", "") == "select_for_update":
            assert {"of", "skip_locked"} & {keyword.arg for keyword in node.keywords}, where


def test_nobody_listens_to_signals():
    for where, node in nodes(ast.ImportFrom):
        assert (node.module or "") not in {"django.db.models.signals", "django.dispatch"}, where


def test_nobody_assigns_the_status_of_a_case_by_hand():
    for where, node in nodes(ast.Assign | ast.AugAssign):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            is_of_case = isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == "case"
            assert not (is_of_case and target.attr == "status"), where


def test_every_file_begins_by_saying_what_it_is_for():
    for path in SOURCES:
        if path.stat().st_size and "migrations" not in path.parts:
            assert ast.get_docstring(ast.parse(path.read_text())), path
