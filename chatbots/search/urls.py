"""Addresses of the search page and its suggestions, by language."""

from django.urls import path

from chatbots.search.views import PATHS, SearchView, SuggestionView

urlpatterns = [
    pattern
    for language, address in PATHS.items()
    for pattern in (
        path(address[1:], SearchView.as_view(), {"language": language}, name=f"search-{language}"),
        path(
            f"{address[1:]}forslag/", SuggestionView.as_view(), {"language": language}, name=f"suggestions-{language}"
        ),
    )
]
