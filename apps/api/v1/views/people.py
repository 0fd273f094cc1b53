"""The reader themselves, and the files they upload."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, actor
from apps.api.v1.serializers.people import MeOut, UploadIn, UploadOut
from apps.applications.actions import store_upload
from apps.applications.errors import FileTooLarge
from apps.businesses.selectors import named
from apps.core.errors import Invalid

# Room for the frame of a multipart body around the file itself.
FRAME = 64 * 1024


class FileMissing(Invalid):
    code = "file_missing"
    text = _("Send one file in the part “file”.")


class Me(ApiView):
    @extend_schema(operation_id="me", responses=MeOut)
    def get(self, request: Request) -> Response:
        """Who is signed in, the posts held today, and the businesses that may be acted for."""
        by = actor(request)
        return Response(
            MeOut(
                {
                    "id": by.user_id,
                    "username": by.username,
                    "name": by.name,
                    "is_citizen": by.citizen_id is not None,
                    "posts": by.posts,
                    "businesses": named(by.business_ids) if by.business_ids else [],
                }
            ).data
        )


class Attachments(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="upload",
        request={"multipart/form-data": UploadIn},
        responses={201: UploadOut},
    )
    def post(self, request: Request) -> Response:
        """Keeps a file until a filing, a supplement or a result refers to it."""
        most = settings.ATTACHMENT_MAX_BYTES
        # Told before it is read.
        if int(request.META.get("CONTENT_LENGTH") or 0) > most + FRAME:
            raise FileTooLarge(field="file", megabytes=most // 1_048_576)
        file = request.FILES.get("file")
        if file is None:
            raise FileMissing(field="file")
        if (file.size or 0) > most:
            raise FileTooLarge(field="file", megabytes=most // 1_048_576)
        kept = store_upload(file.name or "", file.read(), by=actor(request), at=timezone.now())
        return Response(UploadOut(kept).data, status=201)
