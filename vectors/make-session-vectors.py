#!/usr/bin/env python3
"""Vectors of session tokens: CST1, and the access key that follows from a token.

A second implementation, written from docs/people.md alone: Python 3 and `cryptography`. Run from the root of the
repository; it writes vectors/sessions/cst1.json.
"""

import base64
import hashlib
import hmac
import json
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

IDS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
SECRETS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def expand(prk, info, length):
    """HKDF-Expand with SHA-512 (RFC 5869, 2.3)."""
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha512).digest()
        out += block
        counter += 1
    return out[:length]


def fill(seed, length):
    """Bytes without a pattern that a defect could imitate."""
    return hashlib.shake_256(seed.encode()).digest(length)


def cst1(key, version, salt, payload, magic=b"CST1", suite=1, zeros=b"\0\0\0", label=b"coffer/session-token/v1", forged=None):
    header = magic + bytes([suite]) + zeros + struct.pack(">I", version) + salt
    derived = expand(key, label + b"\0" + header, 76)
    commitment = forged or derived[44:]
    return header + commitment + AESGCM(derived[:32]).encrypt(derived[32:44], payload, header + commitment)


def credential(key, token):
    made = expand(key, b"coffer/session-credential/v1\0" + token, 56)
    return (
        "ASIA" + "".join(IDS[byte & 31] for byte in made[:16]),
        "".join(SECRETS[byte & 63] for byte in made[16:]),
    )


def flipped(data, position, bit=0):
    out = bytearray(data)
    out[position] ^= 1 << bit
    return bytes(out)


def payload_of(**fields):
    """Canonical JSON: no blanks, the order of the page, UTF-8 as it is."""
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()


ROLE = {
    "t": fill("token", 16).hex(),
    "a": "000000000001",
    "r": "AROA" + "Q" * 17,
    "n": "worker",
    "p": "/jobs/",
    "s": "at-work",
    "i": 1_800_000_000_000,
    "e": 1_800_003_600_000,
}
KEY = {"t": fill("other", 16).hex(), "a": "000000000002", "k": "AKIA" + "7" * 16, "i": 1, "e": 2}
FULL = {
    "P": ['{"Version":"2012-10-17","Statement":[]}'],
    "A": ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::000000000001:policy/own"],
    "T": [["Dept", "\u00e9\U0001f511"], ["__proto__", "x"]],
    "K": ["Dept"],
    "S": "alice",
}


def cases():
    out = []
    key, salt = fill("sts key", 32), fill("salt", 24)

    def good(name, version, fields, own_salt=salt):
        payload = payload_of(**fields)
        token = cst1(key, version, own_salt, payload)
        access_key, secret = credential(key, token)
        text = base64.urlsafe_b64encode(token).rstrip(b"=").decode()
        out.append(
            {
                "name": name, "key": key.hex(), "version": version, "salt": own_salt.hex(), "fields": fields,
                "payload": payload.hex(), "token": text, "accessKeyId": access_key, "secret": secret,
            }
        )
        return token

    token = good("a role's session", 1, ROLE)
    good("a user's session", 1, KEY)
    good("everything that a session can hold", 1, {**ROLE, **FULL})
    good("another salt, another key", 1, ROLE, fill("other salt", 24))
    good("a later version of the key", 7, KEY)

    def refused(name, bad, why, own_key=key):
        text = base64.urlsafe_b64encode(bad).rstrip(b"=").decode()
        out.append({"name": name, "key": own_key.hex(), "version": 1, "token": text, "refused": why})

    payload = payload_of(**ROLE)
    refused("magic of another format", cst1(key, 1, salt, payload, magic=b"CWK1"), "magic")
    refused("magic of a later format", cst1(key, 1, salt, payload, magic=b"CST2"), "magic")
    for suite in (0, 2):
        refused(f"suite {suite}", cst1(key, 1, salt, payload, suite=suite), "suite")
    for position in range(3):
        zeros = bytes(1 if index == position else 0 for index in range(3))
        refused(f"reserved byte {5 + position} is not zero", cst1(key, 1, salt, payload, zeros=zeros), "reserved")
    refused("another key", token, "commitment", fill("another key", 32))
    refused("derived with another label", cst1(key, 1, salt, payload, label=b"coffer/cluster-wrap/v1"), "commitment")
    refused("version changed", flipped(token, 11), "version")
    refused("salt changed", flipped(token, 12), "commitment")
    refused("commitment changed", flipped(token, 36), "commitment")
    refused("a foreign commitment under a tag that is right for it", cst1(key, 1, salt, payload, forged=fill("forged", 32)), "commitment")
    refused("first byte of the session changed", flipped(token, 68), "tag")
    refused("tag changed", flipped(token, len(token) - 1, 7), "tag")
    refused("cut by one", token[:-1], "tag")
    refused("one byte more", token + b"\0", "tag")
    refused("header only", token[:68], "length")
    refused("nothing", b"", "length")
    return out


with open("vectors/sessions/cst1.json", "w") as file:
    about = "Session tokens (docs/people.md): `key` is the key of sessions, `version` the one that the deployment has."
    json.dump({"about": about, "tests": cases()}, file, indent=2, ensure_ascii=True)
    file.write("\n")
