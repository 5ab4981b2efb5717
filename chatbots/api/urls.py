"""Addresses under /api/."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from chatbots.api import views

urlpatterns = [
    path("v1/bots/", views.BotsView.as_view(), name="bots"),
    path("v1/chat/answers/<str:answer_id>/feedback/", views.FeedbackView.as_view(), name="feedback"),
    path("v1/chat/conversations/<str:token>/", views.ConversationView.as_view(), name="conversation"),
    path("v1/chat/<str:bot>/", views.ChatView.as_view(), name="ask"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", views.DocsView.as_view(), name="docs"),
    re_path("", views.NotFoundView.as_view()),
]
