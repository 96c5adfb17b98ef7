"""Reads the pages of an LMDB file, data format 2, written from docs/storage.md, "The file, page by page".

Debian's and PyPI's `lmdb` know data format 1 only. Standard library only; reads a file that nobody is writing.
"""

import mmap
import pathlib
import struct

HEADER = 24
META_MAGIC = 0xBEEFC0DE
DATA_FORMAT = 2
BRANCH, LEAF, OVERFLOW, META = 1, 2, 4, 8
KINDS = BRANCH | LEAF | OVERFLOW | META
BIG_DATA = 1
EMPTY_TREE = 2**64 - 1


class Damaged(Exception):
    """The file is not one that docs/storage.md describes; says where."""


def demand(holds, what):
    if not holds:
        raise Damaged(what)


class Snapshot:
    """The last committed state of the environment in a directory: `rows()` gives all of it, in the order of keys."""

    def __init__(self, directory):
        with open(pathlib.Path(directory) / "data.mdb", "rb") as file:
            self.bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        (self.page_bytes,) = struct.unpack_from("<I", self.bytes, HEADER + 24)
        demand(self.page_bytes in (4096, 8192, 16384, 32768), "page size")
        metas = [self.meta(number) for number in (0, 1)]
        self.root, self.depth, self.entries, self.transaction = max(metas, key=lambda meta: meta[3])

    def meta(self, number):
        at = number * self.page_bytes
        (flags,) = struct.unpack_from("<H", self.bytes, at + 18)
        magic, version = struct.unpack_from("<II", self.bytes, at + HEADER)
        demand(flags & KINDS == META and magic == META_MAGIC and version == DATA_FORMAT, f"meta page {number}")
        # Two descriptors of 48 bytes: the tree of free pages, then the tree of all rows.
        depth, entries, root = struct.unpack_from("<6xH24xQQ", self.bytes, at + HEADER + 24 + 48)
        (transaction,) = struct.unpack_from("<Q", self.bytes, at + HEADER + 24 + 96 + 8)
        return root, depth, entries, transaction

    def page(self, number):
        at = number * self.page_bytes
        demand(at + self.page_bytes <= len(self.bytes), f"page {number} is behind the end of the file")
        own_number, flags, lower = struct.unpack_from("<Q8x2xHH", self.bytes, at)
        demand(own_number == number, f"page {number} says that it is page {own_number}")
        return at, flags & KINDS, lower // 2

    def rows(self):
        if self.root == EMPTY_TREE:
            return
        count, last = 0, None
        for key, value in self.below(self.root, self.depth):
            demand(last is None or last < key, f"key {key.hex()} is not after {last.hex() if last else ''}")
            count, last = count + 1, key
            yield key, value
        demand(count == self.entries, f"{count} rows where the meta page counts {self.entries}")

    def below(self, number, depth):
        at, kind, nodes = self.page(number)
        demand(depth >= 1 and kind == (LEAF if depth == 1 else BRANCH), f"page {number} is of another kind")
        for index in range(nodes):
            (offset,) = struct.unpack_from("<H", self.bytes, at + HEADER + 2 * index)
            node = at + HEADER + offset
            demand(offset + 8 <= self.page_bytes - HEADER, f"node {index} of page {number}")
            low, high, flags, key_bytes = struct.unpack_from("<HHHH", self.bytes, node)
            if kind == BRANCH:
                yield from self.below(low | high << 16 | flags << 32, depth - 1)
            else:
                data = node + 8 + key_bytes
                yield self.bytes[node + 8 : data], self.value(data, low | high << 16, flags)

    def value(self, at, length, flags):
        demand(flags & ~BIG_DATA == 0, "a row of a kind that Coffer does not write")
        if flags & BIG_DATA:
            number, _, pages = struct.unpack_from("<QQQ", self.bytes, at)
            begin, kind, _ = self.page(number)
            demand(kind == OVERFLOW and HEADER + length <= pages * self.page_bytes, f"overflow page {number}")
            at = begin + HEADER
        demand(at + length <= len(self.bytes), "a value behind the end of the file")
        return self.bytes[at : at + length]
