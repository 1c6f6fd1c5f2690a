"""The web server's entry: uvicorn disinfo.asgi:application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "disinfo.settings")
application = get_asgi_application()
