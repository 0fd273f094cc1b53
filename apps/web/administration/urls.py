"""Addresses of the administration: the catalogue, the national list, the calendar."""

from django.urls import path

from apps.web.administration import calendar, calendar_changes, catalogue, imports

app_name = "administration"
urlpatterns = [
    path("", catalogue.procedures, name="procedures"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:job>/", imports.one_import, name="import"),
    path("imports/<int:job>/start/", imports.start, name="start_import"),
    path("imports/<int:job>/drop/", imports.drop, name="drop_import"),
    path("calendar/", calendar.year, name="calendar"),
    path("calendar/propose/", calendar_changes.propose, name="propose_calendar_change"),
    path("calendar/<int:job>/", calendar_changes.one_change, name="calendar_change"),
    path("calendar/<int:job>/start/", calendar_changes.start, name="start_calendar_change"),
    path("calendar/<int:job>/drop/", calendar_changes.drop, name="drop_calendar_change"),
]
