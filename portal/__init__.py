"""The portal: the only door that knows the kernel and every module."""

import pkgutil
from importlib import import_module
from types import ModuleType

from flask import Flask

from portal.config import Config

MODULES = ["kinerja", "sertifikasi", "kepegawaian"]


def load_modules() -> list[ModuleType]:
    """Import every module with all its parts, so that tables, flows, reports and jobs are declared."""
    packages = []
    for name in MODULES:
        package = import_module(f"portal.{name}")
        for part in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(part.name)
        packages.append(package)
    return packages


def create_app(config: Config | None = None) -> Flask:
    """A portal for these settings, or for those of the environment."""
    from portal.kernel import commands, pages, web
    from portal.kernel.pages.sso import init_app as declare_provider

    packages = load_modules()
    app = web.make_app(config or Config.from_env())
    web.register(app, [*pages.MODULES, *(package.module for package in packages)])
    declare_provider(app)
    commands.register(app)
    return app
