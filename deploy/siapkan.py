"""Make .venv and install the locked packages into it: `python3 deploy/siapkan.py [jalan|uji]`.

Runs under the system's Python, so it uses the standard library only. It does nothing when the environment
already matches its lock file, and waits for its turn when two commands start at once. Source of the rules
about missing parts of Python: Debian splits `venv` into a package of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".siap"
TOOLS = ROOT / "deploy" / "kunci-alat.txt"
LOCKS = {"jalan": ROOT / "deploy" / "kunci.txt", "uji": ROOT / "deploy" / "kunci-uji.txt"}


def main(wanted: str) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - whatever python3 is on the machine runs this file
        return fail(f"Pamong memerlukan Python 3.11 ke atas; yang ditemukan {sys.version.split()[0]}.")
    guard = LOCKS["jalan"].open()
    fcntl.flock(guard, fcntl.LOCK_EX)
    installed, _, digest = (STAMP.read_text() if STAMP.exists() else "").partition(" ")
    profile = "uji" if "uji" in (wanted, installed) else "jalan"
    if installed == profile and digest == fingerprint(profile):
        return 0
    started = time.monotonic()
    print(f"Menyiapkan lingkungan Python di {VENV} …", flush=True)
    if not (VENV / "bin" / "python").exists() and not create():
        return 1
    STAMP.unlink(missing_ok=True)
    if not install(LOCKS[profile]):
        return fail("Paket Python tidak dapat dipasang. Periksa sambungan ke PyPI, lalu jalankan lagi.")
    STAMP.write_text(f"{profile} {fingerprint(profile)}")
    print(f"Lingkungan Python siap ({time.monotonic() - started:.0f} detik).", flush=True)
    return 0


def fingerprint(profile: str) -> str:
    content = LOCKS[profile].read_bytes() + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def create() -> bool:
    """Try, in order: venv; virtualenv through pip; the Debian package when root."""
    shutil.rmtree(VENV, ignore_errors=True)
    if importlib.util.find_spec("ensurepip") and run(sys.executable, "-m", "venv", str(VENV)):
        return True
    if importlib.util.find_spec("pip") and with_virtualenv():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Memasang paket Debian python3-venv …", flush=True)
        run("apt-get", "update", "-qq")
        apt = run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv")
        return apt and run(sys.executable, "-m", "venv", str(VENV))
    fail("Modul venv Python tidak ada. Pasang dahulu: sudo apt-get install python3-venv, lalu jalankan lagi.")
    return False


def with_virtualenv() -> bool:
    with tempfile.TemporaryDirectory() as place:
        pip = run(sys.executable, "-m", "pip", "install", "--quiet", "--target", place, "virtualenv")
        return pip and run(sys.executable, "-m", "virtualenv", "--quiet", str(VENV), PYTHONPATH=place)


def install(lock: Path) -> bool:
    """uv is ten times faster than pip, but knows nothing of pip's settings (mirrors): then pip does it."""
    python = str(VENV / "bin" / "python")
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r")
    uv = VENV / "bin" / "uv"
    if run(*pip, str(TOOLS)) and uv.exists():
        sync = [str(uv), "pip", "sync", "--quiet", "--python", python]
        sync += ["--require-hashes", "--compile-bytecode"]
        if not writable(Path(os.environ.get("UV_CACHE_DIR") or Path.home() / ".cache")):
            sync.append("--no-cache")
        if run(*sync, str(TOOLS), str(lock)):
            return True
    return run(*pip, str(lock))


def writable(place: Path) -> bool:
    while not place.exists():
        place = place.parent
    return os.access(place, os.W_OK)


def run(*command: str, **extra: str) -> bool:
    return subprocess.run(command, env={**os.environ, **extra}, check=False).returncode == 0


def fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "jalan"))
