"""Why an uploaded file is refused."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, refuses_constraint


class FileEmpty(Invalid):
    code = "file_empty"
    text = _("This file is empty.")


class FileTooLarge(Invalid):
    code = "file_too_large"
    status = 413
    text = _("This file is larger than %(megabytes)s MB.")


class FileKindRefused(Invalid):
    code = "file_kind_refused"
    status = 415
    text = _("Send a PDF document or a JPEG or PNG picture; this file is something else, or is damaged.")


class FileGivenTwice(Invalid):
    code = "file_given_twice"
    text = _("The same file was given twice; give each file once, as one paper.")


refuses_constraint("attachment_once_a_revision", FileGivenTwice)
