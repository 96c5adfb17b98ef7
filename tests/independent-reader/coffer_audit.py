"""The audit ledger, written from docs/audit.md, RFC 9162 and the C2SP pages alone: shares no code with the server."""

import base64
import hashlib
import hmac
import json

ZERO = bytes(32)


def leaf_hash(line: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line).digest()


def tree_root(leaves) -> bytes:
    """RFC 9162, 2.1.1, by its definition."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + tree_root(leaves[:k]) + tree_root(leaves[k:])).digest()


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def inclusion_path(m: int, leaves):
    """RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return inclusion_path(m, leaves[:k]) + [tree_root(leaves[k:])]
    return inclusion_path(m - k, leaves[k:]) + [tree_root(leaves[:k])]


def root_from_path(leaf: bytes, index: int, size: int, path) -> bytes:
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        raise ValueError("the index lies outside the tree")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise ValueError("the proof is too long")
        if fn & 1 or fn == sn:
            r = hashlib.sha256(b"\x01" + p + r).digest()
            if not fn & 1:
                while fn and not fn & 1:
                    fn >>= 1
                    sn >>= 1
        else:
            r = hashlib.sha256(b"\x01" + r + p).digest()
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise ValueError("the proof is too short")
    return r


def check_chain(lines) -> list:
    """The leaves of ledger lines, after their numbers and links were checked."""
    leaves, previous = [], ZERO
    for number, line in enumerate(lines):
        record = json.loads(line)
        if record["seq"] != number:
            raise ValueError(f"record {number} says that it is {record['seq']}")
        if base64.b64decode(record["prev"]) != previous:
            raise ValueError(f"record {number} does not follow from the one before it")
        previous = leaf_hash(line.encode("utf-8"))
        leaves.append(previous)
    return leaves


def key_id(origin: str, public: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]


def verifier_key(origin: str, public: bytes) -> str:
    return f"{origin}+{key_id(origin, public).hex()}+{base64.b64encode(bytes([1]) + public).decode()}"


def open_note(note: str, vkey: str):
    """(origin, size, root) of a checkpoint that the key signed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    origin, id_text, key_text = vkey.split("+", 2)
    typed = base64.b64decode(key_text)
    if typed[0] != 1 or key_id(origin, typed[1:]).hex() != id_text:
        raise ValueError("this is no verifier key")
    text, signatures = note.split("\n\n", 1)
    text += "\n"
    for line in signatures.splitlines():
        if not line.startswith(f"\u2014 {origin} "):
            continue
        blob = base64.b64decode(line.split(" ", 2)[2])
        if blob[:4].hex() == id_text:
            Ed25519PublicKey.from_public_bytes(typed[1:]).verify(blob[4:], text.encode("utf-8"))
            lines = text.split("\n")
            if lines[0] != origin:
                raise ValueError("the checkpoint is of another log")
            return lines[0], int(lines[1]), base64.b64decode(lines[2])
    raise ValueError("nobody signed this whom the key knows")


def hkdf_expand_sha512(prk: bytes, info: bytes, length: int) -> bytes:
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha512).digest()
        out += block
        counter += 1
    return out[:length]


def checkpoint_seed(audit_key: bytes) -> bytes:
    return hkdf_expand_sha512(audit_key, b"coffer/audit-checkpoint/v1\x00", 32)


def sign_note(seed: bytes, origin: str, size: int, root: bytes) -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    blob = key_id(origin, public) + private.sign(text.encode("utf-8"))
    return f"{text}\n\u2014 {origin} {base64.b64encode(blob).decode()}\n"


def public_key(seed: bytes) -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
