"""Makes ledger.json: from docs/audit.md, RFC 9162 and C2SP's signed notes, with Python's own hashes and signatures.

    python3 vectors/audit/make-audit-vectors.py > vectors/audit/ledger.json
"""

import base64
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "independent-reader"))
import coffer_audit as audit  # noqa: E402

AUDIT_KEY = bytes(range(32))
ORIGIN = "coffer-audit/00112233aabbccdd"
SIZES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 31, 33]


def record(number: int) -> str:
    members = {
        "timeMs": 1_795_000_000_000 + number,
        "requestId": f"request-{number}",
        "action": "kms:Decrypt" if number % 2 else "s3:CreateBucket",
        "resource": "arn:aws:s3:::photos-\u00e4",
        "caller": "arn:aws:iam::000000000001:root",
        "outcome": "done",
        "id": f"00000000-0000-8000-8000-{number:012x}",
    }
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def lines_of(size: int) -> list:
    lines, previous = [], audit.ZERO
    for number in range(size):
        line = f'{{"seq":{number},"prev":"{base64.b64encode(previous).decode()}",{record(number)[1:]}'
        previous = audit.leaf_hash(line.encode("utf-8"))
        lines.append(line)
    return lines


def test_of(size: int) -> dict:
    lines = lines_of(size)
    leaves = [audit.leaf_hash(line.encode("utf-8")) for line in lines]
    root = audit.tree_root(leaves)
    seed = audit.checkpoint_seed(AUDIT_KEY)
    indexes = sorted({index for index in (0, 1, size // 2, size - 2, size - 1) if 0 <= index < size})
    return {
        "name": f"{size} records",
        "records": [record(number) for number in range(size)],
        "lines": lines,
        "root": root.hex(),
        "proofs": [{"index": i, "hashes": [one.hex() for one in audit.inclusion_path(i, leaves)]} for i in indexes],
        "auditKey": AUDIT_KEY.hex(),
        "origin": ORIGIN,
        "verifierKey": audit.verifier_key(ORIGIN, audit.public_key(seed)),
        "note": audit.sign_note(seed, ORIGIN, size, root),
    }


def flip(text: str, at: int) -> str:
    return text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]


def wrong_tests() -> list:
    """What a reader has to refuse: a chain, a proof or a note that was touched."""
    good = test_of(7)
    lines, note, proof = good["lines"], good["note"], good["proofs"][2]
    swapped = lines[:2] + [lines[3], lines[2]] + lines[4:]
    other_seed = bytes([1]) * 32
    chains = [
        ("a record is edited", [line.replace("kms:Decrypt", "kms:Encrypt") if n == 3 else line for n, line in enumerate(lines)]),
        ("a record is cut out", lines[:3] + lines[4:]),
        ("the first record is cut off", lines[1:]),
        ("two records change places", swapped),
        ("a record comes twice", lines[:3] + lines[2:]),
        ("a link is changed", [line.replace('"prev":"', '"prev":"A', 1) if n == 5 else line for n, line in enumerate(lines)]),
    ]
    hashes = proof["hashes"]
    proofs = [
        ("another place", proof["index"] + 1, 7, hashes),
        ("another size", proof["index"], 9, hashes),
        ("a hash less", proof["index"], 7, hashes[:-1]),
        ("a hash more", proof["index"], 7, hashes + [good["root"]]),
        ("hashes in another order", proof["index"], 7, hashes[::-1]),
        ("a place outside the tree", 7, 7, hashes),
    ]
    root = bytes.fromhex(good["root"])
    notes = [
        ("another size", note.replace("\n7\n", "\n8\n")),
        ("another root", flip(note, len(ORIGIN) + 5)),
        ("another name", note.replace("aabbccdd", "aabbccde")),
        ("another key", audit.sign_note(other_seed, ORIGIN, 7, root)),
        ("no signature", note.split("\n\n")[0] + "\n\n"),
        ("no empty line", note.replace("\n\n", "\n")),
    ]
    return (
        [{"name": n, "result": "invalid", "kind": "lines", "lines": ls} for n, ls in chains]
        + [
            {"name": n, "result": "invalid", "kind": "proof", "line": lines[proof["index"]], "index": i, "size": s, "hashes": h, "root": good["root"]}
            for n, i, s, h in proofs
        ]
        + [{"name": n, "result": "invalid", "kind": "note", "note": t, "verifierKey": good["verifierKey"]} for n, t in notes]
    )


TESTS = [test_of(size) for size in SIZES] + wrong_tests()
print(json.dumps({"about": "docs/audit.md, The ledger", "tests": TESTS}, ensure_ascii=False, indent=1))
