"""WSGI entry point, for hosts that offer nothing else; answers then arrive whole, not streamed."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_project.settings")

application = get_wsgi_application()
