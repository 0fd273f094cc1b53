"""Whether a statutory paper is ours and still counts; and whether the file somebody holds has the same bytes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.cases.selectors import paper_by_check_code
from apps.core.errors import NotFound
from apps.interface.throttling import slowing_guesses
from apps.web.ui.case_parts import paper_title
from apps.web.ui.fields import BoundedFileField, PrintedCodeField


class CheckCodeForm(forms.Form):
    """The check code printed on a paper."""

    code = PrintedCodeField(
        label=gettext_lazy("Check code of the paper"),
        help_text=gettext_lazy("12 letters and digits, printed beside the QR code at the foot of the paper."),
    )


class CompareForm(forms.Form):
    """A file to compare with the stored one; it is read and not kept."""

    file = BoundedFileField(
        label=gettext_lazy("The PDF that you hold"), help_text=gettext_lazy("It is compared, and not kept.")
    )


@require_safe
def ask_code(request: HttpRequest) -> HttpResponse:
    """The form for a code that is typed; what it names stands at an address of its own."""
    if typed := re.sub(r"[^0-9A-Za-z]", "", request.GET.get("code", "")):
        return redirect("portal:check_paper", check_code=typed[:40])
    form = CheckCodeForm(request.GET if "code" in request.GET else None)
    return _answer(request, {"form": form, "forms": [form], "is_asked": False})


@require_http_methods(["GET", "HEAD", "POST"])
def check_paper(request: HttpRequest, check_code: str) -> HttpResponse:
    """Says which paper it is, of which case and agency, and whether it counts: nothing of any person."""
    try:
        paper = slowing_guesses(request, "paper", lambda: paper_by_check_code(check_code))
    except NotFound:
        form = CheckCodeForm(initial={"code": check_code})
        context: dict[str, Any] = {"form": form, "forms": [form], "is_asked": True, "paper": None}
        return _answer(request, context, status=404)
    compared = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    context = {
        # The next paper is typed into an empty field.
        "form": CheckCodeForm(),
        "is_asked": True,
        "paper": paper,
        "paper_title": paper_title(paper.kind),
        "compare": compared,
        "forms": [compared],
        "is_compared": False,
    }
    if compared.is_valid():
        content = compared.cleaned_data["file"].read()
        context |= {"is_compared": True, "is_same": paper.is_same(content), "compare": CompareForm()}
    return _answer(request, context, status=422 if compared.errors else 200)


def _answer(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, "portal/check_paper.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
