"""Why a file that somebody asked for is not given."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Refusal


class FileNotReady(Refusal):
    code = "file_not_ready"
    text = _("This file is still being made. Try again in a moment.")


class FileFailed(Refusal):
    code = "file_failed"
    text = _("This file could not be made. The administrators see it and will start it again.")


class FileCleared(Refusal):
    code = "file_cleared"
    text = _("This file was cleared away. Ask for it again.")
