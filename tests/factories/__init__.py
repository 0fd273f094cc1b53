"""Rows that no verb makes: accounts, posts, citizens, businesses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from apps.accounts.choices import Role
from apps.accounts.models import Post, User
from apps.businesses.choices import BusinessKind
from apps.businesses.models import Business, Mandate
from apps.businesses.tax_codes import check_digit
from apps.citizens.choices import VIETNAM, IdentityKind
from apps.citizens.models import Citizen

FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
GIVEN_NAMES = ("Thị Minh Khai", "Văn Đức", "Thu Hà", "Quốc Bảo", "Ngọc Ánh", "Đình Phúc")


def a_name(number: int) -> str:
    return f"{FAMILY_NAMES[number % len(FAMILY_NAMES)]} {GIVEN_NAMES[number // len(FAMILY_NAMES) % len(GIVEN_NAMES)]}"


def a_tax_code(number: int) -> str:
    """The number-th tax code of an enterprise in Hanoi whose check digit exists."""
    nine = 10_200_000 + number
    while check_digit(f"{nine:09d}") == 10:
        nine += 100_000
    return f"{nine:09d}{check_digit(f'{nine:09d}')}"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    full_name = factory.Sequence(a_name)
    joined_at = datetime(2024, 7, 1, tzinfo=UTC)
    password = "!"


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory, is_staff_member=True)
    role = Role.RECEPTIONIST
    valid_from = date(2024, 7, 1)


class CitizenFactory(DjangoModelFactory):
    class Meta:
        model = Citizen

    user = factory.SubFactory(UserFactory)
    full_name = factory.SelfAttribute("user.full_name")
    identity_kind = IdentityKind.PERSONAL_ID
    identity_country = VIETNAM
    identity_number = factory.Sequence(lambda n: f"001090{n:06d}")
    born_on = date(1990, 5, 17)
    phone = factory.Sequence(lambda n: f"0912{n:06d}")
    email = factory.Sequence(lambda n: f"cong.dan.{n}@example.vn")
    address = "Số 12, phố Hàng Bài"


class BusinessFactory(DjangoModelFactory):
    class Meta:
        model = Business

    kind = BusinessKind.ENTERPRISE
    number = factory.Sequence(a_tax_code)
    name = factory.Sequence(lambda n: f"Công ty TNHH Nông sản Sông Hồng {n}")
    address = "Số 5, đường Láng"
    email = factory.Sequence(lambda n: f"doanh.nghiep.{n}@example.vn")


class MandateFactory(DjangoModelFactory):
    class Meta:
        model = Mandate

    is_legal_representative = True
    valid_from = date(2024, 7, 1)
