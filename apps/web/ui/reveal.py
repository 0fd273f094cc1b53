"""Seeing personal data whole: a reason is asked for and kept."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RevealForm(forms.Form):
    """Why personal data must be seen whole; the reason goes into the access log."""

    reason = forms.CharField(
        label=_("Why do you need to see the particulars whole?"),
        max_length=300,
        help_text=_("Your name, the time and this reason are kept."),
    )
