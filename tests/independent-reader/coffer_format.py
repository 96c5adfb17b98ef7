"""Opens what docs/object-format.md describes. Shares no code with the server; needs Python 3 and `cryptography`.

Every function gives the plaintext or raises `Refused` with one of the page's errors: format, commitment, tag, length.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as keyed
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

STREAM_LABELS = {
    16384: b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0",
    65536: b"coffer/chunked-encryption-64k@v1+AEAD_AES_256_GCM\0",
}
SM4_LABELS = {
    16384: b"coffer/chunked-encryption-16k@v1+SM4_CTR_HMAC_SM3\0",
    65536: b"coffer/chunked-encryption-64k@v1+SM4_CTR_HMAC_SM3\0",
}
SOURCES = {"service-key": 1, "bucket-key": 3, "customer-key": 4}


class Refused(Exception):
    """`str(error)` is the name of the error."""


def expand(key, info, length):
    """HKDF-Expand-SHA-512 (RFC 5869, 2.3)."""
    blocks, previous = [], b""
    for number in range(1, -(-length // 64) + 1):
        previous = hmac.digest(key, previous + info + bytes([number]), "sha512")
        blocks.append(previous)
    return b"".join(blocks)[:length]


def open_gcm(key, nonce, sealed, additional):
    if len(sealed) < 16:
        raise Refused("format")
    try:
        return AESGCM(key).decrypt(nonce, sealed, additional)
    except InvalidTag:
        raise Refused("tag") from None


def demand_commitment(derived, stored):
    if not hmac.compare_digest(derived, stored):
        raise Refused("commitment")


# --- section 3 ---------------------------------------------------------------------------------------------------


def open_record(metadata_key, row_key, value):
    """(clear, secret, masked or None)"""
    if len(value) < 20 or value[0] != 1 or value[1] > 1:
        raise Refused("format")
    clear_at = 36 if value[1] else 20
    sealed_at = clear_at + int.from_bytes(value[2:4], "big")
    if len(value) < sealed_at + 16:
        raise Refused("format")
    key = expand(metadata_key, b"coffer/record/v1\0" + value[4:12], 32)
    additional = len(row_key).to_bytes(2, "big") + row_key + value[:sealed_at]
    secret = open_gcm(key, bytes(4) + value[12:20], value[sealed_at:], additional)
    masked = None
    if value[1]:
        mask_key = expand(metadata_key, b"coffer/record-mask/v1\0", 32)
        encryptor = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor()
        mask = encryptor.update(value[4:20]) + encryptor.finalize()
        masked = bytes(a ^ b for a, b in zip(mask, value[20:36]))
    return value[clear_at:sealed_at], secret, masked


# --- sections 4 and 5 --------------------------------------------------------------------------------------------


def stream_context(seal_id, part_number, layer):
    return b"coffer/v1/part\0" + seal_id + part_number.to_bytes(4, "big") + bytes([layer])


def plaintext_length(sealed_length, segment):
    body = sealed_length - 56
    if body < 16:
        raise Refused("length")
    full, last = divmod(body, segment + 16)
    if last < 16:
        raise Refused("length")
    return full * segment + last - 16


def hmac_sm3(key, message):
    mac = keyed.HMAC(key, hashes.SM3())
    mac.update(message)
    return mac.finalize()


def expand_sm3(key, info, length):
    """HKDF-Expand over HMAC-SM3."""
    out, previous = b"", b""
    for number in range(1, -(-length // 32) + 1):
        previous = hmac_sm3(key, previous + info + bytes([number]))
        out += previous
    return out[:length]


def open_sm4(key, mac_key, nonce, sealed):
    ciphertext, tag = sealed[:-16], sealed[-16:]
    expected = hmac_sm3(mac_key, nonce + len(ciphertext).to_bytes(8, "big") + ciphertext)[:16]
    if not hmac.compare_digest(expected, tag):
        raise Refused("tag")
    return Cipher(algorithms.SM4(key), modes.CTR(nonce + b"\0\0\0\2")).decryptor().update(ciphertext)


def open_stream(input_key, context, message, segment=16384, cipher="aes-256"):
    length = plaintext_length(len(message), segment)
    salt, stored = message[:24], message[24:56]
    if cipher == "sm4":
        derived = expand_sm3(input_key, SM4_LABELS[segment] + salt + context, 92)
        base, commitment = derived[48:60], derived[60:]
        open_segment = lambda nonce, sealed: open_sm4(derived[:16], derived[16:48], nonce, sealed)
    else:
        derived = expand(input_key, STREAM_LABELS[segment] + salt + context, 76)
        base, commitment = derived[32:44], derived[44:]
        open_segment = lambda nonce, sealed: open_gcm(derived[:32], nonce, sealed, None)
    demand_commitment(commitment, stored)
    pieces = []
    for index in range(length // segment + 1):
        at = 56 + index * (segment + 16)
        nonce = (int.from_bytes(base, "big") ^ index).to_bytes(12, "big")
        pieces.append(open_segment(nonce, message[at : at + segment + 16]))
    return b"".join(pieces)


def open_layers(layers, seal_id, part_number, message, segment=16384, cipher="aes-256"):
    """`layers`: (layer number, input key), outermost first."""
    for layer, key in layers:
        message = open_stream(key, stream_context(seal_id, part_number, layer), message, segment, cipher)
    return message


# --- sections 6 to 8 ---------------------------------------------------------------------------------------------


def customer_source(customer_key):
    return hmac.digest(b"coffer/sse-c/v1", customer_key, "sha256")


def unwrap_cdk1(source_key, source, layer, seal_id, envelope):
    expected = b"CDK1" + bytes([1, SOURCES[source], layer, 0])
    if len(envelope) != 112 or envelope[:8] != expected:
        raise Refused("format")
    derived = expand(source_key, b"coffer/dek-wrap/v1\0" + envelope[4:32], 76)
    demand_commitment(derived[44:], envelope[32:64])
    return open_gcm(derived[:32], derived[32:44], envelope[64:], envelope[:64] + seal_id)


def canonical_context(context):
    if not context:
        return b""
    out = [len(context).to_bytes(2, "big")]
    for name, value in sorted((name.encode(), value.encode()) for name, value in context.items()):
        out += [len(name).to_bytes(2, "big"), name, len(value).to_bytes(2, "big"), value]
    return b"".join(out)


def open_ckb1(materials, context, blob):
    """`materials`: by (key uid, version)."""
    if not 1 <= len(blob) - 100 <= 4096 or blob[:8] != b"CKB1\1\0\0\0":
        raise Refused("format")
    material = materials.get((blob[8:24], int.from_bytes(blob[24:28], "big")))
    if material is None:
        raise Refused("format")
    derived = expand(material, b"coffer/kms-blob/v1\0" + blob[:52], 76)
    demand_commitment(derived[44:], blob[52:84])
    return open_gcm(derived[:32], derived[32:44], blob[84:], blob[:84] + canonical_context(context))


def open_token_blob(material, context, blob):
    """Suite 3: AES-256-GCM under the material itself, which is a token's key otherwise."""
    if not 1 <= len(blob) - 100 <= 4096 or blob[:8] != b"CKB1\3\0\0\0" or blob[40:84] != bytes(44):
        raise Refused("format")
    return open_gcm(material, blob[28:40], blob[84:], blob[:84] + canonical_context(context))


def unmask_checksum(input_key, seal_id, part_number, stored):
    salt, masked = stored[:16], stored[16:]
    info = b"coffer/cksum/v1\0" + seal_id + part_number.to_bytes(4, "big") + salt
    return bytes(a ^ b for a, b in zip(masked, expand(input_key, info, len(masked))))


def sha256_hex(data):
    return hashlib.sha256(data).hexdigest()
