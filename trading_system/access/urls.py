"""Session login, for the desk and the browsable API, which looks for it by this name."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

app_name = "rest_framework"
urlpatterns = [
    path("login/", LoginView.as_view(template_name="access/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
