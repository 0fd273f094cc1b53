"""Looks."""
import pytest
from tests import given
from tests.browser.conftest import with_password
from apps.cases.selectors import case_seen_by
OUT="/tmp/h7_shots"
import os; os.makedirs(OUT, exist_ok=True)
N=[0]
def shot(page, name):
    for w in (1280, 360):
        page.set_viewport_size({"width": w, "height": 900})
        page.screenshot(path=f"{OUT}/{name}-{w}.png", full_page=True)
        sw=page.evaluate("document.documentElement.scrollWidth")
        if sw>w: print("OVERFLOW", name, w, sw)
    page.set_viewport_size({"width": 1280, "height": 900})
PROBLEMS=[]
def look(page, axe, name):
    shot(page, name)
    try: axe(page)
    except AssertionError as e: print("AXE", name, e); PROBLEMS.append(name)
    t=page.content()
    if "undefined" in t: 
        i=t.index("undefined"); print("UNDEF", name, t[i-100:i+100])

def test_look(site, page, sign_in, axe):
    who = given.citizen()
    page.goto("/"); look(page, axe, "home")
    page.goto("/procedures/"); look(page, axe, "procedures")
    page.goto("/procedures/1.001612/"); look(page, axe, "procedure")
    page.goto("/procedures/2.002913/"); look(page, axe, "procedure_closed")
    page.goto("/track/"); look(page, axe, "track")
    page.goto("/track/H26.1-261123-0001#ABCDEFGHABCDEFGH"); page.wait_for_function("document.querySelector('input[name=secret]').value != ''")
    page.click("main button"); look(page, axe, "track_fail")
    page.goto("/r/"); look(page, axe, "receipt")
    page.goto("/r/ABCDEFGHABCDEFGH"); look(page, axe, "receipt_no")
    sign_in(page, *with_password(who))
    page.goto("/cases/"); look(page, axe, "mine_empty")
    page.goto("/procedures/2.001827/apply/"); look(page, axe, "apply")
    page.click("text=Check before filing"); look(page, axe, "apply_faults")
    case = given.accepted_case(by=who, procedure="2.001827")
    c2, h = given.case_awaiting_supplement(by=who)
    c3 = given.resolved_case(by=who)
    given.carry_out(given.NOW, "render_paper", "render_receipt")
    page.goto("/cases/"); look(page, axe, "mine")
    page.goto(f"/cases/{case.code}/"); look(page, axe, "case")
    page.goto(f"/cases/{c2.code}/"); look(page, axe, "case_supp")
    page.goto(f"/cases/{c3.code}/"); look(page, axe, "case_done")
    page.goto(f"/cases/{c2.code}/provide-supplement/"); look(page, axe, "supp")
    page.goto(f"/cases/{case.code}/request-withdrawal/"); look(page, axe, "withdraw")
    page.goto(f"/cases/{case.code}/filed/"); look(page, axe, "filed")
    assert not PROBLEMS
