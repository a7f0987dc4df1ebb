"""The web floor: modules, the route wrapper, sessions, rendering, error pages and headers.

`Module.route` demands `can=`. Its wrapper signs people in, checks the form token and the permission,
answers 304 where the page has not changed, runs the view, and commits before the answer leaves:
an unsafe method with a status below 400 commits, everything else rolls back.
"""

from portal.kernel.access import PUBLIC, SIGNED_IN
from portal.kernel.web.application import ROOT, make_app, register
from portal.kernel.web.modules import MenuItem, Module, Tile
from portal.kernel.web.rendering import badges, done, render, today
from portal.kernel.web.sessions import csrf_token, safe_next, sign_in, sign_out, stashed

__all__ = [
    "PUBLIC", "ROOT", "SIGNED_IN", "MenuItem", "Module", "Tile", "badges", "csrf_token", "done", "make_app", "register",
    "render", "safe_next", "sign_in", "sign_out", "stashed", "today",
]  # fmt: skip
