"""The people of the demo: one account for each role, at the agencies that its cases pass through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from apps.accounts.choices import Role
from apps.accounts.models import Post, User
from apps.businesses.choices import BusinessKind
from apps.businesses.models import Business, Mandate
from apps.citizens.choices import VIETNAM, IdentityKind
from apps.citizens.models import Citizen
from apps.units.models import AdministrativeUnit, Agency

PASSWORD = "mot-cua-demo-2026"
SINCE = date(2024, 7, 1)

HOME_WARD = ("Phường Trúc Bạch", "Quận Ba Đình")
OTHER_WARD = ("Phường Hàng Bạc", "Quận Hoàn Kiếm")

CITIZEN = "congdan"
REPRESENTATIVE = "doanhnghiep"


@dataclass(frozen=True, slots=True)
class Official:
    """An account of a member of staff: where, and in which roles."""

    username: str
    full_name: str
    agency: Agency
    roles: tuple[Role, ...]


def ward(name: str, district: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(name=name, parent__name=district, valid_to__isnull=True)


def agency(kind: str, unit: AdministrativeUnit | None = None) -> Agency:
    agencies = Agency.objects.select_related("unit").filter(kind__code=kind, valid_to__isnull=True)
    return (agencies.filter(unit=unit) if unit else agencies).get()


def officials() -> list[Official]:
    """A whole desk at each agency that decides one of the cases, and the people above."""
    home, other = ward(*HOME_WARD), ward(*OTHER_WARD)
    district = home.parent
    assert district is not None
    first, second = agency("ward_committee", home), agency("ward_committee", other)
    finance, agriculture = agency("district_finance", district), agency("city_agriculture")
    found = [
        Official("tiepnhan", "Nguyễn Thị Hồng Nhung", first, (Role.RECEPTIONIST,)),
        Official("thuquy", "Trần Văn Lộc", first, (Role.CASHIER,)),
        Official("traketqua", "Lê Thị Thanh Mai", first, (Role.RESULT_DESK,)),
        Official("chutich", "Trịnh Hoài Đức", first, (Role.HEAD, Role.APPROVER)),
        Official("giamsat", "Phạm Quang Minh", agency("district_committee", district), (Role.SUPERVISOR,)),
        Official("thanhtra", "Hoàng Thị Kim Chi", agency("city_committee"), (Role.INSPECTOR,)),
        Official("kiemtoan", "Đào Thị Minh Nguyệt", agency("city_committee"), (Role.AUDITOR,)),
        Official("ketoan", "Nghiêm Xuân Trường", agriculture, (Role.ACCOUNTANT,)),
        Official("quantri", "Vũ Đình Khôi", agency("city_committee"), (Role.ADMINISTRATOR,)),
    ]
    teams = (
        ("phuong", second, ("Đặng Thị Lan", "Bùi Văn Hải", "Ngô Thị Yến", "Đỗ Quốc Hưng", "Phan Thị Hạnh")),
        (
            "quan",
            finance,
            ("Đinh Thị Ngọc", "Hồ Văn Thắng", "Dương Thị Loan", "Lý Quốc Việt", "Mai Thị Tuyết"),
        ),
        (
            "so",
            agriculture,
            ("Tạ Thị Hương", "Cao Văn Bình", "Chu Thị Nga", "Lương Đức Anh", "Trịnh Thị Vân"),
        ),
        (
            "congan",
            agency("ward_police", other),
            ("Lê Minh Tuấn", "Phùng Văn Dũng", "Vương Thị Hà", "Hà Quang Vinh", "Tô Thị Liên"),
        ),
        (
            "bhxh",
            agency("district_social_insurance", other.parent),
            ("Quách Thị Thu", "Đoàn Văn Nam", "Kiều Thị Oanh", "Thái Đức Long", "Lưu Thị Phương"),
        ),
    )
    for suffix, place, names in teams:
        found += [
            Official(
                f"tiepnhan.{suffix}", names[0], place, (Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)
            ),
            Official(f"chuyenvien.{suffix}", names[1], place, (Role.HANDLER,)),
            Official(f"truongphong.{suffix}", names[2], place, (Role.HEAD,)),
            Official(f"lanhdao.{suffix}", names[3], place, (Role.APPROVER,)),
            Official(f"vanthu.{suffix}", names[4], place, (Role.REGISTRAR,)),
        ]
    return found


def ensure_people(at: datetime) -> list[Official]:
    """Adds the accounts, posts, the citizen and the business that are not there yet."""
    people = officials()
    with transaction.atomic(durable=True):
        for person in people:
            user = _account(person.username, person.full_name, at=at, is_staff=True)
            for role in person.roles:
                if not Post.objects.filter(
                    user=user, agency=person.agency, role=role, valid_to__isnull=True
                ).exists():
                    Post.objects.create(user=user, agency=person.agency, role=role, valid_from=SINCE)
        _applicants(at)
    return people


def _account(username: str, full_name: str, *, at: datetime, is_staff: bool) -> User:
    user = User.objects.filter(username=username).first()
    if user is not None:
        return user
    return User.objects.create_user(
        username,
        PASSWORD,
        full_name=full_name,
        is_staff_member=is_staff,
        joined_at=at,
        email=f"{username}@motcua.example",
    )


def _applicants(at: datetime) -> None:
    home = ward(*HOME_WARD)
    for username, name, number, lodging in (
        (CITIZEN, "Nguyễn Thị Mai Hương", "001190012345", ward(*OTHER_WARD)),
        (REPRESENTATIVE, "Trần Quốc Toản", "001085054321", None),
    ):
        user = _account(username, name, at=at, is_staff=False)
        if not Citizen.objects.filter(user=user).exists():
            Citizen.objects.create(
                user=user,
                full_name=name,
                identity_kind=IdentityKind.PERSONAL_ID,
                identity_number=number,
                identity_country=VIETNAM,
                born_on=date(1990, 8, 15),
                phone="0912345678",
                email=user.email,
                address="Số 12, phố Trấn Vũ",
                permanent_residence=home,
                temporary_residence=lodging,
            )
    business, _ = Business.objects.get_or_create(
        number="0102030405",
        defaults={
            "kind": BusinessKind.ENTERPRISE,
            "name": "Công ty TNHH Nông sản Sông Hồng",
            "seat": home,
            "address": "Số 8, phố Quán Thánh",
            "email": f"{REPRESENTATIVE}@motcua.example",
        },
    )
    person = Citizen.objects.get(user__username=REPRESENTATIVE)
    Mandate.objects.get_or_create(
        business=business,
        citizen=person,
        valid_to=None,
        defaults={"is_legal_representative": True, "valid_from": SINCE},
    )
