"""Every address of the site. What `content` serves comes last: its pages may be called anything."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

handler404 = "content.views.not_found"

urlpatterns = [
    path("admin/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("chatbots.urls")),
    path("", include("content.urls")),
]
