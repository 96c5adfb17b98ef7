#!/usr/bin/env python3
"""Makes the vectors of docs/object-format.md: an implementation of that page which shares no code with the server.

Needs Python 3 and `cryptography`. Inputs are fixed, so a second run writes the same files. Run it from anywhere:

    python3 vectors/make-vectors.py

Negative cases say which check has to refuse them: `format` (layout, magic, suite, reserved bytes), `commitment`,
`tag` (AES-256-GCM), `length` (no stream has that length).
"""

import hashlib
import hmac
import json
import pathlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as keyed
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = pathlib.Path(__file__).resolve().parent


def fixed(label, length):
    """Bytes that look random and never change."""
    out = b""
    while len(out) < length:
        out += hashlib.sha256(f"{label}/{len(out)}".encode()).digest()
    return out[:length]


def pattern(length):
    """The plaintext of long messages: byte i is 7 i mod 251."""
    period = bytes((7 * i) % 251 for i in range(251))
    return (period * (length // 251 + 1))[:length]


def expand(prk, info, length, digest=hashlib.sha512):
    out, block, number = b"", b"", 0
    while len(out) < length:
        number += 1
        block = hmac.new(prk, block + info + bytes([number]), digest).digest()
        out += block
    return out[:length]


def u16(number):
    return number.to_bytes(2, "big")


def u32(number):
    return number.to_bytes(4, "big")


# --- streams -----------------------------------------------------------------------------------------------------

LABELS = {
    16384: b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0",
    65536: b"coffer/chunked-encryption-64k@v1+AEAD_AES_256_GCM\0",
}


def stream_context(seal_id, part, layer):
    return b"coffer/v1/part\0" + seal_id + u32(part) + bytes([layer])


SM4_LABELS = {
    16384: b"coffer/chunked-encryption-16k@v1+SM4_CTR_HMAC_SM3\0",
    65536: b"coffer/chunked-encryption-64k@v1+SM4_CTR_HMAC_SM3\0",
}


def hmac_sm3(key, message):
    mac = keyed.HMAC(key, hashes.SM3())
    mac.update(message)
    return mac.finalize()


def aes_segments(key, label_and_more):
    derived = expand(key, label_and_more, 76)
    aead = AESGCM(derived[:32])
    return derived[32:44], derived[44:], lambda nonce, piece: aead.encrypt(nonce, piece, None)


def sm4_segments(key, label_and_more):
    blocks, block = b"", b""
    for number in (1, 2, 3):
        block = hmac_sm3(key, block + label_and_more + bytes([number]))
        blocks += block
    cipher_key, mac_key, base, commitment = blocks[:16], blocks[16:48], blocks[48:60], blocks[60:92]

    def seal(nonce, piece):
        encryptor = Cipher(algorithms.SM4(cipher_key), modes.CTR(nonce + u32(2))).encryptor()
        ciphertext = encryptor.update(piece) + encryptor.finalize()
        return ciphertext + hmac_sm3(mac_key, nonce + len(piece).to_bytes(8, "big") + ciphertext)[:16]

    return base, commitment, seal


def seal_stream(key, salt, context, body, segment, cipher="aes-256"):
    if cipher == "sm4":
        base, commitment, seal = sm4_segments(key, SM4_LABELS[segment] + salt + context)
    else:
        base, commitment, seal = aes_segments(key, LABELS[segment] + salt + context)
    out = [salt, commitment]
    for index in range(len(body) // segment + 1):
        nonce = (int.from_bytes(base, "big") ^ index).to_bytes(12, "big")
        out.append(seal(nonce, body[index * segment : (index + 1) * segment]))
    return b"".join(out)


def mutate(message, changes):
    message = bytearray(message)
    for change in changes:
        op = change["op"]
        if op == "flip":
            message[change["offset"]] ^= change["mask"]
        elif op == "cut":
            del message[change["length"] :]
        elif op == "append":
            message += bytes.fromhex(change["hex"])
        elif op == "remove":
            del message[change["offset"] : change["offset"] + change["length"]]
        elif op == "copy":
            start, length = change["from"], change["length"]
            piece = message[start : start + length]
            message[change["to"] : change["to"] + length] = piece
        elif op == "exchange":
            one, two, length = change["one"], change["two"], change["length"]
            first, second = message[one : one + length], message[two : two + length]
            message[one : one + length], message[two : two + length] = second, first
    return bytes(message)


def segment_vectors(cipher=None):
    """`cipher`: named in each case; without a name it is AES-256."""
    tests = []

    def valid(comment, length, segment, part=0, layer=0):
        number = len(tests) + 1
        seal_id, key, salt = fixed(f"seal-id/{number}", 16), fixed(f"stream-key/{number}", 32), fixed(f"salt/{number}", 24)
        context = stream_context(seal_id, part, layer)
        sealed = seal_stream(key, salt, context, pattern(length), segment, cipher or "aes-256")
        test = {
            "id": number,
            "comment": comment,
            **({"cipher": cipher} if cipher else {}),
            "segmentBytes": segment,
            "inputKey": key.hex(),
            "salt": salt.hex(),
            "sealId": seal_id.hex(),
            "partNumber": part,
            "layer": layer,
            "context": context.hex(),
            "length": length,
            "sealedLength": len(sealed),
            "sealedSha256": hashlib.sha256(sealed).hexdigest(),
            "result": "valid",
        }
        if len(sealed) <= 600:
            test["sealed"] = sealed.hex()
        tests.append(test)
        return number

    def invalid(comment, base, reason, changes=(), replace=None):
        tests.append(
            {
                "id": len(tests) + 1,
                "comment": comment,
                "base": base,
                "changes": list(changes),
                "replace": replace or {},
                "result": "invalid",
                "reason": reason,
            }
        )

    for segment in (16384, 65536):
        whole = segment + 16
        empty = valid("an empty body", 0, segment)
        short = valid("a short body", 100, segment)
        valid("one byte", 1, segment, part=1)
        valid("one byte less than a segment", segment - 1, segment, part=10000)
        one = valid("exactly one segment: an empty one follows", segment, segment, part=2)
        valid("one byte more than a segment", segment + 1, segment)
        valid("two segments", 2 * segment, segment)
        long = valid("two segments and a short one, outer layer", 2 * segment + 33, segment, part=3, layer=1)

        invalid("a bit of the salt", short, "commitment", [{"op": "flip", "offset": 3, "mask": 1}])
        invalid("a bit of the commitment", short, "commitment", [{"op": "flip", "offset": 55, "mask": 128}])
        invalid("another input key", short, "commitment", replace={"inputKey": fixed("another-key", 32).hex()})
        invalid("another seal id", short, "commitment", replace={"sealId": fixed("another-id", 16).hex()})
        invalid("another part number", short, "commitment", replace={"partNumber": 1})
        invalid("the other layer", short, "commitment", replace={"layer": 1})
        invalid("the other segment size", short, "commitment", replace={"segmentBytes": 81920 - segment})
        if cipher:
            invalid("the other cipher", short, "commitment", replace={"cipher": "aes-256"})
        invalid("a bit of the ciphertext", short, "tag", [{"op": "flip", "offset": 60, "mask": 4}])
        invalid("a bit of the last tag", empty, "tag", [{"op": "flip", "offset": 71, "mask": 1}])
        invalid("the header alone", empty, "length", [{"op": "cut", "length": 56}])
        invalid("half a tag", empty, "length", [{"op": "cut", "length": 64}])
        invalid("cut inside the header", empty, "length", [{"op": "cut", "length": 55}])
        invalid("nothing at all", empty, "length", [{"op": "cut", "length": 0}])
        invalid("the last byte is missing", short, "tag", [{"op": "cut", "length": 56 + 115}])
        invalid("a byte more", short, "tag", [{"op": "append", "hex": "00"}])
        invalid("cut at a segment's border", one, "length", [{"op": "cut", "length": 56 + whole}])
        invalid("the middle segment is missing", long, "tag", [{"op": "remove", "offset": 56 + whole, "length": whole}])
        invalid(
            "two segments exchanged", long, "tag", [{"op": "exchange", "one": 56, "two": 56 + whole, "length": whole}]
        )
        invalid("a segment twice", long, "tag", [{"op": "copy", "from": 56, "to": 56 + whole, "length": whole}])
        invalid("a bit of a middle segment", long, "tag", [{"op": "flip", "offset": 56 + whole + 9, "mask": 16}])
    return tests


# --- envelopes ---------------------------------------------------------------------------------------------------


def customer_source(key):
    return hmac.new(b"coffer/sse-c/v1", key, hashlib.sha256).digest()


def cdk1(source_key, source, layer, seal_id, dek, salt, suite=1, magic=b"CDK1", zero=0):
    head = magic + bytes([suite, source, layer, zero]) + salt
    derived = expand(source_key, b"coffer/dek-wrap/v1\0" + head[4:], 76)
    head += derived[44:]
    return head + AESGCM(derived[:32]).encrypt(derived[32:44], dek, head + seal_id)


def envelope_vectors():
    tests = []
    sources = {"service-key": 1, "bucket-key": 3, "customer-key": 4}

    def add(comment, source, layer, result="valid", reason=None, change=None, **replaced):
        number = len(tests) + 1
        facts = {
            "sourceKey": fixed("source-key", 32),
            "sealId": fixed("envelope-seal-id", 16),
            "dek": fixed(f"dek/{number}", 32),
            "salt": fixed(f"envelope-salt/{number}", 24),
        }
        made = {key: replaced.pop(key) for key in ("suite", "magic", "zero") if key in replaced}
        test = {"id": number, "comment": comment, "source": source, "layer": layer}
        if source == "customer-key":
            customer = fixed("customer-key", 32)
            test["customerKey"] = customer.hex()
            facts["sourceKey"] = customer_source(customer)
        code = replaced.pop("sourceCode", sources[source])
        envelope = cdk1(facts["sourceKey"], code, replaced.pop("layerCode", layer), facts["sealId"], facts["dek"], facts["salt"], **made)
        facts.update(replaced)
        test.update({key: value.hex() for key, value in facts.items()})
        test["envelope"] = (change(envelope) if change else envelope).hex()
        test["result"] = result
        if reason:
            test["reason"] = reason
        tests.append(test)

    def flip(offset, mask=1):
        return lambda envelope: mutate(envelope, [{"op": "flip", "offset": offset, "mask": mask}])

    for source in sources:
        add(f"under a {source}", source, 0)
    add("outer layer under a service key", "service-key", 1)
    add("another DEK, another salt", "bucket-key", 0)
    bad = {"result": "invalid"}
    add("another magic", "service-key", 0, reason="format", magic=b"CDK2", **bad)
    add("an unknown suite", "service-key", 0, reason="format", suite=2, **bad)
    add("source 2 does not exist", "service-key", 0, reason="format", sourceCode=2, **bad)
    add("made for another source", "service-key", 0, reason="format", sourceCode=3, **bad)
    add("made for the other layer", "service-key", 0, reason="format", layerCode=1, **bad)
    add("the reserved byte is set", "service-key", 0, reason="format", zero=1, **bad)
    add("a byte short", "bucket-key", 0, reason="format", change=lambda envelope: envelope[:-1], **bad)
    add("a byte long", "bucket-key", 0, reason="format", change=lambda envelope: envelope + b"\0", **bad)
    add("nothing", "bucket-key", 0, reason="format", change=lambda envelope: b"", **bad)
    add("a bit of the salt", "service-key", 0, reason="commitment", change=flip(8), **bad)
    add("a bit of the commitment", "service-key", 0, reason="commitment", change=flip(40, 64), **bad)
    add("another source key", "service-key", 0, reason="commitment", sourceKey=fixed("other-source", 32), **bad)
    add("a bit of the wrapped DEK", "service-key", 0, reason="tag", change=flip(70), **bad)
    add("a bit of the tag", "bucket-key", 0, reason="tag", change=flip(111, 128), **bad)
    add("another seal id", "customer-key", 0, reason="tag", sealId=fixed("other-seal-id", 16), **bad)
    return tests


def canonical(context):
    if not context:
        return b""
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    out = u16(len(pairs))
    for name, value in pairs:
        out += u16(len(name)) + name + u16(len(value)) + value
    return out


def context_vectors():
    contexts = [
        {},
        {"a": "b"},
        {"b": "2", "a": "1"},
        {"aws:s3:arn": "arn:aws:s3:::bucket/key", "team": "blue"},
        {"\ue000": "private use", "\U00010000": "above the basic plane: after it in bytes, before it in UTF-16"},
        {"empty": ""},
        {"é": "composed", "e\u0301": "decomposed"},
        {"__proto__": "a name like any other"},
    ]
    return [{"id": number + 1, "context": context, "canonical": canonical(context).hex()} for number, context in enumerate(contexts)]


def ckb1(material, key_uid, version, salt, plaintext, context, suite=1, magic=b"CKB1", zero=b"\0\0\0"):
    head = magic + bytes([suite]) + zero + key_uid + u32(version) + salt
    derived = expand(material, b"coffer/kms-blob/v1\0" + head, 76)
    head += derived[44:]
    return head + AESGCM(derived[:32]).encrypt(derived[32:44], plaintext, head + canonical(context))


def blob_vectors():
    tests = []

    def add(comment, plaintext, context, result="valid", reason=None, change=None, shown=None, **made):
        number = len(tests) + 1
        facts = {"material": fixed("material", 32), "keyUid": fixed("key-uid", 16), "salt": fixed(f"blob-salt/{number}", 24)}
        version = 3
        blob = ckb1(facts["material"], facts["keyUid"], version, facts["salt"], plaintext, context, **made)
        test = {"id": number, "comment": comment, **{key: value.hex() for key, value in facts.items()}}
        test.update({"version": version, "plaintext": plaintext.hex(), "context": context})
        test.update(shown or {})
        test["blob"] = (change(blob) if change else blob).hex()
        test["result"] = result
        if reason:
            test["reason"] = reason
        tests.append(test)

    def flip(offset, mask=1):
        return lambda blob: mutate(blob, [{"op": "flip", "offset": offset, "mask": mask}])

    key, context = fixed("data-key", 32), {"aws:s3:arn": "arn:aws:s3:::bucket/key"}
    add("a data key for an object", key, context)
    add("no context", key, {})
    add("one byte, two pairs", b"x", {"b": "2", "a": "1"})
    bad = {"result": "invalid"}
    add("another magic", key, context, reason="format", magic=b"CKB2", **bad)
    add("an unknown suite", key, context, reason="format", suite=9, **bad)
    add("a reserved byte", key, context, reason="format", zero=b"\0\1\0", **bad)
    add("too short", key, context, reason="format", change=lambda blob: blob[:99], **bad)
    add("a bit of the salt", key, context, reason="commitment", change=flip(30), **bad)
    add("a bit of the commitment", key, context, reason="commitment", change=flip(83), **bad)
    add("a bit of the ciphertext", key, context, reason="tag", change=flip(84), **bad)
    add("the last byte is missing", key, context, reason="tag", change=lambda blob: blob[:-1], **bad)
    add("another context", key, context, reason="tag", shown={"context": {"aws:s3:arn": "arn:aws:s3:::bucket/other"}}, **bad)
    add("no context where there was one", key, context, reason="tag", shown={"context": {}}, **bad)
    return tests


def checksum_vectors():
    tests = []
    for number, (algorithm, size, part) in enumerate(
        [("crc32", 4, 0), ("crc32c", 4, 1), ("crc64nvme", 8, 2), ("sha1", 20, 10000), ("sha256", 32, 0), ("crc64ecma", 8, 0)]
    ):
        key, seal_id = fixed(f"mask-key/{number}", 32), fixed(f"mask-id/{number}", 16)
        salt, value = fixed(f"mask-salt/{number}", 16), fixed(f"checksum/{number}", size)
        mask = expand(key, b"coffer/cksum/v1\0" + seal_id + u32(part) + salt, size)
        stored = salt + bytes(one ^ two for one, two in zip(value, mask))
        tests.append(
            {
                "id": number + 1,
                "algorithm": algorithm,
                "key": key.hex(),
                "sealId": seal_id.hex(),
                "partNumber": part,
                "value": value.hex(),
                "stored": stored.hex(),
            }
        )
    return tests


# --- records -----------------------------------------------------------------------------------------------------


def seal_record(metadata_key, epoch, counter, row_key, clear, secret, masked, form=1, flags=None):
    key = expand(metadata_key, b"coffer/record/v1\0" + epoch, 32)
    position = epoch + counter.to_bytes(8, "big")
    head = bytes([form, (0 if masked is None else 1) if flags is None else flags]) + u16(len(clear)) + position
    if masked is not None:
        mask_key = expand(metadata_key, b"coffer/record-mask/v1\0", 32)
        encryptor = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor()
        mask = encryptor.update(position) + encryptor.finalize()
        head += bytes(one ^ two for one, two in zip(mask, masked))
    head += clear
    nonce = b"\0\0\0\0" + counter.to_bytes(8, "big")
    return head + AESGCM(key).encrypt(nonce, secret, u16(len(row_key)) + row_key + head)


def record_vectors():
    tests = []

    def add(comment, clear, secret, masked=None, counter=0, result="valid", reason=None, change=None, shown=None, **made):
        facts = {"metadataKey": fixed("metadata-key", 32), "epoch": fixed("epoch", 8), "rowKey": b"live/" + fixed("uuid", 16) + b"name"}
        value = seal_record(facts["metadataKey"], facts["epoch"], counter, facts["rowKey"], clear, secret, masked, **made)
        test = {"id": len(tests) + 1, "comment": comment, **{key: value_.hex() for key, value_ in facts.items()}}
        test.update({"counter": counter, "clear": clear.hex(), "secret": secret.hex()})
        if masked is not None:
            test["masked"] = masked.hex()
        test.update(shown or {})
        test["value"] = (change(value) if change else value).hex()
        test["result"] = result
        if reason:
            test["reason"] = reason
        tests.append(test)

    def flip(offset, mask=1):
        return lambda value: mutate(value, [{"op": "flip", "offset": offset, "mask": mask}])

    clear, secret, etag = b"a clear part", b'{"a":"secret part"}', fixed("etag", 16)
    add("with masked bytes", clear, secret, etag)
    add("without masked bytes", clear, secret)
    add("nothing clear, nothing secret", b"", b"")
    add("a later counter", clear, secret, etag, counter=300)
    add("a counter beyond 32 bits", clear, secret, etag, counter=2**33 + 7)
    bad = {"result": "invalid"}
    add("another format", clear, secret, reason="format", form=2, **bad)
    add("an unknown flag", clear, secret, reason="format", flags=2, **bad)
    add("shorter than its prefix", clear, secret, reason="format", change=lambda value: value[:19], **bad)
    add("cut inside the clear part", clear, secret, reason="format", change=lambda value: value[:25], **bad)
    add("cut inside the tag", b"", b"", reason="format", change=lambda value: value[:30], **bad)
    add("nothing", clear, secret, reason="format", change=lambda value: b"", **bad)
    add("a bit of the epoch", clear, secret, reason="tag", change=flip(5), **bad)
    add("a bit of the counter", clear, secret, reason="tag", change=flip(19), **bad)
    add("a bit of the masked bytes", clear, secret, etag, reason="tag", change=flip(22), **bad)
    add("a bit of the clear part", clear, secret, etag, reason="tag", change=flip(40), **bad)
    add("the clear part is said to be shorter", clear, secret, reason="tag", change=flip(3, 4), **bad)
    add("a bit of the secret part", clear, secret, reason="tag", change=flip(33), **bad)
    add("a byte more", clear, secret, reason="tag", change=lambda value: value + b"\0", **bad)
    add("under another row key", clear, secret, reason="tag", shown={"rowKey": b"live/other".hex()}, **bad)
    add("under another metadata key", clear, secret, reason="tag", shown={"metadataKey": fixed("other", 32).hex()}, **bad)
    return tests

# --- version records ---------------------------------------------------------------------------------------------


def list_header(flags=0, mode=1, storage_class=0, checksum=0, parts=0, size=5, form=1, kind=0):
    seal_id, random = fixed("version/seal-id", 16), fixed("version/random", 8)
    numbers = (size, 1_767_323_045_000, 1_767_323_045_000_123)
    head = bytes([form, flags, mode, storage_class, checksum, kind]) + u16(parts)
    return head + b"".join(number.to_bytes(8, "big") for number in numbers) + random + seal_id


def stored_detail(mode="sse-s3", manifest="inline", v=1, **more):
    encryption = {"mode": mode, "cipher": "aes-256", "account": "000000000001", "serviceKeyVersion": 1}
    detail = {"v": v, "system": {}, "metadata": [["colour", "blue"]], "tags": [], "encryption": encryption, "checksums": []}
    return {**detail, "manifest": {"kind": manifest}, **more}


def version_vectors():
    tests = []
    etag = fixed("version/etag", 16)

    def add(comment, clear, detail, inline=b"", masked=etag, result="valid", secret=None):
        row_key = b"live/" + fixed("uuid", 16) + b"name"
        if secret is None:
            text = json.dumps(detail, separators=(",", ":")).encode()
            secret = b"" if detail is None else u32(len(text)) + text + inline
        metadata_key, epoch = fixed("metadata-key", 32), fixed("epoch", 8)
        value = seal_record(metadata_key, epoch, len(tests), row_key, clear, secret, masked)
        test = {"id": len(tests) + 1, "comment": comment, "metadataKey": metadata_key.hex(), "rowKey": row_key.hex()}
        test.update({"value": value.hex(), "result": result})
        if result == "valid":
            test.update({"flags": clear[1], "parts": int.from_bytes(clear[6:8], "big"), "size": int.from_bytes(clear[8:16], "big")})
            test.update({"order": str(int.from_bytes(clear[24:32], "big")), "sealId": clear[40:56].hex()})
            test.update({"detail": detail, "inline": inline.hex()})
        else:
            test["reason"] = "format"
        tests.append(test)

    bad = {"result": "invalid"}
    add("an inline body", list_header(flags=4), stored_detail(), b"sealed")
    add("one stream", list_header(), stored_detail(manifest="stream"))
    add("parts in pages", list_header(parts=3, size=2**40), stored_detail(manifest="pages"))
    add("the null version", list_header(flags=6), stored_detail(), b"sealed")
    add("a delete marker", list_header(flags=1, mode=0, size=0), None, masked=None)
    add("a delete marker that is the null version", list_header(flags=3, mode=0, size=0), None, masked=None)
    for number, mode in enumerate(("none", "sse-s3", "sse-kms", "dsse-kms", "sse-c")):
        add(f"mode {mode}", list_header(flags=4, mode=number), stored_detail(mode), b"sealed")
    for number in range(1, 6):
        add(f"checksum {number}", list_header(flags=4, checksum=number), stored_detail(), b"sealed")
    for number in range(19):
        add(f"storage class {number}", list_header(flags=4, storage_class=number), stored_detail(), b"sealed")
    add("an appendable object", list_header(kind=1), stored_detail(manifest="extents"))
    add("a link", list_header(flags=4, kind=2, size=0), stored_detail(symlink={"target": "name"}), b"sealed")
    add("form 2", list_header(flags=4, form=2), stored_detail(), b"sealed", **bad)
    add("form 0", list_header(flags=4, form=0), stored_detail(), b"sealed", **bad)
    add("mode 5", list_header(flags=4, mode=5), stored_detail(), b"sealed", **bad)
    add("storage class 19", list_header(flags=4, storage_class=19), stored_detail(), b"sealed", **bad)
    add("checksum 6", list_header(flags=4, checksum=6), stored_detail(), b"sealed", **bad)
    add("type 3", list_header(flags=4, kind=3), stored_detail(), b"sealed", **bad)
    add("a flag that is none", list_header(flags=12), stored_detail(), b"sealed", **bad)
    add("a byte less in the list header", list_header(flags=4)[:-1], stored_detail(), b"sealed", **bad)
    add("a byte more in the list header", list_header(flags=4) + b"\0", stored_detail(), b"sealed", **bad)
    add("no list header", b"", stored_detail(), b"sealed", **bad)
    add("no ETag", list_header(flags=4), stored_detail(), b"sealed", masked=None, **bad)
    add("nothing sealed", list_header(flags=4), None, **bad)
    add("three bytes sealed", list_header(flags=4), None, secret=b"\0\0\0", **bad)
    add("a length beyond the end", list_header(flags=4), None, secret=u32(3) + b"{}", **bad)
    add("no JSON", list_header(flags=4), None, secret=u32(5) + b'{"v":', **bad)
    add("JSON that is no object", list_header(flags=4), None, secret=u32(4) + b"null", **bad)
    add("another form of the JSON", list_header(flags=4), stored_detail(v=2), b"sealed", **bad)
    add("no encryption", list_header(flags=4), stored_detail(encryption=None), b"sealed", **bad)
    add("no manifest", list_header(flags=4), {**stored_detail(), "manifest": None}, b"sealed", **bad)
    add("the list header says another mode", list_header(flags=4, mode=2), stored_detail(), b"sealed", **bad)
    add("the list header says none, the sealed part a mode", list_header(flags=4, mode=0), stored_detail("sse-c"), b"sealed", **bad)
    add("inline in the list header only", list_header(flags=4), stored_detail(manifest="stream"), b"sealed", **bad)
    add("inline in the sealed part only", list_header(), stored_detail(), b"sealed", **bad)
    return tests


def write(path, note, tests):
    text = json.dumps({"note": note, "tests": tests}, indent=1, ensure_ascii=True)
    (HERE / path).parent.mkdir(parents=True, exist_ok=True)
    (HERE / path).write_text(text + "\n")
    negative = sum(test.get("result") == "invalid" for test in tests)
    print(f"{path}: {len(tests)} cases, {negative} of them negative")


PLAINTEXT = "Plaintexts are byte i = 7 i mod 251. A negative case changes a valid one: `changes` to the message, `replace` to the inputs."

write("segments/streams.json", f"docs/object-format.md, Streams. {PLAINTEXT}", segment_vectors())
write("segments/sm4-streams.json", f"docs/object-format.md, Streams, SM4. {PLAINTEXT}", segment_vectors("sm4"))
write("envelopes/cdk1.json", "docs/object-format.md, CDK1.", envelope_vectors())
write("envelopes/ckb1.json", "docs/object-format.md, CKB1.", blob_vectors())
write("envelopes/contexts.json", "docs/object-format.md, Encryption contexts.", context_vectors())
write("envelopes/checksums.json", "docs/object-format.md, Checksums.", checksum_vectors())
write("records/records.json", "docs/object-format.md, Records.", record_vectors())
write("records/versions.json", "docs/object-format.md, Records of objects: version record.", version_vectors())
