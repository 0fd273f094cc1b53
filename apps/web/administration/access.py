"""Who may come to the administration: whoever may change the catalogue."""

from __future__ import annotations

from apps.procedures.policies import may_change_catalogue
from apps.web.ui.signing_in import signed_in_and

for_administrators = signed_in_and(may_change_catalogue)
