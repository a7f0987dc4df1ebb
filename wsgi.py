"""WSGI entry: `granian --interface wsgi wsgi:app` and `flask --app wsgi ...`."""

import gc
import os

from portal import create_app
from portal.config import Config
from portal.kernel import engines

gc.disable()  # nothing becomes garbage while the portal is read, and looking for it takes a third of that time
app = create_app(Config.from_env({**os.environ, **engines.environment_for(os.environ)}))
gc.freeze()  # what the application is made of lives as long as the process: no collection walks over it again
gc.enable()
