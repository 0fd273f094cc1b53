"""Addresses of the administration: the catalogue and the national list."""

from django.urls import path

from apps.web.administration import catalogue, imports

app_name = "administration"
urlpatterns = [
    path("", catalogue.procedures, name="procedures"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:job>/", imports.one_import, name="import"),
    path("imports/<int:job>/start/", imports.start, name="start_import"),
    path("imports/<int:job>/drop/", imports.drop, name="drop_import"),
]
