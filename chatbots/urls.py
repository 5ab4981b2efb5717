"""Addresses of the bots: the API, the chat as pages, and the probes of whoever runs the site."""

from django.urls import include, path

from chatbots import views
from chatbots.partners.views import ScriptView

app_name = "chatbots"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("widget.js", ScriptView.as_view(), name="widget"),
    path("api/partners/", include("chatbots.partners.urls")),
    path("api/", include("chatbots.api.urls")),
    path("", include("chatbots.search.urls")),
    path("", include("chatbots.page_feedback.urls")),
    path("chat/<str:bot>/", views.ChatPageView.as_view(), {"language": "da"}, name="chat-da"),
    path("en/chat/<str:bot>/", views.ChatPageView.as_view(), {"language": "en"}, name="chat-en"),
]
