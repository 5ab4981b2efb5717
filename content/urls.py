"""The public addresses. What they begin with is said in `content.models`, which links are made from."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path
from django.views.generic import RedirectView

from content import views
from content.feeds import FEED_PATHS, ChangesFeed
from content.models import PATH_PREFIXES, TOPIC_PREFIXES
from content.sitemaps import SITEMAPS, sitemap_or_index

app_name = "content"

# The longest prefix first: "/en/health/" must not be taken for an English page called "health".
_prefixes = sorted(PATH_PREFIXES.items(), key=lambda item: len(item[1]), reverse=True)

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon),
    path("sitemap.xml", sitemap_or_index),
    path("sitemap-<slug:section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
for language, address in FEED_PATHS.items():
    urlpatterns.append(path(address[1:], views.revalidated(ChangesFeed()), {"language": language}))
for language, prefix in TOPIC_PREFIXES.items():
    urlpatterns += [
        path(prefix[1:], RedirectView.as_view(url=PATH_PREFIXES[language, "health"])),
        path(f"{prefix[1:]}<slug:slug>/", views.topic, {"language": language}),
    ]
for (language, kind), prefix in _prefixes:
    section = views.front if kind == "page" else views.health
    urlpatterns.append(path(prefix[1:], section, {"language": language}))
for (language, kind), prefix in _prefixes:
    urlpatterns.append(path(f"{prefix[1:]}<slug:slug>/", views.page, {"language": language, "kind": kind}))
