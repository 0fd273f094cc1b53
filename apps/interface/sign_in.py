"""Sign-in adapters: passwords are for staff, and for everybody only where demo or tests allow it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.interface.client_address import address_counted


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by password; a citizen signs in by password only where the setting allows it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which allauth counts failed sign-ins."""
        return address_counted(request) or super().get_client_ip(request)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        if not user.is_staff_member and not settings.CITIZEN_PASSWORD_SIGN_IN:
            messages.error(request, _("Citizens sign in with their electronic identity."))
            raise ImmediateHttpResponse(redirect("account_login"))
        return super().pre_login(request, user, **kwargs)
