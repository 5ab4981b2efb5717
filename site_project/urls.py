"""Every address of the site. What `content` serves comes last: its pages may be called anything."""

from django.contrib import admin
from django.urls import include, path

handler404 = "content.views.not_found"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("chatbots.urls")),
    path("", include("content.urls")),
]
