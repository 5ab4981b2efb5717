"""ASGI entry point: `uvicorn site_project.asgi:application`."""

import os

from django.apps import apps
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_project.settings")

application = get_asgi_application()

if apps.is_installed("chatbots"):
    from chatbots.lifespan import with_warm_up

    application = with_warm_up(application)
