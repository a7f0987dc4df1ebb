"""Redis and the S3-compatible store: one client each per process, short timeouts, nothing cached locally."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

import boto3
import redis as redis_library
from botocore.config import Config as BotoConfig
from botocore.exceptions import BotoCoreError, ClientError
from flask import current_app
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from portal.config import Config

SIGNED_SECONDS = 60
ENGINE_DOWN = (redis_library.RedisError, BotoCoreError, ClientError)  # a store that refuses is no better than none


@lru_cache(maxsize=8)
def _redis(url: str) -> redis_library.Redis:
    retry = Retry(ExponentialBackoff(cap=0.2, base=0.05), 1)
    return redis_library.Redis.from_url(url, socket_timeout=4, socket_connect_timeout=2, retry=retry)


@lru_cache(maxsize=8)
def _s3(endpoint: str, region: str, key: str, secret: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=BotoConfig(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=3,
            read_timeout=20,
            retries={"max_attempts": 3, "mode": "standard"},
            tcp_keepalive=True,
        ),
    )


def config() -> Config:
    return cast(Config, current_app.extensions["pamong"])


def redis() -> redis_library.Redis:
    return _redis(config().redis_url)


def s3() -> Any:
    cfg = config()
    return _s3(cfg.s3_endpoint, cfg.s3_region, cfg.s3_key, cfg.s3_secret)


def put(key: str, body: bytes, mime: str, sha256: str = "") -> None:
    metadata = {"sha256": sha256} if sha256 else {}
    s3().put_object(Bucket=config().s3_bucket, Key=key, Body=body, ContentType=mime, Metadata=metadata)


def get(key: str) -> bytes | None:
    """The object's bytes, None when the store has no such key."""
    try:
        return cast(bytes, s3().get_object(Bucket=config().s3_bucket, Key=key)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
            return None
        raise


def exists(key: str) -> bool:
    """Whether the store has this object, asked without reading it."""
    try:
        s3().head_object(Bucket=config().s3_bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
            return False
        raise
    return True


def delete(key: str) -> None:
    s3().delete_object(Bucket=config().s3_bucket, Key=key)


def delete_under(prefix: str) -> None:
    """Delete what was derived from one object: a handful of keys."""
    found = s3().list_objects_v2(Bucket=config().s3_bucket, Prefix=prefix)
    for entry in found.get("Contents", []):
        delete(entry["Key"])


def keys_under(prefix: str) -> Iterator[list[str]]:
    """All keys that begin so, in pages of at most 1,000."""
    pages = s3().get_paginator("list_objects_v2").paginate(Bucket=config().s3_bucket, Prefix=prefix)
    for page in pages:
        yield [entry["Key"] for entry in page.get("Contents", [])]


def signed_url(key: str, name: str, mime: str, inline: bool = False) -> str:
    """Address that opens one object for 60 seconds, for the public endpoint, with the name a person gave it."""
    cfg = config()
    client = _s3(cfg.s3_public_endpoint, cfg.s3_region, cfg.s3_key, cfg.s3_secret)
    ascii_name = name.encode("ascii", "replace").decode().replace('"', "'").replace("?", "_")
    disposition = f'{"inline" if inline else "attachment"}; filename="{ascii_name}"'
    return cast(
        str,
        client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": cfg.s3_bucket,
                "Key": key,
                "ResponseContentDisposition": disposition,
                "ResponseContentType": mime,
            },
            ExpiresIn=SIGNED_SECONDS,
        ),
    )


def store_alive() -> bool:
    cfg = config()
    try:
        probe = BotoConfig(connect_timeout=1, read_timeout=2, retries={"max_attempts": 1})
        client = boto3.client(
            "s3",
            endpoint_url=cfg.s3_endpoint,
            region_name=cfg.s3_region,
            aws_access_key_id=cfg.s3_key,
            aws_secret_access_key=cfg.s3_secret,
            config=probe.merge(BotoConfig(signature_version="s3v4", s3={"addressing_style": "path"})),
        )
        client.head_bucket(Bucket=cfg.s3_bucket)
    except (BotoCoreError, ClientError):
        return False
    return True


def redis_alive() -> bool:
    try:
        return bool(redis().ping())
    except redis_library.RedisError:
        return False
