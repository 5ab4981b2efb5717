"""Addresses of the bots: the API, the chat as pages, and the probes of whoever runs the site."""

from django.urls import include, path

from chatbots import views

app_name = "chatbots"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/", include("chatbots.api.urls")),
    path("chat/<str:bot>/", views.ChatPageView.as_view(), {"language": "da"}, name="chat-da"),
    path("en/chat/<str:bot>/", views.ChatPageView.as_view(), {"language": "en"}, name="chat-en"),
]
