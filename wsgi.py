"""WSGI entry: `granian --interface wsgi wsgi:app` and `flask --app wsgi ...`."""

import os

from portal import create_app
from portal.config import Config
from portal.kernel import engines

app = create_app(Config.from_env({**os.environ, **engines.environment_for(os.environ)}))
