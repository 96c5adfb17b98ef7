#!/usr/bin/env python3
"""Vectors of key material that comes from outside: wraps for an import, ids and fingerprints of material.

A second implementation, written from docs/key-hierarchy.md, RFC 8017 (7.1) and RFC 5649 alone: Python 3 and
`cryptography`. Run from the root of the repository; it writes vectors/envelopes/{import-wraps,key-material}.json.
"""

import hashlib
import hmac
import json
import struct

from cryptography.hazmat.primitives.keywrap import aes_key_wrap, aes_key_wrap_with_padding
from cryptography.hazmat.primitives.serialization import load_der_private_key

# A key for these vectors and for nothing else.
PKCS8 = bytes.fromhex(
    "308204bd020100300d06092a864886f70d0101010500048204a7308204a30201000282010100b337d50ca25111728ed04a5cba21ebae"
    "1d0efff043602433425f0e1ccaff550cf36a0e5b4f1e7ce15506750c674126ac5621641ad9f38c23fb2cdb9138d00cb52071bef88d2d"
    "0de5787fd178929eae135fa6b5ffa5681ecee6705a1d494b145eaa39a67081bdbed80f72943c505629ec9cfb9b535db05318d38ea72a"
    "9372f1a079b20eeb0f118bcd21899120940c59b4d403826a66860c8fbb2fdea2b18d16f93f7e65780cb55a179edeae364ca5a8bf13c3"
    "8024baff947c5f5cbbafe69a2d39a9670749b391160bd63af4b3bfdccdcbcc6a6aa0abd380e13b0e59e14234de50ece577d40c10b183"
    "7779ce61f1cf8af846c71a20466e6bc75ca12c3880c302cd02030100010282010001878230a9a8edf06f920cf4661d387ce3a0176486"
    "3aa98c6b6e52b941ad349d57ed6982737623e42b5cd2fe605a30b98b419d3052784ed396c6def7ca0792783036f0458034e877b313ca"
    "26907fbca60b2ca9c46cf5aabfa2bd46339646c6fd78cfe5a0f3a67a1caf630fab45173b23db0215a4fc396f3818c4109e9f23fdb658"
    "737c2b44804e22b34f5dd04ac025b425f071a4900aa463e68b9707b515443bbcda137f2d6239675a69ac3439a57b4bce2feb64c31036"
    "f2165788981e51b35c270ed50d2a8379708b397a8f1d2354265ee6a1d575de72fb877893d28374d72e19395d5bfd2e58aa027ae9ae5e"
    "0b68215f64cf17b41a50f25fc4cbf5f87c3dd102818100da52a69873f14852b4f60403ba89029ff1124097bbd365e44a5ff2507b21f6"
    "36c08ab8a33baade0eb26ba2672df01678423d734d09005cb7d4800bfc7cc5ff860bf6404380046f39be0244396a9fe997111d7f8324"
    "8a8d9afb20c479276979aadb8df2056170be62fa262a3eaf807d10b8c70cd60a84a8e47a935a8ea1c4bd7102818100d2258f92f50aaf"
    "bc23136ff90038a1e7638797a62e18308c9258df40e166fa4e6a7023bb59f47ebef731e07bc32d879dea0669e9ae9311a2c406b6f491"
    "9f39c8f02fd729309fc8ccfbf1d615fe84f87c1e49f332b8a6493a5e8c850011050207ba6295c802b4296fd81cc046a1bd68698bdb70"
    "0b8be59e6855ac70d7195fdd1d02818011a1ed3c90d8a2dbb32bcf6531b29118b3d2a28edea7932a1deba3d9662877073303c127c5d0"
    "e6004fdeab8e23c2a93deb33a5554a6dd20f32c568b26aad5f16c76e8b00289db311f9cb9b10fc109040182cc6b8a3c1e0efec6a5813"
    "e4dffae896b4df201a1f8df0d67d309a41786221709afae96a8e0e49edb06af6ec0fc4b10281803af7db3feb8ee21d32e2836b25cabe"
    "73c59408d3d2df6ad02748d4ecc9d331adcb6448428c4d753b74f603fdf698d21357d610e647dc70f8717548e57bef6831a0646c45dc"
    "a5199d9b9d12ebfd0da7047d235721067b72d4f42f0e2b249b79245e02c7f0e601541754574d0504e1b768d69beee6ee8cb254a8a5c8"
    "cc330c99690281810093e681451e4f10bcf70c6b6adf4eef1d53ebd7d04f58994e77cba2b1ece9d1ca49ecf0ec621d2f51e304830243"
    "5c8938bc1f2e59e06035292fdf14ed4b81cdce5df4f35002cb9107a7721e5503013ed683f11bbf920abbf1fea2e786e4f47d466b34d2"
    "a093ad6ec25fb51601cb1d05c28f950815bb6507948a08b21d9af0e2dc"
)
NUMBERS = load_der_private_key(PKCS8, None).public_key().public_numbers()
BLOCK = (NUMBERS.n.bit_length() + 7) // 8


def fill(seed, length):
    """Bytes without a pattern that a defect could imitate."""
    return hashlib.shake_256(seed.encode()).digest(length)


def mgf1(name, seed, length):
    out = b""
    for counter in range(-(-length // hashlib.new(name).digest_size)):
        out += hashlib.new(name, seed + struct.pack(">I", counter)).digest()
    return out[:length]


def mix(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def power(block):
    return pow(int.from_bytes(block, "big"), NUMBERS.e, NUMBERS.n).to_bytes(BLOCK, "big")


def oaep(name, message, seed, label=b"", mask=None, lead=0):
    """RSAES-OAEP with a seed that is given. `mask`: another hash for the mask; `lead`: the block's first byte."""
    size = hashlib.new(name).digest_size
    data = hashlib.new(name, label).digest() + bytes(BLOCK - len(message) - 2 * size - 2) + b"\x01" + message
    masked = mix(data, mgf1(mask or name, seed[:size], BLOCK - size - 1))
    return power(bytes([lead]) + mix(seed[:size], mgf1(mask or name, masked, size)) + masked)


def pkcs1(message, seed):
    """RSAES-PKCS1-v1_5, which is not accepted."""
    padding = bytes(byte or 1 for byte in fill(seed, BLOCK - len(message) - 3))
    return power(b"\0\x02" + padding + b"\0" + message)


def flipped(data, position):
    out = bytearray(data)
    out[position] ^= 1
    return bytes(out)


def write(name, about, cases, **more):
    with open(f"vectors/envelopes/{name}.json", "w") as file:
        json.dump({"about": about, **more, "cases": cases}, file, indent=2, ensure_ascii=True)
        file.write("\n")


def wrap_cases():
    cases = []

    def case(name, algorithm, wrapped, material=None, refused=None):
        one = {"name": name, "algorithm": algorithm, "wrapped": wrapped.hex()}
        one.update({"material": material.hex()} if refused is None else {"refused": refused})
        cases.append(one)

    seed, aes = fill("seed", 64), fill("aes", 32)
    hashes = {"SHA_1": "sha1", "SHA_256": "sha256"}
    for suffix, name in hashes.items():
        for length in (1, 28, 32, 48, 64):
            material = fill(f"material{length}", length)
            case(f"{length} bytes", f"RSAES_OAEP_{suffix}", oaep(name, material, seed), material)
            wrapped = oaep(name, aes, seed) + aes_key_wrap_with_padding(aes, material)
            case(f"{length} bytes under a fresh AES key", f"RSA_AES_KEY_WRAP_{suffix}", wrapped, material)

    material = fill("material32", 32)
    for suffix, name in hashes.items():
        other = "sha1" if name == "sha256" else "sha256"
        plain, double = f"RSAES_OAEP_{suffix}", f"RSA_AES_KEY_WRAP_{suffix}"
        good = oaep(name, material, seed)
        no = lambda what, wrapped, algorithm=plain: case(what, algorithm, wrapped, refused="import-wrap")
        no("the other hash", oaep(other, material, seed))
        no("the other hash for the mask", oaep(name, material, seed, mask=other))
        no("a label", oaep(name, material, seed, label=b"label"))
        no("a first byte that is not zero", oaep(name, material, seed, lead=1))
        no("PKCS #1 v1.5", pkcs1(material, "padding"))
        no("changed", flipped(good, 100))
        no("cut by one", good[:-1])
        no("one byte more", good + b"\0")
        no("nothing", b"")
        inner = aes_key_wrap_with_padding(aes, material)
        head = oaep(name, aes, seed)
        no("no AES layer", head, double)
        no("AES layer changed", head + flipped(inner, 3), double)
        no("AES layer cut", head + inner[:-8], double)
        no("AES layer without padding (RFC 3394)", head + aes_key_wrap(aes, material), double)
        no("AES key of 16 bytes", oaep(name, aes[:16], seed) + aes_key_wrap_with_padding(aes[:16], material), double)
        no("AES key under PKCS #1 v1.5", pkcs1(aes, "padding") + inner, double)
        no("another AES key", oaep(name, fill("other", 32), seed) + inner, double)
        no("one layer for two", good, double)
        no("two layers for one", head + inner, plain)
    return cases


def material_cases():
    cases = []
    uids = [fill(f"uid{index}", 16) for index in range(3)]
    for uid in uids:
        for version, created in ((1, 0), (1, 1_800_000_000_000), (2, 1_800_000_000_000), (200, 2**53 - 1)):
            facts = uid + struct.pack(">IQ", version, created)
            digest = hashlib.sha256(b"coffer/key-material-id/v1\0" + facts).hexdigest()
            cases.append({"uid": uid.hex(), "version": version, "createdMs": created, "id": digest})
        for length in (28, 32, 48, 64):
            material = fill(f"material{length}", length)
            salt = b"coffer/key-material-fingerprint/v1\0" + uid
            digest = hmac.new(salt, material, hashlib.sha512).digest()[:32]
            cases.append({"uid": uid.hex(), "material": material.hex(), "fingerprint": digest.hex()})
    return cases


write("import-wraps", "Wraps of material for ImportKeyMaterial: what opens, and what must not.", wrap_cases(), privateKey=PKCS8.hex())
write("key-material", "Public ids of versions of material, and fingerprints of imported bytes.", material_cases())
