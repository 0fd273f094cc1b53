"""The reader themselves, and files they upload."""

from __future__ import annotations

from rest_framework import serializers


class PostOut(serializers.Serializer):
    """A post held today."""

    agency = serializers.IntegerField(source="agency_id")
    agency_name = serializers.CharField()
    role = serializers.CharField()
    unit = serializers.IntegerField(source="unit_id")
    level = serializers.CharField()


class OwnBusiness(serializers.Serializer):
    """A business for which the reader may act today."""

    id = serializers.IntegerField(help_text="Used as `business` when filing.")
    name = serializers.CharField()
    kind = serializers.CharField(help_text="enterprise, household, organisation.")
    number = serializers.CharField(
        help_text="Tax code of 10 or 13 digits, household code of 12, or other number."
    )
    seat = serializers.IntegerField(source="seat_id", allow_null=True)


class MeOut(serializers.Serializer):
    """Who is signed in, and what follows from it."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    is_citizen = serializers.BooleanField(help_text="Whether this account can file for itself.")
    posts = PostOut(many=True)
    businesses = OwnBusiness(many=True)


class UploadIn(serializers.Serializer):
    """One file: a PDF document, or a JPEG or PNG picture, known by its content and not by its name."""

    file = serializers.FileField()


class UploadOut(serializers.Serializer):
    """A file kept for its uploader until a filing or a result refers to it."""

    uuid = serializers.UUIDField(help_text="Used in `attachments`.")
    filename = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes as kept: pictures are written anew.")
    sha256 = serializers.SerializerMethodField(help_text="Of the bytes as kept, hexadecimal.")

    def get_sha256(self, attachment: object) -> str:
        return bytes(attachment.sha256).hex()  # type: ignore[attr-defined]
