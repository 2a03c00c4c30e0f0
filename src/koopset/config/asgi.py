import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koopset.config.settings")
pages = get_wsgi_application()

from koopset.config.web import web_process  # noqa: E402 -- reads the settings, which are there now

application = web_process(pages)
