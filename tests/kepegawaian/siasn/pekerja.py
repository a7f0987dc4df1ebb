"""A worker of its own for `ukur`: runs what waits, then ends."""

import os


def main() -> None:
    from portal import create_app
    from portal.config import Config
    from tests.kepegawaian.siasn.kerja import putar

    app = create_app(Config.from_env(dict(os.environ)))
    with app.app_context():
        putar(10_000)


if __name__ == "__main__":
    main()
