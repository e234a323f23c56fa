"""A second verifier of the Open Audit Record, written from docs/audit-record.md alone.

    verify.py record DIR ROOT_PEM LOG_ID
    verify.py proof FILE ROOT_PEM LOG_ID

Prints one line and ends with 0 (VALID-UNWITNESSED), 1 (INVALID), 3 or 4. It shares no code with
the Java one. Needs cbor2 and a cryptography with ML-DSA. Numbers in brackets are sections.
"""

import base64
import os
import re
import struct
import sys

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from entries import (
    ABORTED,
    CLOSED,
    ENTRY_MAX,
    GENESIS,
    HEADER,
    INTENT,
    OPENED,
    OUTPUT,
    SEAL,
    ZEROS,
    Entry,
    Wrong,
    decode,
    is_bytes,
    is_list,
    is_uint,
    need,
    sha256,
)


def signed(key_type, public_key, signature, message):
    try:
        key_type.from_public_bytes(public_key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


# [6]
class Chain:
    def __init__(self, genesis, first, root, log_id):
        need(genesis.type == GENESIS and genesis.sequence == 0, "no genesis")
        need(genesis.log_id == b"" and genesis.previous == ZEROS and genesis.epoch == 1, "genesis")
        need(genesis.event[2] == root, "another record root")
        need(genesis.sha256 == log_id, "another log id")
        need(first.sequence == 1 and first.previous == log_id, "entry 1")
        self.root, self.log_id, self.epochs = root, log_id, []
        self.open(first)
        self.require_signature(genesis, self.epochs[0])

    def open(self, entry):
        number = len(self.epochs) + 1
        need(entry.type == OPENED, f"epoch {number} is not opened")
        epoch, key, note_key, by, endorsement = (entry.event[i] for i in range(1, 6))
        need(epoch == entry.epoch == number and by == number - 1, f"order of epoch {number}")
        need(len(key) == 1952 and len(note_key) == 1312, f"keys of epoch {number}")
        message = b"redoubt/epoch/v1\0" + self.log_id + struct.pack(">Q", number) + key + note_key
        if number == 1:
            good = signed(mldsa.MLDSA87PublicKey, self.root, endorsement, message)
        else:
            good = signed(mldsa.MLDSA65PublicKey, self.epochs[-1][1], endorsement, message)
        need(good, f"endorsement of epoch {number}")
        self.epochs.append((entry.sequence, key, note_key))
        self.require_signature(entry, self.epochs[-1])

    def require_signature(self, entry, epoch):
        message = cbor2.dumps(["Signature1", HEADER, b"", entry.payload])
        need(
            signed(mldsa.MLDSA65PublicKey, epoch[1], entry.signature, message),
            f"signature of entry {entry.sequence}",
        )

    def require(self, entry):
        n, s = entry.epoch, entry.sequence
        need(s == 0 or entry.log_id == self.log_id, f"entry {s} of another log")
        need(1 <= n <= len(self.epochs), f"epoch of entry {s}")
        need(n == 1 or s >= self.epochs[n - 1][0], f"entry {s} before its epoch")
        need(n == len(self.epochs) or s < self.epochs[n][0], f"entry {s} after its epoch")
        self.require_signature(entry, self.epochs[n - 1])

    # [7.2]
    def checkpoint(self, note):
        need(len(note) <= 524288, "checkpoint too long")
        try:
            text = note.decode("utf-8")
        except UnicodeDecodeError:
            raise Wrong("checkpoint is not UTF-8")
        need(not re.search("[\0-\x09\x0b-\x1f]", text), "control characters in the checkpoint")
        body, _, lines = text.rpartition("\n\n")
        body += "\n"
        need(lines.endswith("\n") and lines.count("\n") <= 64, "signature lines")
        parts = body.split("\n")
        need(len(parts) == 4 and parts[3] == "", "the checkpoint has not three lines")
        name = "redoubt/" + self.log_id.hex()
        need(parts[0] == name, "checkpoint of another log")
        need(re.fullmatch("[1-9][0-9]{0,17}", parts[1]), "size of the checkpoint")
        size, root = int(parts[1]), b64(parts[2])
        need(len(root) == 32, "root of the checkpoint")
        in_force = [e for e in self.epochs if e[0] < size]
        need(in_force, "no epoch in force at the checkpoint")
        _, key, note_key = in_force[-1]
        key_id = sha256(name.encode(), b"\n\xffredoubt.org/ml-dsa-65", key)[:4]
        note_id = sha256(name.encode(), b"\n\x06", note_key)[:4]
        found = cosigned = 0
        for line in lines[:-1].split("\n"):
            words = line.split(" ")
            need(len(words) == 3 and words[0] == "\u2014" and words[1], "signature line")
            data = b64(words[2])
            need(len(data) > 4, "signature line")
            if words[1] != name:
                continue
            if data[:4] == key_id:
                need(signed(mldsa.MLDSA65PublicKey, key, data[4:], body.encode()), "signature of the checkpoint")
                found += 1
            elif data[:4] == note_id:
                n = bytes([len(name)]) + name.encode()
                message = b"subtree/v1\n\0" + n + data[4:12] + n + bytes(8) + struct.pack(">Q", size) + root
                need(signed(mldsa.MLDSA44PublicKey, note_key, data[12:], message), "cosignature of the checkpoint")
                cosigned += 1
        need(found == cosigned == 1, "the checkpoint is not signed by the epoch in force")
        return size, root


def b64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong("base64")
    need(base64.b64encode(data).decode() == text, "base64")
    return data


# [7.1]
def node(left, right):
    return sha256(b"\1", left, right)


def tree_root(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(tree_root(leaves[:k]), tree_root(leaves[k:]))


def path_root(leaf, index, size, path):
    """RFC 6962 2.1.1 by recursion, not the loop of RFC 9162: two ways should agree."""
    if size == 1:
        need(not path, "inclusion proof too long")
        return leaf
    need(path, "inclusion proof too short")
    k = 1 << (size - 1).bit_length() - 1
    if index < k:
        return node(path_root(leaf, index, k, path[:-1]), path[-1])
    return node(path[-1], path_root(leaf, index - k, size - k, path[:-1]))


# [4.1]
class Inferences:
    def __init__(self, whole):
        self.whole, self.intents, self.outputs, self.sealed, self.aborted = whole, {}, {}, set(), set()

    def take(self, entry):
        s, to, request = entry.sequence, entry.refers_to, entry.event.get(1)
        need(to is None or to < s, f"entry {s} refers to a later one")
        if entry.type == INTENT:
            self.intents[s] = request
        elif entry.type == OUTPUT:
            need(to is not None and (to in self.intents or not self.whole), f"output {s} without intent")
            need(self.intents.get(to, request) == request and to not in self.aborted, f"output {s}")
            need(to not in [i for i, _ in self.outputs.values()], f"second output {s}")
            self.outputs[s] = (to, request)
        elif entry.type == SEAL:
            need(to is not None and (to in self.outputs or not self.whole), f"seal {s} without output")
            intent, asked = self.outputs.get(to, (None, request))
            need(asked == request and intent not in self.aborted, f"seal {s}")
            self.sealed.add(intent)
        elif entry.type == ABORTED:
            need(not self.whole or to in self.intents, f"aborted {s}")
            need(to not in self.sealed and to not in self.aborted, f"aborted {s} after its end")
            need(self.intents.get(to, request) == request, f"aborted {s} of another request")
            self.aborted.add(to)


# CRC-32C, reflected 0x82F63B78.
TABLE = []
for i in range(256):
    for _ in range(8):
        i = i >> 1 ^ (0x82F63B78 if i & 1 else 0)
    TABLE.append(i)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


CONTINUES = 1 << 31


def whole_frame(data, at):
    """The COSE bytes, and whether the frame continues a batch; or None."""
    if at + 8 > len(data):
        return None
    (word,) = struct.unpack_from(">I", data, at)
    length, continues = word & ~CONTINUES, bool(word & CONTINUES)
    if not 0 < length <= ENTRY_MAX or at + 8 + length > len(data):
        return None
    cose = data[at + 4 : at + 4 + length]
    checked = cose + b"\x01" if continues else cose
    if struct.unpack_from(">I", data, at + 4 + length)[0] != crc32c(checked):
        return None
    return cose, continues


def begins_batch(data, at):
    frame = whole_frame(data, at)
    return frame is not None and not frame[1]


# [5]
def frames(folder):
    names = sorted(n for n in os.listdir(folder) if n.endswith(".seg"))
    need(names, "no segments")
    count = 0
    for name in names:
        need(name == f"{count:016d}.seg", f"segment {name} where {count} should begin")
        data = open(os.path.join(folder, name), "rb").read()
        need(data[:16] == b"RDBTREC1" + struct.pack(">Q", count), f"head of {name}")
        at = 16
        while at < len(data):
            frame = whole_frame(data, at)
            if frame is None:
                later = any(
                    data[i + 4] == 0xD2 and begins_batch(data, i)
                    for i in range(at + 1, len(data) - 8)
                )
                need(name == names[-1] and not later, f"damaged frame of entry {count}")
                return
            cose = frame[0]
            yield cose
            count += 1
            at += 8 + len(cose)


# [10]
def record(folder, root, log_id):
    chain, genesis, previous, closed = None, None, ZEROS, False
    leaves, clocks, inferences = [], {}, Inferences(True)
    for cose in frames(folder):
        entry = Entry(cose, f"entry {len(leaves)}")
        need(entry.sequence == len(leaves), f"entry {entry.sequence} stands at {len(leaves)}")
        need(entry.previous == previous, f"entry {entry.sequence} does not follow")
        need(clocks.get(entry.boot, 0) <= entry.monotonic, f"clock at entry {entry.sequence}")
        clocks[entry.boot] = entry.monotonic
        if genesis is None:
            genesis = entry
        elif chain is None:
            chain = Chain(genesis, entry, root, log_id)
        else:
            need(entry.type != GENESIS, "second genesis")
            need(closed == (entry.type == OPENED), f"open and close at entry {entry.sequence}")
            if entry.type == OPENED:
                chain.open(entry)
                closed = False
            else:
                chain.require(entry)
                need(entry.epoch == len(chain.epochs), f"entry {entry.sequence} of a closed epoch")
                closed = entry.type == CLOSED
                need(not closed or entry.event[1] == entry.epoch, "close of another epoch")
        inferences.take(entry)
        leaves.append(entry.leaf)
        previous = entry.sha256
    need(chain, "the record ends before its first epoch")
    path = os.path.join(folder, "checkpoint")
    need(os.path.exists(path), "no checkpoint", 3)
    size, tree = chain.checkpoint(open(path, "rb").read())
    need(size <= len(leaves), "the tail was cut")
    need(tree_root(leaves[:size]) == tree, "another history was signed", 4)
    return f"{len(leaves)} entries, {len(chain.epochs)} epochs, checkpoint {size}"


# [8], [10]
def proof(path, root, log_id):
    data = open(path, "rb").read()
    need(len(data) <= 64 << 20, "proof too long")
    m = decode(data, "proof")
    need(type(m) is dict and sorted(m) == [1, 2, 3, 4] and m[1] == "redoubt-proof/1", "proof")
    need(is_bytes(m[2], 32) and m[2] == log_id and type(m[3]) is str, "proof of another log")
    items = m[4]
    need(type(items) is list and 2 <= len(items) <= 16384, "items")
    entries = []
    for item in items:
        need(type(item) is dict and sorted(item) == [1, 2, 3], "item")
        need(is_uint(item[1]) and type(item[2]) is bytes, "item")
        need(is_list(item[3], lambda h: is_bytes(h, 32)) and len(item[3]) <= 64, "path")
        entry = Entry(item[2], f"item {item[1]}")
        need(entry.sequence == item[1], "an item gives another sequence")
        need(not entries or entries[-1].sequence < entry.sequence, "order of items")
        entries.append(entry)
    chain = Chain(entries[0], entries[1], root, log_id)
    for entry in entries[2:]:
        if entry.type == OPENED:
            chain.open(entry)
    size, tree = chain.checkpoint(m[3].encode())
    inferences = Inferences(False)
    for before, entry in zip([None] + entries, entries):
        chain.require(entry)
        if before and before.sequence + 1 == entry.sequence:
            need(entry.previous == before.sha256, f"entry {entry.sequence} does not follow")
        inferences.take(entry)
    for item, entry in zip(items, entries):
        need(item[1] < size, "an entry beyond the checkpoint")
        need(path_root(entry.leaf, item[1], size, item[3]) == tree, f"inclusion of {item[1]}")
    return f"{len(entries)} entries in a tree of {size}"


def main():
    command, path, root_pem, log_id = sys.argv[1:]
    root = load_pem_public_key(open(root_pem, "rb").read())
    need(isinstance(root, mldsa.MLDSA87PublicKey), "the root is no ML-DSA-87 key")
    check = {"record": record, "proof": proof}[command]
    print("VALID-UNWITNESSED:", check(path, root.public_bytes_raw(), bytes.fromhex(log_id)))


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        print({1: "INVALID", 3: "INCOMPLETE", 4: "FORKED"}[wrong.status] + ":", wrong)
        sys.exit(wrong.status)
