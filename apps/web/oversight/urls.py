"""Addresses of the oversight: a district's figures, the lists behind them, one case. All read only."""

from django.urls import path

from apps.web.oversight import registers, views

app_name = "oversight"
urlpatterns = [
    path("", views.wards, name="wards"),
    path("register/", registers.register, name="register"),
    path("register/<int:register>/<slug:medium>/", registers.register_file, name="register_file"),
    path("cases/<str:code>/", views.case, name="case"),
    path("cases/<str:code>/reveal/", views.reveal, name="reveal"),
    path("<slug:unit>/<slug:list_name>/", views.show_list, name="list"),
]
