import os

from django.core.wsgi import get_wsgi_application

from koopset.config.web import web_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koopset.config.settings")
application = web_process(get_wsgi_application())
