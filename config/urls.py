"""Who uses what: citizens at the root, clerks at /desk/, supervisors at /oversight/, auditors and accountants at /audit/,
administrators at /administration/, programs at /api/v1/."""

from allauth.account import views as account
from django.urls import include, path

urlpatterns = [
    path("", include("apps.web.portal.urls")),
    path("desk/", include("apps.web.desk.urls")),
    path("oversight/", include("apps.web.oversight.urls")),
    path("audit/", include("apps.web.audit.urls")),
    path("administration/", include("apps.web.administration.urls")),
    path("api/v1/", include("apps.api.v1.urls")),
    # Of allauth only what is used: nobody signs up, and no password is reset or e-mail address changed here.
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("i18n/", include("django.conf.urls.i18n")),
]
