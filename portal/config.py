"""Settings of one running portal, read once from the environment; a missing value stops the start."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LAYANAN = {"semua", "otentikasi", "referensi", "internal", "eksternal", "pekerja"}
LINGKUNGAN = {"pengembangan", "uji", "produksi"}


class ConfigError(RuntimeError):
    """The environment does not describe a portal that can start."""


@dataclass(frozen=True)
class Config:
    """All settings. Times in seconds, sizes in bytes, addresses without a trailing slash."""

    database_url: str
    migration_url: str
    redis_url: str
    s3_endpoint: str
    s3_public_endpoint: str
    s3_bucket: str
    s3_region: str
    s3_key: str
    s3_secret: str
    secret_key: str
    data_key: bytes
    lingkungan: str
    alamat: str
    instansi: str
    zona: str
    surel_url: str
    layanan: str
    var: Path
    perantara: int = 0  # trusted proxies in front (nginx: 1); their X-Forwarded headers are believed
    oidc_issuer: str = ""  # empty: no outside identity provider
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_claim: str = "preferred_username"  # holds the user name or NIP
    sesi_menganggur: int = 2 * 3600
    berkas_maks: int = 5 * 1024 * 1024
    ponsel_url: str = ""  # gateway for messages to phones; empty: none
    ponsel_key: str = ""
    backup_key: bytes = b""  # empty: no backup is made
    cadangan_dir: Path = Path("var/cadangan")
    cadangan_s3_endpoint: str = ""  # empty: that of the portal's own store
    cadangan_s3_bucket: str = ""  # empty: no second location
    cadangan_s3_key: str = ""
    cadangan_s3_secret: str = ""
    certificate_key: bytes = b""  # seed of the Ed25519 key that signs the QR of certificates; empty: none is signed
    old_certificate_keys: tuple[bytes, ...] = ()  # public keys of earlier years, still published
    segel_berkas: Path | None = None  # PKCS#12 file that seals papers of the LSP; None: they leave unsealed
    segel_sandi: str = field(default="", repr=False)
    latihan: bool = False  # a restored copy: no mail, no backups, a banner on every page

    @property
    def is_production(self) -> bool:
        return self.lingkungan == "produksi"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Config":
        """Raises ConfigError naming every variable that is missing or wrong."""
        env = os.environ if env is None else env
        required = ["DATABASE_URL", "REDIS_URL", "S3_ENDPOINT", "S3_BUCKET", "AWS_ACCESS_KEY_ID"]
        required += ["AWS_SECRET_ACCESS_KEY", "SECRET_KEY", "KUNCI_DATA"]
        missing = [name for name in required if not env.get(name)]
        if missing:
            raise ConfigError(f"Missing in the environment: {', '.join(missing)}")
        lingkungan = _one_of(env, "LINGKUNGAN", "pengembangan", LINGKUNGAN)
        data_key = _key(env, "KUNCI_DATA")
        var = Path(env.get("VAR") or "var").resolve()
        latihan = env.get("MODE_LATIHAN") == "ya" or (var / "mode-latihan").exists()
        return cls(
            database_url=env["DATABASE_URL"],
            migration_url=env.get("DATABASE_URL_MIGRASI") or env["DATABASE_URL"],
            redis_url=env["REDIS_URL"],
            s3_endpoint=env["S3_ENDPOINT"],
            s3_public_endpoint=env.get("S3_PUBLIC_ENDPOINT") or env["S3_ENDPOINT"],
            s3_bucket=env["S3_BUCKET"],
            s3_region=env.get("S3_REGION") or "us-east-1",
            s3_key=env["AWS_ACCESS_KEY_ID"],
            s3_secret=env["AWS_SECRET_ACCESS_KEY"],
            secret_key=env["SECRET_KEY"],
            data_key=data_key,
            lingkungan=lingkungan,
            alamat=(env.get("ALAMAT") or f"http://127.0.0.1:{env.get('PORT', '8000')}").rstrip("/"),
            instansi=env.get("INSTANSI") or "Pemerintah Kota Sagara",
            zona=env.get("ZONA") or "Asia/Jakarta",
            surel_url="" if latihan else env.get("SUREL_URL", ""),
            layanan=_one_of(env, "LAYANAN", "semua", LAYANAN),
            var=var,
            perantara=int(env.get("PERANTARA") or 0),
            oidc_issuer=env.get("OIDC_PENERBIT", "").rstrip("/"),
            oidc_client=env.get("OIDC_KLIEN", ""),
            oidc_secret=env.get("OIDC_RAHASIA", ""),
            oidc_claim=env.get("OIDC_KLAIM") or "preferred_username",
            ponsel_url="" if latihan else env.get("PONSEL_URL", ""),
            ponsel_key=env.get("PONSEL_KUNCI", ""),
            backup_key=_key(env, "KUNCI_CADANGAN") if env.get("KUNCI_CADANGAN") else b"",
            cadangan_dir=Path(env.get("CADANGAN_DIR") or var / "cadangan").resolve(),
            cadangan_s3_endpoint=env.get("CADANGAN_S3_ENDPOINT", ""),
            cadangan_s3_bucket=env.get("CADANGAN_S3_BUCKET", ""),
            cadangan_s3_key=env.get("CADANGAN_S3_KEY") or env["AWS_ACCESS_KEY_ID"],
            cadangan_s3_secret=env.get("CADANGAN_S3_SECRET") or env["AWS_SECRET_ACCESS_KEY"],
            certificate_key=_key(env, "KUNCI_SERTIFIKAT") if env.get("KUNCI_SERTIFIKAT") else b"",
            old_certificate_keys=_keys(env, "KUNCI_SERTIFIKAT_LAMA"),
            segel_berkas=Path(env["SEGEL_BERKAS"]).resolve() if env.get("SEGEL_BERKAS") else None,
            segel_sandi=env.get("SEGEL_SANDI", ""),
            latihan=latihan,
        )


def _key(env: Mapping[str, str], name: str) -> bytes:
    return _bytes32(env[name], name)


def _keys(env: Mapping[str, str], name: str) -> tuple[bytes, ...]:
    """Several keys, separated by commas."""
    return tuple(_bytes32(part, name) for part in env.get(name, "").split(",") if part.strip())


def _bytes32(text: str, name: str) -> bytes:
    key = base64.b64decode(text)
    if len(key) != 32:
        raise ConfigError(f"{name} must be 32 bytes in base64")
    return key


def _one_of(env: Mapping[str, str], name: str, default: str, allowed: set[str]) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise ConfigError(f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}")
    return value
