from django.urls import path

from . import views

app_name = "api"

urlpatterns = [
    path("", views.contents, name="contents"),
    path("<slug:section>/", views.records, name="records"),
]
