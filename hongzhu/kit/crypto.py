"""Encryption of single database fields, and keyed look-up values for finding them again.

A sealed value carries its scheme, algorithm and key, so that either can change later without losing the old rows.
``bind`` names the place a value belongs to (row and column): a sealed value copied elsewhere does not open.
A look-up value is a keyed hash, because a plain hash of an identity number is the identity number: one county and
one birth cohort hold 365,634 candidates, hashed in half a second (reliability, finding 3).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from base64 import b64decode
from binascii import Error as Base64Error
from binascii import b2a_base64 as base64
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

Algorithm = Literal["aesgcm", "sm4gcm"]

SCHEME = "v1"
_NONCE = 12
_TAG = 16
_KEY_SIZES: dict[Algorithm, int] = {"aesgcm": 32, "sm4gcm": 16}


class SealBroken(Exception):
    """A sealed value was altered, belongs to another place, or was sealed with a key we do not hold."""


class _Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class _Sm4Gcm:
    """SM4 in GCM mode (GB/T 32907) with the shape of AESGCM."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        worker = Cipher(algorithms.SM4(self.key), modes.GCM(nonce)).encryptor()
        worker.authenticate_additional_data(associated_data)
        return worker.update(data) + worker.finalize() + worker.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        body, tag = data[:-_TAG], data[-_TAG:]
        if len(tag) != _TAG:
            raise InvalidTag
        worker = Cipher(algorithms.SM4(self.key), modes.GCM(nonce, tag)).decryptor()
        worker.authenticate_additional_data(associated_data)
        return worker.update(body) + worker.finalize()


def _key_bytes(key: str | bytes) -> bytes:
    raw = bytes.fromhex(key) if isinstance(key, str) else key
    if len(raw) < 32:
        raise ValueError("a key has at least 32 bytes (64 hexadecimal digits)")
    return raw


def _derive(master: bytes, purpose: str, size: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=size, salt=None, info=f"field:{purpose}".encode()).derive(master)


class _Ring:
    """One master key: its public id and the cipher of each algorithm derived from it."""

    def __init__(self, key: str | bytes) -> None:
        master = _key_bytes(key)
        self.id = _derive(master, "id", 4).hex()
        self.ciphers: dict[str, _Aead] = {
            "aesgcm": AESGCM(_derive(master, "aesgcm", _KEY_SIZES["aesgcm"])),
            "sm4gcm": _Sm4Gcm(_derive(master, "sm4gcm", _KEY_SIZES["sm4gcm"])),
        }


def normalise(value: str) -> str:
    """The form in which values are compared: half-width, upper case, without spaces at the ends."""
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)
    return value.strip().upper()


class Vault:
    """Seals with the first key, opens with any. Keys are 32 bytes or more, as bytes or hexadecimal."""

    def __init__(
        self,
        field_key: str | bytes,
        index_key: str | bytes,
        *,
        algorithm: Algorithm = "aesgcm",
        old_keys: Iterable[str | bytes] = (),
    ) -> None:
        if algorithm not in _KEY_SIZES:
            raise ValueError(f"unknown algorithm {algorithm!r}")
        current = _Ring(field_key)
        self._rings = {ring.id: ring for ring in (*map(_Ring, old_keys), current)}
        self._index_key = _key_bytes(index_key)
        self._cipher = current.ciphers[algorithm]
        self._prefix = f"{SCHEME}:{algorithm}:{current.id}:"

    def seal(self, plain: str, *, bind: str) -> str:
        """``v1:<algorithm>:<key id>:<nonce>:<ciphertext>``, both in base64; different each time."""
        return self.seal_many([(plain, bind)])[0]

    def seal_many(self, pairs: Iterable[tuple[str, str]]) -> list[str]:
        """Seal ``(plain, bind)`` pairs, in order."""
        pairs = list(pairs)
        encrypt, prefix = self._cipher.encrypt, self._prefix
        nonces = os.urandom(_NONCE * len(pairs))
        sealed = []
        for place, (plain, bind) in enumerate(pairs):
            if not bind:
                raise ValueError("a sealed value belongs to a place: bind is empty")
            nonce = nonces[place * _NONCE : (place + 1) * _NONCE]
            # Twelve bytes are sixteen characters without padding, so both parts are turned into text at once.
            text = base64(nonce + encrypt(nonce, plain.encode(), bind.encode()), newline=False).decode()
            sealed.append(f"{prefix}{text[:16]}:{text[16:]}")
        return sealed

    def open(self, sealed: str, *, bind: str) -> str:
        """What was sealed; SealBroken when anything about it or its place has changed."""
        try:
            scheme, algorithm, key_id, nonce, box = sealed.split(":")
            cipher = self._rings[key_id].ciphers[algorithm]
            if scheme != SCHEME:
                raise SealBroken("unknown scheme")
            return cipher.decrypt(
                b64decode(nonce, validate=True), b64decode(box, validate=True), bind.encode()
            ).decode()
        except (ValueError, KeyError, Base64Error, InvalidTag) as error:
            # One answer for every cause: the difference would help whoever is trying.
            raise SealBroken("this value does not open here") from error

    def seal_bytes(self, plain: bytes, *, bind: str) -> bytes:
        """A file sealed for a place; opened by :meth:`open_bytes`."""
        if not bind:
            raise ValueError("a sealed value belongs to a place: bind is empty")
        nonce = os.urandom(_NONCE)
        return self._prefix.encode() + nonce + self._cipher.encrypt(nonce, plain, bind.encode())

    def open_bytes(self, sealed: bytes, *, bind: str) -> bytes:
        """What was sealed by :meth:`seal_bytes`; SealBroken when anything about it or its place has changed."""
        try:
            scheme, algorithm, key_id, box = bytes(sealed).split(b":", 3)
            if scheme.decode() != SCHEME:
                raise SealBroken("unknown scheme")
            cipher = self._rings[key_id.decode()].ciphers[algorithm.decode()]
            return cipher.decrypt(box[:_NONCE], box[_NONCE:], bind.encode())
        except (ValueError, KeyError, InvalidTag) as error:
            raise SealBroken("this file does not open here") from error

    def index(self, value: str, *, column: str) -> str:
        """The look-up value of one column in hexadecimal; empty for a blank value, which matches nothing."""
        return self.index_many([value], column=column)[0]

    def index_many(self, values: Sequence[str], *, column: str) -> list[str]:
        """Look-up values in order; equal values in different columns give different look-up values."""
        key = hmac.digest(self._index_key, f"index:{column}".encode(), hashlib.sha256)
        whole = "".join(values)
        if not (whole.isascii() and whole.isalnum() and whole == whole.upper()):  # else nothing in it to normalise
            values = [normalise(value) for value in values]
        digest = hmac.digest
        return [digest(key, value.encode(), "sha256").hex() if value else "" for value in values]


@lru_cache(maxsize=4)
def _vault(field_key: str, index_key: str, algorithm: Algorithm, old_keys: tuple[str, ...]) -> Vault:
    return Vault(field_key, index_key, algorithm=algorithm, old_keys=old_keys)


def vault() -> Vault:
    """The deployment's vault: FIELD_KEY and INDEX_KEY, optionally FIELD_ALGORITHM and FIELD_KEY_FALLBACKS."""
    return _vault(
        settings.FIELD_KEY,
        settings.INDEX_KEY,
        getattr(settings, "FIELD_ALGORITHM", "aesgcm"),
        tuple(getattr(settings, "FIELD_KEY_FALLBACKS", ())),
    )
