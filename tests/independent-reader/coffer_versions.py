"""What a version's record says of it, and the keys that it is sealed with: docs/object-format.md, sections 6 to 10."""

import base64
import hashlib
import json
import zlib

import coffer_format as fmt
from coffer_format import Refused

MODES = ("none", "sse-s3", "sse-kms", "dsse-kms", "sse-c")
CHECKSUMS = (None, "crc32", "crc32c", "crc64nvme", "sha1", "sha256")
STORAGE_CLASSES = (
    "STANDARD REDUCED_REDUNDANCY STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING GLACIER DEEP_ARCHIVE GLACIER_IR"
    " EXPRESS_ONEZONE OUTPOSTS SNOW COLD DEEP_COLD_ARCHIVE MAZ_STANDARD MAZ_STANDARD_IA MAZ_INTELLIGENT_TIERING"
    " MAZ_ARCHIVE MAZ_DEEP_ARCHIVE MAZ_COLD"
).split()
TYPES = ("", "appendable", "symlink")


def crc64ecma(body):
    """CRC-64 of ECMA-182 as XZ has it: reflected, all ones before and after."""
    crc = 2**64 - 1
    for byte in body:
        crc = CRC64_TABLE[(crc ^ byte) & 255] ^ (crc >> 8)
    return (crc ^ (2**64 - 1)).to_bytes(8, "big")


def crc64_row(crc):
    for _ in range(8):
        crc = (crc >> 1) ^ (0xC96C5795D7870F42 if crc & 1 else 0)
    return crc


CRC64_TABLE = [crc64_row(byte) for byte in range(256)]
COMPUTED = {
    "crc64ecma": crc64ecma,
    "crc32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "sha1": lambda body: hashlib.sha1(body).digest(),
    "sha256": lambda body: hashlib.sha256(body).digest(),
}
MARKER, NULL_VERSION, INLINE = 1, 2, 4


def demand(holds, what="format"):
    if not holds:
        raise Refused(what)


def unbase64(text):
    return base64.b64decode(text, validate=True)


class Header:
    """The clear part of a version record."""

    def __init__(self, clear):
        demand(len(clear) == 56 and clear[0] == 1 and clear[5] < len(TYPES) and clear[1] < 8)
        demand(clear[2] < len(MODES) and clear[3] < len(STORAGE_CLASSES) and clear[4] < len(CHECKSUMS))
        self.flags, self.mode = clear[1], MODES[clear[2]]
        self.type = TYPES[clear[5]]
        self.storage_class, self.checksum = STORAGE_CLASSES[clear[3]], CHECKSUMS[clear[4]]
        self.parts = int.from_bytes(clear[6:8], "big")
        self.size, self.modified_ms, self.order = (int.from_bytes(clear[at : at + 8], "big") for at in (8, 16, 24))
        self.random, self.seal_id = clear[32:40], clear[40:56]

    def version_id(self):
        return "null" if self.flags & NULL_VERSION else f"{self.order:016x}{self.random.hex()}"


def split_version(clear, secret, masked):
    """The list header, the JSON and the inline body of an opened record; a delete marker has only the first."""
    header = Header(clear)
    if header.flags & MARKER:
        return header, None, b""
    demand(masked is not None and len(secret) >= 4)
    end = 4 + int.from_bytes(secret[:4], "big")
    demand(end <= len(secret))
    try:
        detail = json.loads(secret[4:end])
    except ValueError:
        raise Refused("format") from None
    demand(isinstance(detail, dict) and detail.get("v") == 1)
    encryption, manifest = detail.get("encryption"), detail.get("manifest")
    demand(isinstance(encryption, dict) and encryption.get("mode") == header.mode)
    demand(isinstance(manifest, dict) and (manifest.get("kind") == "inline") == bool(header.flags & INLINE))
    return header, detail, secret[end:]


class Sealed:
    """The keys of one version, found as section 6 says: `layers` from the outside to the inside. `key_digests`: SHA-256 of
    the keys that opened it; `blobs`: what was read for it."""

    def __init__(self, directory, stored, seal_id, inline):
        self.directory, self.stored, self.seal_id, self.inline = directory, stored, seal_id, inline
        self.key_digests, self.plain_keys, self.blobs = [], [], []
        mode = stored["mode"]
        self.cipher = stored["cipher"]
        demand(mode in MODES and self.cipher in (("aes-256", "sm4") if mode in ("sse-s3", "sse-kms") else ("aes-256",)))
        inner = {"none": self.service, "sse-s3": self.service, "sse-c": self.customer}.get(mode, self.kms)
        self.layers = [(0, inner)]
        if mode == "dsse-kms":
            self.layers.insert(0, (1, self.service))

    def service(self, layer):
        key = self.directory.keys.service(self.stored["account"], self.stored["serviceKeyVersion"])
        return self.under(key, "service-key", layer, "outerEnvelope" if layer else "envelope")

    def kms(self, layer):
        blob = unbase64(self.stored["blob"])
        demand(int.from_bytes(blob[24:28], "big") == self.stored["keyVersion"])
        named = (blob[8:24], self.stored["keyVersion"])
        demand(named in self.directory.materials, "no key")
        data_key = fmt.open_ckb1(self.directory.materials, self.stored["context"], blob)
        if "bucketKeyId" in self.stored:
            return self.under(data_key, "bucket-key", layer, "envelope")
        return data_key

    def customer(self, layer):
        for given in self.directory.customer_keys:
            try:
                source = fmt.customer_source(given)
                key = self.under(source, "customer-key", layer, "envelope")
                if self.inline:
                    self.under(source, "customer-key", layer, "probe", even_inline=True)
                return key
            except Refused as error:
                if str(error) != "commitment":
                    raise
        raise Refused("no key")

    def under(self, source_key, source, layer, name, even_inline=False):
        """The DEK of an envelope, or for an inline body the wrap source itself."""
        if self.inline and not even_inline:
            demand(name not in self.stored)
            return source_key
        return fmt.unwrap_cdk1(source_key, source, layer, self.seal_id, unbase64(self.stored[name]))

    def open(self, part, message, segment):
        keys = [(layer, find(layer)) for layer, find in self.layers]
        self.key_digests = [hashlib.sha256(key).hexdigest() for _, key in keys]
        self.plain_keys = [key.hex() for _, key in keys]
        return fmt.open_layers(keys, self.seal_id, part, message, segment, self.cipher)

    def checksum(self, entry, part, body):
        value = unbase64(entry["value"])
        if entry.get("masked"):
            value = fmt.unmask_checksum(self.layers[-1][1](0), self.seal_id, part, value)
        if entry["type"] == "full-object" and entry["algorithm"] in COMPUTED:
            demand(value == COMPUTED[entry["algorithm"]](body), "checksum")
        kept = {name: entry[name] for name in ("algorithm", "type", "parts") if name in entry}
        return {**kept, "masked": bool(entry.get("masked")), "value": base64.b64encode(value).decode()}

    def attempts(self, part, message, segment):
        """What whoever lacks a layer's key gets: every key that is there, tried on every layer."""
        tried = {}
        for own, find in self.layers:
            try:
                key = find(own)
            except Refused:
                continue
            for layer in (1, 0):
                context = fmt.stream_context(self.seal_id, part, layer)
                try:
                    message = fmt.open_stream(key, context, message, segment, self.cipher)
                    tried[f"key {own}, layer {layer}"] = hashlib.sha256(message).hexdigest()
                except Refused as error:
                    tried[f"key {own}, layer {layer}"] = str(error)
        return tried
