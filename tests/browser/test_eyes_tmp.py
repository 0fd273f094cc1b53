"""Eyes."""
import pytest
from django.urls import reverse
from apps.accounts.choices import Role
from apps.accounts.models import User
from tests import given
pytestmark = pytest.mark.browser
