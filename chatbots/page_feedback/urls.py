"""Where the form of a page leads, by language."""

from django.urls import path

from chatbots.page_feedback.views import PATHS, PageFeedbackView

urlpatterns = [
    path(address[1:], PageFeedbackView.as_view(), {"language": language}, name=f"page-feedback-{language}")
    for language, address in PATHS.items()
]
