"""Checks what `coffer audit` gives out: `proof FILE` (JSON of `prove -o json`), `ledger FILE NOTES KEY`, `vectors FILE`."""

import base64
import json
import sys

import coffer_audit as audit


def check_proof(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        proof = json.load(file)
    _, size, root = audit.open_note(proof["checkpoint"], proof["verifierKey"])
    if size != proof["size"]:
        raise ValueError("the checkpoint speaks of another size")
    path_hashes = [base64.b64decode(one) for one in proof["hashes"]]
    leaf = audit.leaf_hash(proof["line"].encode("utf-8"))
    if audit.root_from_path(leaf, proof["index"], size, path_hashes) != root:
        raise ValueError("the proof does not lead to the root")
    return f"record {proof['index']} of {size} is proved"


def check_ledger(path: str, notes_path: str, vkey: str) -> str:
    with open(path, encoding="utf-8") as file:
        leaves = audit.check_chain(file.read().splitlines())
    with open(notes_path, encoding="utf-8") as file:
        _, size, root = audit.open_note(file.read(), vkey)
    if size > len(leaves):
        raise ValueError(f"the checkpoint speaks of {size} records, and there are {len(leaves)}")
    if audit.tree_root(leaves[:size]) != root:
        raise ValueError("the root does not fit")
    return f"{len(leaves)} records in one chain, {size} under the checkpoint"


def check_vectors(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        tests = json.load(file)["tests"]
    for test in tests:
        if test.get("result") == "invalid":
            check_refused(test)
            continue
        leaves = audit.check_chain(test["lines"])
        assert audit.tree_root(leaves).hex() == test["root"], test["name"]
        for proof in test["proofs"]:
            hashes = [bytes.fromhex(one) for one in proof["hashes"]]
            assert audit.inclusion_path(proof["index"], leaves) == hashes, test["name"]
            assert audit.root_from_path(leaves[proof["index"]], proof["index"], len(leaves), hashes).hex() == test["root"]
        assert audit.open_note(test["note"], test["verifierKey"]) == (test["origin"], len(leaves), bytes.fromhex(test["root"]))
    return f"{len(tests)} vectors hold"


def check_refused(test: dict) -> None:
    try:
        if test["kind"] == "lines":
            audit.check_chain(test["lines"])
        elif test["kind"] == "note":
            audit.open_note(test["note"], test["verifierKey"])
        else:
            leaf = audit.leaf_hash(test["line"].encode("utf-8"))
            hashes = [bytes.fromhex(one) for one in test["hashes"]]
            root = audit.root_from_path(leaf, test["index"], test["size"], hashes)
            if root.hex() != test["root"]:
                raise ValueError("another root")
    except Exception:  # noqa: BLE001 - whatever the reason
        return
    raise AssertionError(f"{test['name']}: {test['kind']} was accepted")


if __name__ == "__main__":
    modes = {"proof": check_proof, "ledger": check_ledger, "vectors": check_vectors}
    try:
        print(modes[sys.argv[1]](*sys.argv[2:]))
    except Exception as error:  # noqa: BLE001 - every doubt is a refusal
        print(f"refused: {type(error).__name__}: {error}")
        sys.exit(1)
