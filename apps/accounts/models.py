"""Who works here: users, and the dated posts from which every right of a member of staff follows."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from apps.accounts.choices import Role
from apps.units.models import Agency, DatedQuerySet, Validity


class UserAccounts(BaseUserManager["User"]):
    """How an account is found and made."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account. It has no rights of its own: staff have posts, citizens have roles on applications."""

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=5, default="vi")
    is_active = models.BooleanField(default=True)
    is_staff_member = models.BooleanField(default=False)
    # Filled by the program where it knows the time; never a default that reads the clock.
    joined_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserAccounts()

    def __str__(self) -> str:
        return self.full_name


class Post(models.Model):
    """A person holds a role at an agency from one day to another."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=16, choices=Role.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="post_held_once_at_a_time",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("agency"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (Validity(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="post_role_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="post_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["agency", "role"], name="post_of_agency")]


class Pool(models.Model):
    """Handlers of an agency to whom cases are given together; each of its members may take one."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="pools")
    name = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"], condition=Q(valid_to__isnull=True), name="pool_name_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="pool_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PoolMember(models.Model):
    """A handler belongs to a pool from one day to another."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="pools")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "user"], condition=Q(valid_to__isnull=True), name="pool_member_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="pool_member_ends_after_beginning",
            ),
        ]
