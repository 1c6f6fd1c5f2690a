"""The web server's entry: for servers that speak WSGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "disinfo.settings")
application = get_wsgi_application()
