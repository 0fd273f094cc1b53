"""Who uses what: citizens at the root, clerks at /desk/, supervisors at /oversight/, programs at /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.account.urls")),
]
