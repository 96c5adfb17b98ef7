#!/usr/bin/env python3
"""Vectors of the wraps of keys: CKB1, CWK1, CRW1, CRW2, CRX1.

A second implementation, written from docs/object-format.md and docs/key-hierarchy.md alone: Python 3 and
`cryptography`. Run from the root of the repository; it writes vectors/envelopes/{ckb1-blobs,ckb1-token,cwk1,crw1,crw2,crx1}.json.
"""

import hashlib
import hmac
import json
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def expand(prk, info, length):
    """HKDF-Expand with SHA-512 (RFC 5869, 2.3)."""
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha512).digest()
        out += block
        counter += 1
    return out[:length]


def committing_wrap(label, wrapping_key, header, plaintext, bound, forged=None):
    """`forged`: another commitment, under a tag that is right for it; what a multi-key ciphertext would look like."""
    derived = expand(wrapping_key, label + b"\0" + header, 76)
    key, nonce, commitment = derived[:32], derived[32:44], forged or derived[44:]
    return header + commitment + AESGCM(key).encrypt(nonce, plaintext, header + commitment + bound)


def fill(seed, length):
    """Bytes without a pattern that a defect could imitate."""
    return hashlib.shake_256(seed.encode()).digest(length)


def lp(data):
    return struct.pack(">I", len(data)) + data


def context_bytes(context):
    if not context:
        return b""
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    out = struct.pack(">H", len(pairs))
    for name, value in pairs:
        out += struct.pack(">H", len(name)) + name + struct.pack(">H", len(value)) + value
    return out


def ckb1(material, uid, version, salt, plaintext, context, magic=b"CKB1", suite=1, zeros=b"\0\0\0", label=b"coffer/kms-blob/v1", forged=None):
    header = magic + bytes([suite]) + zeros + uid + struct.pack(">I", version) + salt
    return committing_wrap(label, material, header, plaintext, context_bytes(context), forged)


def cwk1(cluster_key, cluster_version, salt, secret, purpose, name, version, magic=b"CWK1", suite=1, zeros=b"\0\0\0", forged=None):
    header = magic + bytes([suite]) + zeros + struct.pack(">I", cluster_version) + salt
    bound = lp(purpose.encode()) + lp(name.encode()) + struct.pack(">I", version)
    return committing_wrap(b"coffer/cluster-wrap/v1", cluster_key, header, secret, bound, forged)


def root_id(root_key):
    return expand(root_key, b"coffer/root-id/v1", 8)


def crw1(root_key, cluster_version, salt, cluster_key, derivation=0, kdf_salt=b"\0" * 16, cost=(0, 0, 0), magic=b"CRW1", suite=1, ident=None, zeros=b"\0\0", last=b"\0", forged=None):
    header = magic + bytes([suite, derivation]) + zeros + (ident or root_id(root_key))
    header += struct.pack(">I", cluster_version) + kdf_salt + bytes(cost) + last + salt
    return committing_wrap(b"coffer/root-wrap/v1", root_key, header, cluster_key, b"", forged)


def flipped(data, position, bit=0):
    out = bytearray(data)
    out[position] ^= 1 << bit
    return bytes(out)


def write(name, about, cases):
    with open(f"vectors/envelopes/{name}.json", "w") as file:
        json.dump({"about": about, "cases": cases}, file, indent=2, ensure_ascii=True)
        file.write("\n")


def ckb1_cases():
    cases = []

    def case(name, material, blob, context, plaintext=None, refused=None):
        one = {"name": name, "material": material.hex(), "context": context, "blob": blob.hex()}
        one.update({"plaintext": plaintext.hex()} if refused is None else {"refused": refused})
        cases.append(one)

    material, uid, salt = fill("material", 32), fill("uid", 16), fill("salt", 24)
    arn = {"aws:s3:arn": "arn:aws:s3:::photos/2026/cat.jpg"}
    contexts = [
        ("no context", {}),
        ("an object's context", arn),
        ("pairs in another order than their bytes", {"b": "2", "a": "1", "B": "3", "": "empty name"}),
        ("empty value", {"name": ""}),
        ("beyond ASCII: order is that of UTF-8", {"\uffff": "bmp", "\U0001f511": "astral", "\u00e9": "\u00e8"}),
        ("the longest value but one", {"long": "x" * 8000}),
    ]
    for index, (name, context) in enumerate(contexts):
        plain = fill(f"plain{index}", 32)
        case(name, material, ckb1(material, uid, 1, fill(f"salt{index}", 24), plain, context), context, plain)
    for length in (1, 15, 16, 17, 64, 4096):
        plain = fill(f"length{length}", length)
        case(f"plaintext of {length} bytes", material, ckb1(material, uid, 2, salt, plain, arn), arn, plain)
    for version in (1, 255, 256, 0xFFFFFFFF):
        plain = fill(f"version{version}", 32)
        case(f"version {version}", material, ckb1(material, uid, version, salt, plain, arn), arn, plain)

    plain = fill("negative", 32)
    good = ckb1(material, uid, 1, salt, plain, arn)
    no = lambda name, blob, why, key=material, context=arn: case(name, key, blob, context, refused=why)
    no("magic of another format", ckb1(material, uid, 1, salt, plain, arn, magic=b"CDK1"), "magic")
    no("magic of a later format", ckb1(material, uid, 1, salt, plain, arn, magic=b"CKB2"), "magic")
    no("suite 0", ckb1(material, uid, 1, salt, plain, arn, suite=0), "suite")
    no("suite 2", ckb1(material, uid, 1, salt, plain, arn, suite=2), "suite")
    no("suite 3", ckb1(material, uid, 1, salt, plain, arn, suite=3), "suite")
    for position in range(3):
        zeros = bytes(1 if index == position else 0 for index in range(3))
        no(f"reserved byte {5 + position} is not zero", ckb1(material, uid, 1, salt, plain, arn, zeros=zeros), "reserved")
    no("other material", good, "commitment", key=fill("other material", 32))
    no("derived with another label", ckb1(material, uid, 1, salt, plain, arn, label=b"coffer/dek-wrap/v1"), "commitment")
    no("uid changed", flipped(good, 8), "commitment")
    no("version changed", flipped(good, 27), "commitment")
    no("salt changed", flipped(good, 28), "commitment")
    no("commitment changed", flipped(good, 52), "commitment")
    no("last byte of the commitment changed", flipped(good, 83, 7), "commitment")
    no("commitment of zeros", good[:52] + bytes(32) + good[84:], "commitment")
    no("a foreign commitment under a tag that is right for it", ckb1(material, uid, 1, salt, plain, arn, forged=fill("forged", 32)), "commitment")
    no("ciphertext changed", flipped(good, 84), "tag")
    no("tag changed", flipped(good, len(good) - 1, 7), "tag")
    no("tag cut by one", good[:-1], "tag")
    no("tag cut to 12 bytes", good[:-4], "tag")
    no("one byte more", good + b"\0", "tag")
    no("no ciphertext", good[:84] + good[-16:], "length")
    no("header only", good[:84], "length")
    no("nothing", b"", "length")
    no("magic only", b"CKB1", "length")
    no("plaintext of 4,097 bytes", ckb1(material, uid, 1, salt, fill("long", 4097), arn), "length")
    no("context: value in another case", good, "tag", context={"aws:s3:arn": arn["aws:s3:arn"].upper()})
    no("context: name in another case", good, "tag", context={"AWS:s3:arn": arn["aws:s3:arn"]})
    no("context: none", good, "tag", context={})
    no("context: a pair more", good, "tag", context={**arn, "more": ""})
    moved = ckb1(material, uid, 1, salt, plain, {"ab": "c"})
    no("context: a letter moved from name to value", moved, "tag", context={"a": "bc"})
    other = ckb1(material, uid, 1, fill("salt of another", 24), plain, arn)
    no("head of one, body of another", good[:84] + other[84:], "tag")
    return cases


def cwk1_cases():
    cases = []
    key = fill("cluster key", 32)

    def case(name, wrapped, purpose="key", ident="00112233445566778899aabbccddeeff", version=1, wrapping=key, secret=None, refused=None):
        one = {"name": name, "clusterKey": wrapping.hex(), "purpose": purpose, "id": ident, "version": version, "wrapped": wrapped.hex()}
        one.update({"secret": secret.hex()} if refused is None else {"refused": refused})
        cases.append(one)

    uid = "00112233445566778899aabbccddeeff"
    for purpose, ident, version in (("metadata", "system", 1), ("audit", "system", 1), ("service", "000000000001", 7), ("key", uid, 200), ("access-key", "CFRABCDEFGHIJKLMNOPQ", 3)):
        secret = fill(purpose, 40 if purpose == "access-key" else 32)
        case(f"purpose {purpose}", cwk1(key, 5, fill(purpose + "salt", 24), secret, purpose, ident, version), purpose, ident, version, secret=secret)
    secret = fill("secret", 32)
    good = cwk1(key, 1, fill("salt", 24), secret, "key", uid, 1)
    case("cluster version 1", good, secret=secret)
    case("another purpose", good, purpose="service", refused="tag")
    case("another id", good, ident=uid[::-1], refused="tag")
    case("another version", good, version=2, refused="tag")
    case("another cluster key", good, wrapping=fill("another cluster key", 32), refused="commitment")
    case("cluster version changed", flipped(good, 11), refused="commitment")
    case("salt changed", flipped(good, 12), refused="commitment")
    case("commitment changed", flipped(good, 36), refused="commitment")
    case("a foreign commitment under a tag that is right for it", cwk1(key, 1, fill("salt", 24), secret, "key", uid, 1, forged=fill("forged", 32)), refused="commitment")
    case("ciphertext changed", flipped(good, 68), refused="tag")
    case("tag changed", flipped(good, len(good) - 1), refused="tag")
    case("tag cut by one", good[:-1], refused="tag")
    case("other magic", cwk1(key, 1, fill("salt", 24), secret, "key", uid, 1, magic=b"CRW1"), refused="magic")
    case("other suite", cwk1(key, 1, fill("salt", 24), secret, "key", uid, 1, suite=2), refused="suite")
    case("reserved byte", cwk1(key, 1, fill("salt", 24), secret, "key", uid, 1, zeros=b"\0\0\1"), refused="reserved")
    case("header only", good[:68], refused="length")
    return cases


def crw1_cases():
    cases = []
    root, cluster_key = fill("root key", 32), fill("cluster key", 32)

    def case(name, wrapped, version=1, root_key=root, passphrase=None, refused=None):
        one = {"name": name, "clusterVersion": version, "wrapped": wrapped.hex(), "rootId": root_id(root_key).hex()}
        one.update({"rootKey": root_key.hex()} if passphrase is None else {"passphrase": passphrase})
        one.update({"clusterKey": cluster_key.hex()} if refused is None else {"refused": refused})
        cases.append(one)

    salt = fill("salt", 24)
    good = crw1(root, 1, salt, cluster_key)
    case("a root of 32 bytes", good)
    case("version 4294967295", crw1(root, 0xFFFFFFFF, salt, cluster_key), version=0xFFFFFFFF)
    passphrase, kdf_salt = "correct horse battery staple", fill("scrypt salt", 16)
    stretched = hashlib.scrypt(passphrase.encode(), salt=kdf_salt, n=2**17, r=8, p=1, maxmem=2**28, dklen=32)
    by_passphrase = crw1(stretched, 3, salt, cluster_key, 1, kdf_salt, (17, 8, 1))
    case("a passphrase", by_passphrase, 3, stretched, passphrase)
    weak = hashlib.scrypt(passphrase.encode(), salt=kdf_salt, n=2**14, r=8, p=1, maxmem=2**28, dklen=32)
    case("a passphrase under weaker parameters", crw1(weak, 3, salt, cluster_key, 1, kdf_salt, (14, 8, 1)), 3, weak, passphrase, "parameters")
    case("a passphrase under parameters that eat the machine", by_passphrase[:36] + b"\x1e" + by_passphrase[37:], 3, stretched, passphrase, "parameters")
    case("another passphrase", by_passphrase, 3, stretched, "correct horse battery stable", "root id")
    case("another root", good, root_key=fill("another root", 32), refused="root id")
    case("another root with this root's id", crw1(fill("another root", 32), 1, salt, cluster_key, ident=root_id(root)), refused="commitment")
    case("another version asked for", good, version=2, refused="version")
    case("version changed", flipped(good, 19), version=0, refused="commitment")
    case("salt changed", flipped(good, 40), refused="commitment")
    case("commitment changed", flipped(good, 64), refused="commitment")
    case("a foreign commitment under a tag that is right for it", crw1(root, 1, salt, cluster_key, forged=fill("forged", 32)), refused="commitment")
    case("ciphertext changed", flipped(good, 96), refused="tag")
    case("tag changed", flipped(good, 143), refused="tag")
    case("cut by one", good[:-1], refused="length")
    case("one byte more", good + b"\0", refused="length")
    case("other magic", crw1(root, 1, salt, cluster_key, magic=b"CWK1"), refused="magic")
    case("other suite", crw1(root, 1, salt, cluster_key, suite=2), refused="suite")
    case("unknown derivation", crw1(root, 1, salt, cluster_key, derivation=2), refused="derivation")
    case("parameters without a derivation", crw1(root, 1, salt, cluster_key, cost=(17, 8, 1)), refused="derivation")
    case("reserved bytes", crw1(root, 1, salt, cluster_key, zeros=b"\0\1"), refused="reserved")
    case("reserved byte behind the parameters", crw1(root, 1, salt, cluster_key, last=b"\1"), refused="reserved")
    return cases


def crw2(root_key, version, salt, cluster_key, keeper=2, way=0, cluster_id=None, reference=b"transit/coffer", protected=b"vault:v1:AAAA", magic=b"CRW2", suite=1, zero=0, ident=None, lengths=None, forged=None):
    lengths = lengths or (len(reference), len(protected))
    header = magic + bytes([suite, keeper, way, zero]) + (ident or root_id(root_key)) + struct.pack(">I", version)
    header += (cluster_id or fill("cluster id", 16)) + struct.pack(">HH", *lengths) + reference + protected + salt
    return committing_wrap(b"coffer/root-wrap/v2", root_key, header, cluster_key, b"", forged)


def crw2_cases():
    cases = []
    root, cluster_key, salt = fill("kept root", 32), fill("cluster key", 32), fill("salt", 24)

    def case(name, wrapped, version=1, root_key=root, refused=None):
        one = {"name": name, "clusterVersion": version, "rootKey": root_key.hex(), "wrapped": wrapped.hex()}
        one.update({"clusterKey": cluster_key.hex()} if refused is None else {"refused": refused})
        cases.append(one)

    good = crw2(root, 1, salt, cluster_key)
    at = len(good) - 32 - 16 - 32 - 24
    case("a transit key", good)
    case("a key of a token", crw2(root, 1, salt, cluster_key, 1, 1, reference=fill("id", 16), protected=fill("gcm", 60)))
    case("a key of a token that wraps", crw2(root, 1, salt, cluster_key, 1, 3, reference=fill("id", 16), protected=fill("wrap", 72)))
    case("AWS KMS", crw2(root, 0xFFFFFFFF, salt, cluster_key, 3, reference=b"arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", protected=fill("blob", 184)), version=0xFFFFFFFF)
    case("nothing in between", crw2(root, 1, salt, cluster_key, reference=b"", protected=b""))
    case("the longest", crw2(root, 1, salt, cluster_key, reference=fill("long", 1024), protected=fill("longer", 6144)))
    case("another root", good, root_key=fill("another root", 32), refused="root id")
    case("another root with this root's id", crw2(fill("another root", 32), 1, salt, cluster_key, ident=root_id(root)), refused="commitment")
    case("another version asked for", good, version=2, refused="version")
    case("version changed", flipped(good, 19), version=0, refused="commitment")
    case("keeper changed", flipped(good, 5), refused="commitment")
    case("way changed", flipped(good, 6), refused="commitment")
    case("deployment changed", flipped(good, 20), refused="commitment")
    case("reference changed", flipped(good, 40), refused="commitment")
    case("protected key changed", flipped(good, 40 + 14), refused="commitment")
    case("a byte moved from one length to the other", crw2(root, 1, salt, cluster_key)[:36] + struct.pack(">HH", 13, 14) + good[40:], refused="commitment")
    case("salt changed", flipped(good, at), refused="commitment")
    case("commitment changed", flipped(good, at + 24), refused="commitment")
    case("a foreign commitment under a tag that is right for it", crw2(root, 1, salt, cluster_key, forged=fill("forged", 32)), refused="commitment")
    case("ciphertext changed", flipped(good, at + 56), refused="tag")
    case("tag changed", flipped(good, len(good) - 1), refused="tag")
    case("cut by one", good[:-1], refused="length")
    case("one byte more", good + b"\0", refused="length")
    case("lengths that say less", crw2(root, 1, salt, cluster_key, lengths=(13, 13)), refused="length")
    case("a reference beyond its limit", crw2(root, 1, salt, cluster_key, reference=fill("long", 1025)), refused="length")
    case("a protected key beyond its limit", crw2(root, 1, salt, cluster_key, protected=fill("longer", 6145)), refused="length")
    case("other magic", crw2(root, 1, salt, cluster_key, magic=b"CRW1"), refused="magic")
    case("other suite", crw2(root, 1, salt, cluster_key, suite=2), refused="suite")
    case("unknown keeper", crw2(root, 1, salt, cluster_key, keeper=4), refused="keeper")
    case("no keeper", crw2(root, 1, salt, cluster_key, keeper=0), refused="keeper")
    case("reserved byte", crw2(root, 1, salt, cluster_key, zero=1), refused="reserved")
    return cases


def crx1(root_key, passphrase, cost=(17, 8, 1), magic=b"CRX1", suite=1, derivation=1, zeros=b"\0\0", version=b"\0\0\0\0", last=b"\0", ident=None):
    kdf_salt, (log_n, r, p) = fill("export salt", 16), cost
    stretched = hashlib.scrypt(passphrase.encode(), salt=kdf_salt, n=2**log_n, r=r, p=p, maxmem=2**28, dklen=32)
    header = magic + bytes([suite, derivation]) + zeros + (ident or root_id(root_key)) + version + kdf_salt + bytes(cost) + last
    return committing_wrap(b"coffer/root-export/v1", stretched, header + fill("salt", 24), root_key, b"")


def crx1_cases():
    cases = []
    root, words = fill("exported root", 32), "correct horse battery staple"

    def case(name, copy, passphrase=words, refused=None):
        one = {"name": name, "passphrase": passphrase, "copy": copy.hex()}
        one.update({"rootKey": root.hex()} if refused is None else {"refused": refused})
        cases.append(one)

    good = crx1(root, words)
    case("a copy", good)
    case("a passphrase beyond ASCII", crx1(root, "p\u00e4ssw\u00f6rter und mehr"), "p\u00e4ssw\u00f6rter und mehr")
    case("another passphrase", good, "correct horse battery stable", "commitment")
    case("the id of another root", crx1(root, words, ident=fill("id", 8)), refused="root id")
    case("weaker parameters", crx1(root, words, (14, 8, 1)), refused="parameters")
    case("parameters that eat the machine", good[:36] + b"\x1e" + good[37:], refused="parameters")
    case("other magic", crx1(root, words, magic=b"CRW1"), refused="magic")
    case("other suite", crx1(root, words, suite=2), refused="suite")
    case("no derivation", crx1(root, words, derivation=0), refused="derivation")
    case("reserved bytes", crx1(root, words, zeros=b"\0\1"), refused="reserved")
    case("a version", crx1(root, words, version=b"\0\0\0\1"), refused="reserved")
    case("reserved byte behind the parameters", crx1(root, words, last=b"\1"), refused="reserved")
    case("id changed", flipped(good, 8), refused="commitment")
    case("commitment changed", flipped(good, 64), refused="commitment")
    case("ciphertext changed", flipped(good, 96), refused="tag")
    case("tag changed", flipped(good, 143), refused="tag")
    case("cut by one", good[:-1], refused="length")
    case("one byte more", good + b"\0", refused="length")
    return cases


def token_blob(material, uid, version, iv, plaintext, context, suite=3, rest=b"\0" * 44):
    """What a PKCS#11 token seals with a key that it never gives out."""
    head = b"CKB1" + bytes([suite, 0, 0, 0]) + uid + struct.pack(">I", version) + iv + rest
    return head + AESGCM(material).encrypt(iv, plaintext, head + context_bytes(context))


def token_cases():
    cases = []
    material, uid, iv = fill("token material", 32), fill("uid", 16), fill("iv", 12)
    arn = {"aws:s3:arn": "arn:aws:s3:::photos/2026/cat.jpg"}

    def case(name, blob, context, plaintext=None, refused=None):
        one = {"name": name, "material": material.hex(), "context": context, "blob": blob.hex()}
        one.update({"plaintext": plaintext.hex()} if refused is None else {"refused": refused})
        cases.append(one)

    for length in (1, 32, 4096):
        plain = fill(f"token{length}", length)
        case(f"plaintext of {length} bytes", token_blob(material, uid, 2, iv, plain, arn), arn, plain)
    plain = fill("token32", 32)
    case("no context", token_blob(material, uid, 1, iv, plain, {}), {}, plain)
    good = token_blob(material, uid, 1, iv, plain, arn)
    case("another context", good, {"a": "b"}, refused="tag")
    case("IV changed", flipped(good, 28), arn, refused="tag")
    case("uid changed", flipped(good, 8), arn, refused="tag")
    case("version changed", flipped(good, 27), arn, refused="tag")
    case("ciphertext changed", flipped(good, 84), arn, refused="tag")
    case("tag changed", flipped(good, len(good) - 1), arn, refused="tag")
    case("bytes behind the IV", token_blob(material, uid, 1, iv, plain, arn, rest=b"\0" * 43 + b"\1"), arn, refused="reserved")
    case("no plaintext", token_blob(material, uid, 1, iv, b"", arn), arn, refused="length")
    case("a plaintext beyond the limit", token_blob(material, uid, 1, iv, fill("much", 4097), arn), arn, refused="length")
    return cases


write("ckb1-token", "What a KMS key in a PKCS#11 token wraps. `refused` names the first check that must refuse.", token_cases())
write("crw2", "The cluster key under a root that a provider keeps. `refused` names the first check that must refuse.", crw2_cases())
write("crx1", "A copy of a root key under a passphrase. `refused` names the first check that must refuse.", crx1_cases())
write("ckb1-blobs", "What a KMS key wraps. `refused` names the first check that must refuse.", ckb1_cases())
write("cwk1", "What rests under the cluster key. `refused` names the first check that must refuse.", cwk1_cases())
write("crw1", "The cluster key under a root. `refused` names the first check that must refuse.", crw1_cases())
