"""Addresses under /api/partners/. The key in the path lets a preflight be answered for one partner alone."""

from django.urls import path

from chatbots.partners import views

urlpatterns = [
    path("files/<str:version>/<path:name>", views.FileView.as_view(), name="partner-file"),
    path("<slug:key>/parts/", views.PartsView.as_view(), name="partner-parts"),
    path("<slug:key>/v1/chat/answers/<str:answer_id>/feedback/", views.PartnerFeedbackView.as_view()),
    path("<slug:key>/v1/chat/conversations/<str:token>/", views.PartnerConversationView.as_view()),
    path("<slug:key>/v1/chat/<str:bot>/", views.PartnerChatView.as_view(), name="partner-ask"),
]
