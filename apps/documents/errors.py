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


class FileDamaged(Refusal):
    """A fault of ours, and one to look into at once: what is stored is not what was hashed."""

    code = "file_damaged"
    status = 500
    text = _(
        "The stored file is no longer the one that was kept, and is not handed out. The fault is ours and stands in the log; the administrators must restore the file."
    )
