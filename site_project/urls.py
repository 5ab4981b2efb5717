"""Every address of the site. What `content` serves comes last: its pages may be called anything."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

handler404 = "content.views.not_found"

urlpatterns = [path("admin/", admin.site.urls)]
if find_spec("chatbots.urls"):
    urlpatterns.append(path("", include("chatbots.urls")))
urlpatterns.append(path("", include("content.urls")))
