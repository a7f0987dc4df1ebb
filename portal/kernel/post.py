"""The mail server of SUREL_URL, and letters whose head nobody can extend."""

from email.message import EmailMessage
from smtplib import SMTP, SMTP_SSL, SMTPException
from urllib.parse import urlsplit

from portal.kernel.storage import config

TIMEOUT = 20  # seconds


def connected() -> SMTP:
    """Signed in at the mail server; to be used in a `with`. Raises OSError, SMTPException."""
    parts = urlsplit(config().surel_url)
    make = SMTP_SSL if parts.scheme == "smtps" else SMTP
    server = make(parts.hostname or "localhost", parts.port or 25, timeout=TIMEOUT)
    try:
        if parts.username:
            server.login(parts.username, parts.password or "")
    except SMTPException:
        server.close()
        raise
    return server


def letter(to: str, subject: str, text: str) -> EmailMessage:
    """Raises ValueError for an address or subject that holds a line end."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = f"Portal {config().instansi} <{urlsplit(config().surel_url).username or 'portal@localhost'}>"
    message["To"] = to
    message.set_content(text)
    return message
