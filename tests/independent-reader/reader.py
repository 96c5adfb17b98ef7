#!/usr/bin/env python3
"""The second reader of Coffer's formats, written from the pages of docs/ alone.

    reader.py vectors <folder vectors/>     opens every vector; each negative one for its own reason
    reader.py rows <metadata directory>     counts and digests the rows of an LMDB environment
    reader.py directory <data directory>    opens everything that a stopped server left, one line of JSON for each thing

Exits with 1 if something did not come out as it should, and says what. Needs Python 3.9 and `cryptography`.
"""

import argparse
import base64
import hashlib
import itertools
import json
import pathlib
import sys

import coffer_directory
import coffer_format as fmt
import coffer_keys
import coffer_versions
from lmdb_pages import Damaged


def unhex(text):
    return bytes.fromhex(text)


def outcome(open_it):
    """What came of it: ("valid", plaintext) or ("invalid", reason)."""
    try:
        return "valid", open_it()
    except fmt.Refused as error:
        return "invalid", str(error)


def expected(case, plaintext):
    return ("valid", plaintext) if case["result"] == "valid" else ("invalid", case["reason"])


def check_streams(cases):
    """Long messages are not in the file: those are checked by the server's tests against their SHA-256."""
    held = {case["id"]: case for case in cases if "sealed" in case}
    for case in cases:
        base = case if case["result"] == "valid" else held.get(case["base"])
        if base is None or "sealed" not in base:
            continue
        inputs = {**base, **case.get("replace", {})}
        message = changed(unhex(base["sealed"]), case.get("changes", []))
        context = fmt.stream_context(unhex(inputs["sealId"]), inputs["partNumber"], inputs["layer"])
        key, cipher = unhex(inputs["inputKey"]), inputs.get("cipher", "aes-256")
        got = outcome(lambda: fmt.open_stream(key, context, message, inputs["segmentBytes"], cipher))
        body = bytes((7 * i) % 251 for i in range(base["length"]))
        yield case, got, expected(case, body)


def changed(message, changes):
    message = bytearray(message)
    for change in changes:
        if change["op"] == "flip":
            message[change["offset"]] ^= change["mask"]
        elif change["op"] == "cut":
            del message[change["length"] :]
        elif change["op"] == "append":
            message += unhex(change["hex"])
        else:
            raise ValueError(f"a short message is not changed by {change['op']}")
    return bytes(message)


def check_cdk1(cases):
    for case in cases:
        if "customerKey" in case and fmt.customer_source(unhex(case["customerKey"])).hex() != case["sourceKey"]:
            yield case, "another source key", case["sourceKey"]
        got = outcome(
            lambda: fmt.unwrap_cdk1(
                unhex(case["sourceKey"]), case["source"], case["layer"], unhex(case["sealId"]), unhex(case["envelope"])
            )
        )
        yield case, got, expected(case, unhex(case["dek"]))


def check_ckb1(cases):
    for case in cases:
        materials = {(unhex(case["keyUid"]), case["version"]): unhex(case["material"])}
        got = outcome(lambda: fmt.open_ckb1(materials, case["context"], unhex(case["blob"])))
        yield case, got, expected(case, unhex(case["plaintext"]))


def check_contexts(cases):
    for case in cases:
        yield case, fmt.canonical_context(case["context"]).hex(), case["canonical"]


def check_checksums(cases):
    for case in cases:
        got = fmt.unmask_checksum(unhex(case["key"]), unhex(case["sealId"]), case["partNumber"], unhex(case["stored"]))
        yield case, got.hex(), case["value"]


def check_records(cases):
    for case in cases:
        got = outcome(lambda: fmt.open_record(unhex(case["metadataKey"]), unhex(case["rowKey"]), unhex(case["value"])))
        masked = unhex(case["masked"]) if "masked" in case else None
        yield case, got, expected(case, (unhex(case["clear"]), unhex(case["secret"]), masked))


def check_versions(cases):
    for case in cases:

        def opened(case=case):
            record = fmt.open_record(unhex(case["metadataKey"]), unhex(case["rowKey"]), unhex(case["value"]))
            header, detail, inline = coffer_versions.split_version(*record)
            return [header.flags, header.parts, header.size, str(header.order), header.seal_id.hex(), detail, inline.hex()]

        names = ("flags", "parts", "size", "order", "sealId", "detail", "inline")
        yield case, outcome(opened), expected(case, [case.get(name) for name in names])


def refusal(case):
    """The key vectors name the field that is wrong; for a reader all wrong fields are `format`."""
    return {"root id": "another root", "commitment": "commitment", "tag": "tag"}.get(case["refused"], "format")


def check_key_wraps(open_it, plaintext):
    def check(cases):
        for case in cases:
            got = outcome(lambda: open_it(case))
            wanted = ("invalid", refusal(case)) if "refused" in case else ("valid", unhex(case[plaintext]))
            yield {**case, "id": case["name"]}, got, wanted

    return check


def open_root_case(case):
    root = ("key", unhex(case["rootKey"])) if "rootKey" in case else ("passphrase", case["passphrase"].encode())
    version, cluster_key = coffer_keys.open_crw1(root, unhex(case["wrapped"]))
    coffer_keys.demand_version(version, case["clusterVersion"])
    return cluster_key


def open_cluster_case(case):
    wrap = unhex(case["wrapped"])
    cluster_keys = {int.from_bytes(wrap[8:12], "big"): unhex(case["clusterKey"])}
    return coffer_keys.open_cwk1(cluster_keys, case["purpose"], case["id"], case["version"], wrap)


def open_blob_case(case):
    blob = unhex(case["blob"])
    materials = {(blob[8:24], int.from_bytes(blob[24:28], "big")): unhex(case["material"])}
    return fmt.open_ckb1(materials, case["context"], blob)


def open_kept_root_case(case):
    version, cluster_key = coffer_keys.open_crw2(unhex(case["rootKey"]), unhex(case["wrapped"]))
    coffer_keys.demand_version(version, case["clusterVersion"])
    return cluster_key


def open_copy_case(case):
    return coffer_keys.open_crx1(case["passphrase"].encode(), unhex(case["copy"]))


def open_token_case(case):
    return fmt.open_token_blob(unhex(case["material"]), case["context"], unhex(case["blob"]))


CHECKS = {
    "envelopes/crw2.json": check_key_wraps(open_kept_root_case, "clusterKey"),
    "envelopes/crx1.json": check_key_wraps(open_copy_case, "rootKey"),
    "envelopes/ckb1-token.json": check_key_wraps(open_token_case, "plaintext"),
    "envelopes/crw1.json": check_key_wraps(open_root_case, "clusterKey"),
    "envelopes/cwk1.json": check_key_wraps(open_cluster_case, "secret"),
    "envelopes/ckb1-blobs.json": check_key_wraps(open_blob_case, "plaintext"),
    "segments/streams.json": check_streams,
    "segments/sm4-streams.json": check_streams,
    "envelopes/cdk1.json": check_cdk1,
    "envelopes/ckb1.json": check_ckb1,
    "envelopes/contexts.json": check_contexts,
    "envelopes/checksums.json": check_checksums,
    "records/records.json": check_records,
    "records/versions.json": check_versions,
}


def check_vectors(folder):
    failures = 0
    for path, check in CHECKS.items():
        file = json.loads((folder / path).read_text())
        cases = file.get("tests") or file["cases"]
        done = 0
        for case, got, wanted in check(cases):
            done += 1
            if got != wanted:
                failures += 1
                print(f"{path}/{case['id']} ({case.get('comment', '')}): {got}, expected {wanted}"[:400])
        print(f"{path}: {done} of {len(cases)} cases")
    return failures


def root_of(arguments):
    if arguments.passphrase:
        return "passphrase", arguments.passphrase.read_bytes().removesuffix(b"\n")
    path = arguments.root_key or arguments.data / "root.key"
    return "key", coffer_keys.root_key_of_text(path.read_bytes())


def customer_keys_of(path):
    return [] if path is None else [base64.b64decode(line, validate=True) for line in path.read_text().split()]


def read_directory(arguments):
    """One line of JSON for each version and upload, and one for the whole; how many did not open."""
    held = coffer_directory.Directory(
        arguments.data,
        root_of(arguments),
        customer_keys_of(arguments.customer_keys),
        arguments.without,
        arguments.show_keys,
    )
    failures = 0
    for thing in itertools.chain(held.versions(), held.uploads()):
        failures += "error" in thing
        print(json.dumps(thing))
    counters = {repr(name)[2:-1]: value for name, value in sorted(held.counters.items())}
    whole = {"kind": "directory", "counters": counters, "garbage": held.garbage(), "unnamedBlobs": held.unnamed_blobs()}
    print(json.dumps(whole))
    return failures


def digest_rows(directory):
    """How many rows of callers there are, and one SHA-256 over all: of each, length of key, key, length of value, value."""
    rows, _ = coffer_directory.read_rows(directory)
    digest = hashlib.sha256()
    for key, value in rows.items():
        digest.update(len(key).to_bytes(4, "big") + key + len(value).to_bytes(4, "big") + value)
    print(json.dumps({"kind": "rows", "rows": len(rows), "sha256": digest.hexdigest()}))
    return 0


COMMANDS = {
    "vectors": lambda arguments: check_vectors(arguments.folder),
    "rows": lambda arguments: digest_rows(arguments.directory),
    "directory": read_directory,
}


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    vectors = commands.add_parser("vectors")
    vectors.add_argument("folder", type=pathlib.Path)
    rows = commands.add_parser("rows")
    rows.add_argument("directory", type=pathlib.Path)
    directory = commands.add_parser("directory")
    directory.add_argument("data", type=pathlib.Path)
    directory.add_argument("--root-key", type=pathlib.Path, help="a file; otherwise <data>/root.key")
    directory.add_argument("--passphrase", type=pathlib.Path, help="a file that holds the root's passphrase")
    directory.add_argument("--customer-keys", type=pathlib.Path, help="a file of SSE-C keys in base64")
    directory.add_argument("--without", action="append", default=[], help="keys that are not to be had: key, service")
    directory.add_argument("--show-keys", action="store_true", help="the keys themselves, for a test that looks for them")
    parsed = parser.parse_args(arguments)
    try:
        failures = COMMANDS[parsed.command](parsed)
    except (fmt.Refused, Damaged) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
