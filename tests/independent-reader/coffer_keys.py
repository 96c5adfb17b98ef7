"""The keys of a data directory, from the root downwards, written from docs/key-hierarchy.md."""

import base64
import binascii
import hashlib

from coffer_format import Refused, demand_commitment, expand, open_gcm

WITHOUT_DERIVATION, SCRYPT = 0, 1


def committing_open(label, key, wrap, header_bytes, bound=b""):
    header, commitment = wrap[:header_bytes], wrap[header_bytes : header_bytes + 32]
    derived = expand(key, label + b"\0" + header, 76)
    demand_commitment(derived[44:], commitment)
    return open_gcm(derived[:32], derived[32:44], wrap[header_bytes + 32 :], header + commitment + bound)


def root_key_of_text(text):
    try:
        key = base64.b64decode(text.removesuffix(b"\n"), validate=True)
    except binascii.Error:
        raise Refused("format") from None
    if len(key) != 32:
        raise Refused("format")
    return key


def root_id(root_key):
    return expand(root_key, b"coffer/root-id/v1", 8)


def scrypt_root(passphrase, wrap):
    salt, (log_n, r, p) = wrap[20:36], wrap[36:39]
    if not (17 <= log_n <= 20 and r == 8 and 1 <= p <= 4):
        raise Refused("format")
    memory = 256 * 2**log_n * r
    return hashlib.scrypt(passphrase, salt=salt, n=2**log_n, r=r, p=p, maxmem=memory, dklen=32)


def open_crw1(root, wrap):
    """(version of the cluster key, the cluster key). `root`: ("key", 32 bytes) or ("passphrase", bytes)."""
    kind, secret = root
    derivation = {"key": WITHOUT_DERIVATION, "passphrase": SCRYPT}[kind]
    plain = derivation == SCRYPT or wrap[20:39] == bytes(19)
    if len(wrap) != 144 or wrap[:8] != b"CRW1" + bytes([1, derivation, 0, 0]) or wrap[39] or not plain:
        raise Refused("format")
    root_key = scrypt_root(secret, wrap) if derivation == SCRYPT else secret
    if root_id(root_key) != wrap[8:16]:
        raise Refused("another root")
    return int.from_bytes(wrap[16:20], "big"), committing_open(b"coffer/root-wrap/v1", root_key, wrap, 64)


def open_crw2(root_key, wrap):
    """(version of the cluster key, the cluster key). `root_key`: what the provider gave back for this wrap."""
    if len(wrap) < 40 or wrap[:5] != b"CRW2" + bytes([1]) or wrap[5] not in (1, 2, 3) or wrap[7]:
        raise Refused("format")
    reference, protected = int.from_bytes(wrap[36:38], "big"), int.from_bytes(wrap[38:40], "big")
    header = 40 + reference + protected + 24
    if reference > 1024 or protected > 6144 or len(wrap) != header + 32 + 32 + 16:
        raise Refused("format")
    if root_id(root_key) != wrap[8:16]:
        raise Refused("another root")
    return int.from_bytes(wrap[16:20], "big"), committing_open(b"coffer/root-wrap/v2", root_key, wrap, header)


def open_crx1(passphrase, copy):
    """The root key of a copy under a passphrase."""
    if len(copy) != 144 or copy[:8] != b"CRX1" + bytes([1, SCRYPT, 0, 0]) or copy[16:20] != bytes(4) or copy[39]:
        raise Refused("format")
    root_key = committing_open(b"coffer/root-export/v1", scrypt_root(passphrase, copy), copy, 64)
    if root_id(root_key) != copy[8:16]:
        raise Refused("another root")
    return root_key


def demand_version(version, named):
    """A wrap belongs into the row that names its version."""
    if version != named:
        raise Refused("format")


def cwk1_binding(purpose, identifier, version):
    texts = b"".join(len(text).to_bytes(4, "big") + text for text in (purpose.encode(), identifier.encode()))
    return texts + version.to_bytes(4, "big")


def open_cwk1(cluster_keys, purpose, identifier, version, wrap):
    if len(wrap) < 84 or wrap[:8] != b"CWK1\1\0\0\0":
        raise Refused("format")
    cluster_key = cluster_keys.get(int.from_bytes(wrap[8:12], "big"))
    if cluster_key is None:
        raise Refused("format")
    bound = cwk1_binding(purpose, identifier, version)
    return committing_open(b"coffer/cluster-wrap/v1", cluster_key, wrap, 36, bound)


class Keys:
    """Every key that the root opens. `rows`: all rows by key; `withheld`: purposes whose keys are not to be had."""

    def __init__(self, rows, root, withheld=()):
        self.cluster = {}
        for key, value in rows.items():
            if key.startswith(b"root/"):
                version, cluster_key = open_crw1(root, value)
                _, named, identifier = key.decode().split("/")
                demand_version(version, int(named, 16))
                if identifier != value[8:16].hex():
                    raise Refused("format")
                self.cluster[version] = cluster_key
        if int.from_bytes(rows[b"cluster"], "big") not in self.cluster:
            raise Refused("another root")
        self.wraps = {}
        for key, value in rows.items():
            if not key.startswith(b"wrap/"):
                continue
            purpose, identifier, version = key.decode()[5:].split("/")
            if purpose not in withheld:
                named = (purpose, identifier, int(version, 16))
                self.wraps[named] = open_cwk1(self.cluster, *named, value)

    def of(self, purpose, identifier, version):
        """Refused with "no key" when it is withheld or not there."""
        key = self.wraps.get((purpose, identifier, version))
        if key is None:
            raise Refused("no key")
        return key

    def metadata(self):
        return self.of("metadata", "system", 1)

    def service(self, account, version):
        return self.of("service", account, version)

    def materials(self):
        """By (uid as 16 bytes, version), as `open_ckb1` wants them."""
        found = self.wraps.items()
        return {(bytes.fromhex(uid), version): key for (purpose, uid, version), key in found if purpose == "key"}
