"""Eyes."""

import pytest

pytestmark = pytest.mark.browser
