"""Who uses what: citizens at the root, clerks at /desk/, supervisors at /oversight/, programs at /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.web.portal.urls")),
    path("desk/", include("apps.web.desk.urls")),
    path("oversight/", include("apps.web.oversight.urls")),
    path("api/v1/", include("apps.api.v1.urls")),
    path("account/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
