"""Everything in a stopped data directory, opened as docs/storage.md and docs/object-format.md say."""

import datetime
import hashlib
import json
import pathlib

import coffer_format as fmt
from coffer_format import Refused
from coffer_keys import Keys
from coffer_versions import INLINE, MARKER, Header, Sealed, demand, unbase64
from lmdb_pages import Snapshot

FORMAT_ROW = b"coffer metadata 1"
ORDERS = 2**64


def read_rows(directory):
    """(callers' rows, counters) of the environment: docs/storage.md, "LMDB on the disk"."""
    rows, counters = {}, {}
    for key, value in Snapshot(directory).rows():
        if key == b"\0":
            demand(value == FORMAT_ROW)
        elif key[0] == 1:
            rows[key[1:]] = value[8:]
        elif key[0] == 2:
            length = int.from_bytes(key[1:3], "big")
            demand(len(key) == 3 + length + 8 and len(value) == 16)
            name = key[3 : 3 + length]
            counters[name] = counters.get(name, 0) + int.from_bytes(value, "big", signed=True)
        else:
            demand(key[0] in (3, 4))
    return rows, counters


class Directory:
    """`customer_keys`: tried on every SSE-C version. `withheld`: see `Keys`."""

    def __init__(self, path, root, customer_keys=(), withheld=(), show_keys=False):
        self.show_keys = show_keys
        path = pathlib.Path(path)
        self.rows, self.counters = read_rows(path / "metadata")
        self.keys = Keys(self.rows, root, withheld)
        self.materials, self.customer_keys = self.keys.materials(), customer_keys
        self.blobs = {file.name: file for file in (path / "blobs").glob("*/*")}
        self.named_blobs = set()

    def record(self, key):
        """(clear part, secret part, masked bytes)"""
        return fmt.open_record(self.keys.metadata(), key, self.rows[key])

    def below(self, prefix):
        return sorted(key for key in self.rows if key.startswith(prefix))

    def buckets(self):
        for key in self.below(b"bucket/"):
            bucket = json.loads(self.record(key)[1])
            demand(key == b"bucket/" + bucket["name"].encode() and bucket["v"] == 1)
            yield bucket, unbase64(bucket["uuid"])

    def blob(self, identifier, sealed_length, seal_id):
        """The bytes of a blob; its row and its place are checked too."""
        file = self.blobs.get(identifier)
        demand(file is not None, "blob is missing")
        demand(file.parent.name == identifier[16:18])
        demand(self.rows.get(b"blob/" + bytes.fromhex(identifier)) == seal_id)
        self.named_blobs.add(identifier)
        message = file.read_bytes()
        demand(len(message) == sealed_length, "length")
        return message

    def stream(self, sealed, part, blob, stream, act):
        """`act(part, message, segment)` for a stream whose blob is what the record says."""
        message = self.blob(blob, stream["sealedLength"], sealed.seal_id)
        sealed.blobs.append({"blob": blob, "sha256": hashlib.sha256(message).hexdigest()})
        outermost = stream["layers"][-1]
        demand(message[:56] == unbase64(outermost["salt"]) + unbase64(outermost["commitment"]), "commitment")
        opened = act(part, message, stream["segmentBytes"])
        demand(not isinstance(opened, bytes) or len(opened) == stream["length"], "length")
        return opened

    def manifest(self, seal_id, table):
        """The entries of all pages, in order; each page is the one that the table names."""
        entries, offset = [], 0
        for number, (first, at, digest) in enumerate(table["pages"]):
            _, secret, _ = self.record(b"m/" + seal_id + number.to_bytes(4, "big"))
            demand(hashlib.sha256(secret).digest() == unbase64(digest), "manifest page")
            page = json.loads(secret)
            demand(page["v"] == 1 and page["entries"][0]["part"] == first and at == offset, "manifest page")
            demand(len(page["entries"]) <= 64, "manifest page")
            entries += page["entries"]
            offset += sum(entry["stream"]["length"] for entry in page["entries"])
        demand(table["parts"] == len(entries) and table["bytes"] == offset, "manifest page")
        return entries

    def extents(self, seal_id, table):
        """The extents of all pages and of the tail, in order."""
        entries, offset = [], 0
        for number, at, count, digest in table["pages"]:
            _, secret, _ = self.record(b"m/" + seal_id + number.to_bytes(4, "big"))
            demand(hashlib.sha256(secret).digest() == unbase64(digest) and at == offset, "page of extents")
            page = json.loads(secret)
            demand(page["v"] == 1 and len(page["entries"]) == count, "page of extents")
            entries += page["entries"]
            offset += sum(entry["bytes"] for entry in page["entries"])
        entries += table["tail"]
        demand(len(table["tail"]) <= 32 and sum(entry["bytes"] for entry in entries) == table["bytes"], "extents")
        return entries

    def versions(self):
        for bucket, uuid in self.buckets():
            for kind in (b"live/", b"old/"):
                for key in self.below(kind + uuid):
                    name = key[len(kind) + 16 :]
                    try:
                        yield self.version(bucket, kind, key, name)
                    except Refused as error:
                        yield {"kind": "version", "bucket": bucket["name"], "row": repr(name), "error": str(error)}

    def version(self, bucket, kind, key, rest):
        clear, secret, etag = self.record(key)
        header = Header(clear)
        name = rest
        if kind == b"old/":
            name, inverted = rest[:-9], int.from_bytes(rest[-8:], "big")
            demand(rest[-9] == 0 and inverted == ORDERS - 1 - header.order)
        shown = {
            "kind": "version",
            "bucket": bucket["name"],
            "name": name.decode(),
            "current": kind == b"live/",
            "versionId": header.version_id(),
            "modified": datetime.datetime.fromtimestamp(header.modified_ms / 1000, datetime.timezone.utc).isoformat(),
        }
        if header.flags & MARKER:
            demand(kind == b"old/" and secret == b"")
            return {**shown, "deleteMarker": True}
        json_end = 4 + int.from_bytes(secret[:4], "big")
        detail, inline_body = json.loads(secret[4:json_end]), secret[json_end:]
        demand(detail["v"] == 1 and detail["encryption"]["mode"] == header.mode and len(etag) == 16)
        sealed = Sealed(self, detail["encryption"], header.seal_id, bool(header.flags & INLINE))
        return {
            **shown,
            "mode": header.mode,
            "cipher": sealed.cipher,
            "bucketKey": "bucketKeyId" in detail["encryption"],
            "keyVersion": detail["encryption"].get("keyVersion"),
            "serviceKeyVersion": detail["encryption"].get("serviceKeyVersion"),
            "size": header.size,
            "storageClass": header.storage_class,
            "etag": etag.hex() + (f"-{header.parts}" if header.parts else ""),
            "form": detail["manifest"]["kind"],
            **{field: detail[field] for field in ("system", "metadata", "tags")},
            **self.body(sealed, header, detail, inline_body),
        }

    def body(self, sealed, header, detail, inline_body):
        """The SHA-256 of the body and its checksums, or why it does not open and what was tried."""
        try:
            pieces = list(self.pieces(sealed, detail["manifest"], inline_body, sealed.open))
            demand(sum(map(len, pieces)) == header.size, "length")
            whole = b"".join(pieces)
            checksums = [sealed.checksum(entry, 0, whole) for entry in detail["checksums"]]
            parts = [len(piece) for piece in pieces]
            own = {"keys": sealed.key_digests, "blobs": sealed.blobs}
            if self.show_keys:
                own["plainKeys"] = sealed.plain_keys
            return {"sha256": hashlib.sha256(whole).hexdigest(), "parts": parts, "checksums": checksums, **own}
        except Refused as error:
            if str(error) != "no key":
                raise
            tried = list(self.pieces(sealed, detail["manifest"], inline_body, sealed.attempts))
            return {"refused": "no key", "attempts": tried}

    def pieces(self, sealed, manifest, inline_body, act):
        if manifest["kind"] == "inline":
            yield act(0, inline_body, 16384)
        elif manifest["kind"] == "stream":
            yield self.stream(sealed, 1, manifest["blob"], manifest["stream"], act)
        elif manifest["kind"] == "extents":
            for entry in self.extents(sealed.seal_id, manifest):
                piece = self.stream(sealed, entry["part"], entry["blob"], entry["stream"], act)
                end = entry["from"] + entry["bytes"]
                demand(entry["from"] >= 0 and entry["bytes"] > 0 and end <= entry["stream"]["length"], "extents")
                yield piece[entry["from"] : end] if isinstance(piece, bytes) else piece
        else:
            demand(manifest["kind"] == "pages")
            for entry in self.manifest(sealed.seal_id, manifest["table"]):
                piece = self.stream(sealed, entry["part"], entry["blob"], entry["stream"], act)
                if isinstance(piece, bytes):
                    for checksum in entry["checksums"]:
                        sealed.checksum(checksum, entry["part"], piece)
                yield piece

    def uploads(self):
        """Uploads that are not completed, with the parts that they have."""
        for bucket, uuid in self.buckets():
            for key in self.below(b"upload/" + uuid):
                name, upload_id = key[7 + 16 : -25], key[-24:]
                clear, secret, _ = self.record(key)
                demand(len(clear) == 16 and clear[0] == 1 and key[-25] == 0)
                upload = json.loads(secret)
                sealed = Sealed(self, upload["encryption"], bytes.fromhex(upload["sealId"]), False)
                shown = {"kind": "upload", "bucket": bucket["name"], "name": name.decode(), "mode": upload["mode"]}
                yield {**shown, "properties": upload["properties"], "parts": list(self.parts(sealed, upload_id))}

    def parts(self, sealed, upload_id):
        for key in self.below(b"part/" + upload_id):
            clear, secret, etag = self.record(key)
            demand(len(clear) == 24 and clear[0] == 1)
            part, number = json.loads(secret), int.from_bytes(key[-2:], "big")
            body = self.stream(sealed, number, part["blob"], part["stream"], sealed.open)
            demand(len(body) == int.from_bytes(clear[8:16], "big"), "length")
            for checksum in part["checksums"]:
                sealed.checksum(checksum, number, body)
            yield {"part": number, "sha256": hashlib.sha256(body).hexdigest(), "etag": etag.hex()}

    def garbage(self):
        return [json.loads(self.rows[key]) for key in self.below(b"garbage/")]

    def unnamed_blobs(self):
        """Blobs that nothing read so far has named."""
        return sorted(set(self.blobs) - self.named_blobs)
