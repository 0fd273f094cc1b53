"""The form of a verb, with the key by which it acts once, and its playing: a second press shows what the first one did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import KeyReused, Refusal
from apps.core.request_keys import Replayed
from apps.interface.actors import actor_of_request
from apps.interface.request_keys import FIELD, key_of, new_key
from apps.web.ui.faults import mendable, set_typed, show_refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# A person knows of no key.
SENT_BEFORE = gettext_lazy(
    "This form was sent before with something else in it. Look at what was done then, and send it again if you still "
    "want this."
)


class KeyedForm(forms.Form):
    """A form that acts once, however often it is sent."""

    request_key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    _refused_with = 422

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        self.fields[FIELD].initial = new_key()

    def arguments(self) -> dict[str, Any]:
        """The action's own arguments."""
        return {name: value for name, value in self.cleaned_data.items() if name != FIELD}

    @property
    def further(self) -> Mapping[str, forms.Form]:
        """Forms that are filled in beside this one, by the first part of the names of their fields."""
        return {}

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows it."""
        return 200 if not self.is_bound or self.is_valid() else self._refused_with

    def renew_key(self) -> None:
        """Another key, after one was used up by a different request."""
        set_typed(self, FIELD, new_key())

    def show(self, refusal: Refusal) -> None:
        """Puts what the verb refused on the fields that it speaks of; a key that was used up is another from now on."""
        if isinstance(refusal, KeyReused):
            self.renew_key()
            self.add_error(None, SENT_BEFORE)
        else:
            show_refusal(refusal, self, self.further)
        self._refused_with = refusal.status


def played(
    request: HttpRequest, form: KeyedForm, act: Callable[..., Any], *, done: StrOrPromise = ""
) -> bool:
    """Whether the act is done: now, which `done` says, or by the same form before, which is said too.

    What it refused is shown on the form; what nothing typed can mend goes on up.
    """
    try:
        act(by=actor_of_request(request), at=timezone.now(), request_key=key_of(request))
    except Replayed:
        say_replayed(request)
    except Refusal as refusal:
        form.show(mendable(refusal))
        return False
    else:
        if done:
            messages.success(request, done)
    return True


def say_replayed(request: HttpRequest) -> None:
    """Tells whoever pressed twice."""
    messages.info(request, _("This had already been done; nothing was done twice."))
