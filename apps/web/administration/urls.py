"""Addresses of the administration: the catalogue, its versions, the national list, the calendar, notices."""

from django.urls import path

from apps.web.administration import (
    calendar,
    calendar_changes,
    catalogue,
    drafts,
    imports,
    moves,
    notices,
    publishing,
    unsent,
    versions,
)

app_name = "administration"
urlpatterns = [
    path("", catalogue.procedures, name="procedures"),
    path("procedures/<str:procedure>/", versions.procedure, name="procedure"),
    path("procedures/<str:procedure>/describe/", versions.describe, name="describe"),
    path("procedures/<str:procedure>/draft/", versions.draft, name="draft"),
    path("procedures/<str:procedure>/difference/", versions.difference, name="difference"),
    path("procedures/<str:procedure>/filing/", publishing.filing, name="filing"),
    path("versions/<int:version>/", versions.version, name="version"),
    path("versions/<int:version>/preview/", versions.preview, name="preview"),
    path("versions/<int:version>/publish/", publishing.publish, name="publish"),
    path("versions/<int:version>/discard/", versions.discard, name="discard"),
    path("versions/<int:version>/parts/<slug:part>/", drafts.part, name="part"),
    path("versions/<int:version>/move-cases/", moves.propose, name="propose_move"),
    path("moves/<int:job>/", moves.one_move, name="move"),
    path("moves/<int:job>/start/", moves.start, name="start_move"),
    path("moves/<int:job>/drop/", moves.drop, name="drop_move"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:job>/", imports.one_import, name="import"),
    path("imports/<int:job>/start/", imports.start, name="start_import"),
    path("imports/<int:job>/drop/", imports.drop, name="drop_import"),
    path("calendar/", calendar.year, name="calendar"),
    path("calendar/propose/", calendar_changes.propose, name="propose_calendar_change"),
    path("calendar/<int:job>/", calendar_changes.one_change, name="calendar_change"),
    path("calendar/<int:job>/start/", calendar_changes.start, name="start_calendar_change"),
    path("calendar/<int:job>/drop/", calendar_changes.drop, name="drop_calendar_change"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<str:kind>/", notices.words, name="words"),
    path("notices/<str:kind>/preview/", notices.preview, name="words_preview"),
    path("notices/<str:kind>/<int:number>/", notices.version, name="words_version"),
    path("unsent/", unsent.unsent, name="unsent"),
    path("unsent/send-again/", unsent.again, name="send_again"),
]
