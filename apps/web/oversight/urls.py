"""Addresses of the oversight: a district's figures, the lists behind them, one case. All read only."""

from django.urls import path

from apps.web.oversight import day_lists, money, registers, views

app_name = "oversight"
urlpatterns = [
    path("", views.wards, name="wards"),
    path("register/", registers.register, name="register"),
    path("register/<int:register>/<slug:medium>/", registers.register_file, name="register_file"),
    path("receipts/", day_lists.day_lists, name="day_lists"),
    path("receipts/lists/<uuid:report>/", day_lists.day_list, name="day_list"),
    path("receipts/lists/<uuid:report>/<slug:act>/", day_lists.act_on_list, name="act_on_list"),
    path("receipts/lists/<uuid:report>/files/<slug:medium>/", day_lists.day_list_file, name="day_list_file"),
    path("receipts/series/", money.series_use, name="series_use"),
    path("receipts/series/sheet/", money.series_use_sheet, name="series_use_sheet"),
    path("receipts/series/ask/", money.ask_paper, name="ask_quarter"),
    path("receipts/series/papers/<int:quarter>/", money.quarter_paper, name="quarter_paper"),
    path("receipts/income/", money.show_income, name="income"),
    path("receipts/income/sheet/", money.income_sheet, name="income_sheet"),
    path("cases/<str:code>/", views.case, name="case"),
    path("cases/<str:code>/reveal/", views.reveal, name="reveal"),
    path("<slug:unit>/<slug:list_name>/", views.show_list, name="list"),
]
