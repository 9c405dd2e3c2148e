"""The application that gunicorn serves: `gunicorn -c python:gateway.gunicorn gateway.wsgi:app`."""

from __future__ import annotations

from chassis import logs
from gateway import settings
from gateway.app import create_app

_settings = settings.load()
logs.configure(_settings.common.log_level, _settings.common.process)
app = create_app(_settings)
