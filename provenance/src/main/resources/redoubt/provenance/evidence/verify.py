#!/usr/bin/env python3
"""verify.py: the second verifier of the Open Audit Record, written from docs/audit-record.md alone.

    verify.py record DIR --trust DIR [--checkpoint FILE]... [--proof FILE]... [--receipt FILE]... [--json]
    verify.py proof FILE --trust DIR [--consistency FILE [--later FILE]] [--checkpoint FILE]... [--json]
    verify.py consistency FILE --trust DIR [--checkpoint FILE]... [--proof FILE]... [--receipt FILE]... [--json]
    verify.py package DIR-OR-ZIP --trust DIR [--checkpoint FILE]... [--json]

What you kept: checkpoints (signed, or the three lines that are on paper and in the QR code), proofs, receipts
(the JSON object that came with an answer). `consistency` leads from them to a later checkpoint.

DIR after --trust is the site's trust folder, got by a way that you believe; never from what you check.
It shares no code with Redoubt's own verifier, opens no connection and writes nothing but its report.

Needs Python 3.11 or newer, cbor2, and one implementation of ML-DSA (FIPS 204): a `cryptography` whose
OpenSSL has it (3.5 or newer), or, slower, `dilithium-py`. Time stamps of RFC 3161 and the credentials of
answers take `cryptography`; what could not be checked is told, and changes no verdict.

Exit status: 0 VALID or VALID-UNWITNESSED, 1 INVALID, 2 could not begin, 3 INCOMPLETE, 4 FORKED.
Numbers in brackets are sections of docs/audit-record.md.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import struct
import sys
import unicodedata

VERDICTS = {"VALID": 0, "VALID-UNWITNESSED": 0, "INVALID": 1, "INCOMPLETE": 3, "FORKED": 4}
COULD_NOT_BEGIN = 2

ENTRY_MAX = 1 << 20
SEGMENT_MAX = 256 << 20
NOTE_MAX = 512 << 10
PROOF_MAX = 64 << 20
ZEROS = bytes(32)


class CannotBegin(Exception):
    """Nothing was checked: a wrong command, a missing file, no trust folder."""


class Wrong(Exception):
    """The first thing that is wrong: its name, a sentence, and the verdict that follows."""

    def __init__(self, name, sentence, verdict="INVALID"):
        super().__init__(sentence)
        self.name, self.sentence, self.verdict = name, sentence, verdict


def need(condition, name, sentence, verdict="INVALID"):
    if not condition:
        raise Wrong(name, sentence, verdict)


class Report:
    """What was looked at and what came of it, in that order."""

    def __init__(self):
        self.checks, self.facts = [], {}

    def add(self, outcome, name, detail):
        self.checks.append({"name": name, "outcome": outcome, "detail": detail})

    def good(self, name, detail):
        self.add("good", name, detail)

    def note(self, name, detail):
        self.add("note", name, detail)

    def unchecked(self, name, detail):
        self.add("unchecked", name, detail)

    def bad(self, name, detail):
        self.add("bad", name, detail)

    def first_wrong(self):
        for outcome in ("bad", "unchecked"):
            for check in self.checks:
                if check["outcome"] == outcome:
                    return check
        return None


# ------------------------------------------------------------------------------------------------
# [1] ML-DSA: FIPS 204, pure, empty context; raw keys and signatures.

SIZES = {44: (1312, 2420), 65: (1952, 3309), 87: (2592, 4627)}


def by_cryptography():
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import mldsa

    types = {44: mldsa.MLDSA44PublicKey, 65: mldsa.MLDSA65PublicKey, 87: mldsa.MLDSA87PublicKey}
    try:
        types[44].from_public_bytes(bytes(SIZES[44][0]))
    except UnsupportedAlgorithm as absent:
        raise ImportError("the OpenSSL of this cryptography has no ML-DSA") from absent

    def check(level, key, message, signature):
        try:
            types[level].from_public_bytes(key).verify(signature, message)
            return True
        except (InvalidSignature, ValueError):
            return False

    return check


def by_dilithium_py():
    from dilithium_py.ml_dsa import ML_DSA_44, ML_DSA_65, ML_DSA_87

    sets = {44: ML_DSA_44, 65: ML_DSA_65, 87: ML_DSA_87}

    def check(level, key, message, signature):
        try:
            return bool(sets[level].verify(key, message, signature, ctx=b""))
        except (ValueError, IndexError, AssertionError):
            return False

    return check


IMPLEMENTATIONS = {"cryptography": by_cryptography, "dilithium-py": by_dilithium_py}
ml_dsa = None


def choose_ml_dsa(wanted=None):
    global ml_dsa
    reasons = []
    for name in [wanted] if wanted else IMPLEMENTATIONS:
        try:
            ml_dsa = IMPLEMENTATIONS[name]()
            return
        except KeyError:
            raise CannotBegin(f"There is no implementation {name}; there are: {', '.join(IMPLEMENTATIONS)}.")
        except ImportError as absent:
            reasons.append(f"{name}: {absent}")
    raise CannotBegin(
        "No implementation of ML-DSA was found, so no signature can be checked. Install one: pip install"
        f" cryptography (50.0.2 has it), or dilithium-py. ({'; '.join(reasons)})"
    )


def signed(level, key, message, signature):
    key_length, signature_length = SIZES[level]
    if len(key) != key_length or len(signature) != signature_length:
        return False
    return ml_dsa(level, key, message, signature)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u64(number):
    return struct.pack(">Q", number)


# ------------------------------------------------------------------------------------------------
# [1] CBOR. First a look at the bytes by our own rules, so that a decoder that is lenient, or knows
# more types than the format has, never sees anything else; then cbor2; then encoding it again must
# give the same bytes.


class Malformed(Exception):
    pass


def heads(data, at, depth):
    """Walks over one value that starts at `at` and gives where it ends."""
    if depth > 16:
        raise Malformed("nested too deeply")
    if at >= len(data):
        raise Malformed("ends too early")
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if info < 24:
        value = info
    elif info < 28:
        width = 1 << info - 24
        if at + width > len(data):
            raise Malformed("ends too early")
        value = int.from_bytes(data[at : at + width], "big")
        at += width
        if value < (24 if width == 1 else 1 << 4 * width):
            raise Malformed("a head is not in its shortest form")
    else:
        raise Malformed("indefinite or reserved length")
    if value >> 63:
        raise Malformed("a number is too large")
    if major in (0, 1):
        return at
    if major in (2, 3):
        if value > len(data) - at:
            raise Malformed("a string runs past the end")
        return at + value
    if major in (4, 5):
        if value > len(data) - at:
            raise Malformed("more items than bytes")
        for _ in range(value * (major - 3)):
            at = heads(data, at, depth + 1)
        return at
    if major == 6 and value == 18 and depth == 0:
        return heads(data, at, 1)
    raise Malformed("a type that the record does not use")


def require_cbor():
    try:
        __import__("cbor2")
    except ImportError as absent:
        raise CannotBegin(f"Python's cbor2 is missing, so nothing can be read: pip install cbor2. ({absent})")


def decode(data, name, what):
    import cbor2

    try:
        if heads(data, 0, 0) != len(data):
            raise Malformed("something follows the end")
        value = cbor2.loads(data)
        again = cbor2.dumps(value, canonical=True)
    except Exception as broken:
        raise Wrong(name, f"{what} is not the CBOR of this format: {broken}.")
    need(again == data, name, f"{what} is not in its one deterministic encoding.")
    return value


def encode(value):
    import cbor2

    return cbor2.dumps(value, canonical=True)


def is_uint(value):
    return type(value) is int and 0 <= value < 1 << 63


def is_text(value, most=16384):
    return type(value) is str and len(value.encode()) <= most


def is_bytes(value, length=None, most=8192):
    return type(value) is bytes and (len(value) == length if length is not None else len(value) <= most)


def is_map(value, keys):
    return type(value) is dict and set(value) == set(keys)


def is_list(value, test, most=1024):
    return type(value) is list and len(value) <= most and all(map(test, value))


def order(text):
    """Texts are ordered by their UTF-16 code units."""
    return text.encode("utf-16-be")


def is_pairs(value):
    if not is_list(value, lambda p: type(p) is list and len(p) == 2 and all(map(is_text, p))):
        return False
    keys = [order(pair[0]) for pair in value]
    return all(a < b for a, b in zip(keys, keys[1:]))


# ------------------------------------------------------------------------------------------------
# [2] [3] [4] One entry.

FIELDS = {
    "text": is_text,
    "uint": is_uint,
    "bytes": is_bytes,
    "[text]": lambda value: is_list(value, is_text),
    "[uint]": lambda value: is_list(value, is_uint),
    "pairs": is_pairs,
}

# [4] number: name, and the fields 1, 2, ... with their types.
EVENTS = {
    1: ("GENESIS", "site:text rootPublicKey:bytes software:text"),
    2: ("EPOCH_OPENED", "epoch:uint publicKey:bytes notePublicKey:bytes endorsedBy:uint endorsement:bytes"),
    3: ("EPOCH_CLOSED", "epoch:uint reason:text"),
    4: ("STARTED", "software:text nativeBuild:text sealLayers:[text]"),
    5: ("STOPPED", "reason:text"),
    6: ("RECOVERED", "tornBytes:uint checkpointSize:uint aborted:[uint]"),
    7: ("ALARM", "code:text detail:text"),
    8: ("COUNTERSIGNED", "epoch:uint size:uint root:bytes signature:bytes"),
    9: ("EPOCH_REVOKED", "epoch:uint from:uint reason:text signature:bytes"),
    10: ("WITNESSED", "witness:text keyId:bytes size:uint root:bytes at:uint cosignature:bytes"),
    11: ("ANCHORED", "kind:text size:uint root:bytes proofSha256:bytes"),
    12: ("CLOCK_JUMPED", "expectedUs:uint foundUs:uint"),
    13: ("CEREMONY", "act:text detail:text"),
    16: (
        "INTENT",
        "requestId:text route:text modelName:text modelSha256:bytes modelLoadedAt:uint "
        "parameters:pairs inputCommitment:bytes",
    ),
    17: (
        "OUTPUT",
        "requestId:text manifestUrn:text contentSha256:bytes contentCommitment:bytes "
        "promptTokens:uint completionTokens:uint finishReason:text",
    ),
    18: (
        "SEAL",
        "requestId:text form:text manifestUrn:text manifestSha256:bytes claimSha256:bytes "
        "signatureSha256:bytes assetSha256:bytes",
    ),
    19: ("ABORTED", "requestId:text reason:text"),
    20: (
        "VECTORS",
        "requestId:text route:text modelName:text modelSha256:bytes modelLoadedAt:uint "
        "parameters:pairs inputs:uint promptTokens:uint inputCommitment:bytes "
        "outputCommitment:bytes",
    ),
    21: ("REPLAYED", "output:text verdict:text difference:text"),
    22: ("TOOL_CALLED", "requestId:text callId:text tool:text argumentsCommitment:bytes"),
    23: ("TOOL_ANSWERED", "requestId:text callId:text tool:text resultCommitment:bytes"),
    32: ("SIGNED_IN", ""),
    33: ("SIGN_IN_FAILED", "nameCommitment:bytes reason:text attempts:uint"),
    34: ("SIGNED_OUT", ""),
    35: ("PERSON_CREATED", "person:text roles:[text]"),
    36: ("PERSON_CHANGED", "person:text what:text roles:[text]"),
    37: ("KEY_CREATED", "key:text owner:text role:text"),
    38: ("KEY_REVOKED", "key:text owner:text"),
    48: ("MODEL_LOADED", "name:text sha256:bytes measure:pairs"),
    49: ("MODEL_REFUSED", "name:text code:text reason:text"),
    50: ("MODEL_UNLOADED", "name:text reason:text"),
    51: ("ENGINE_CRASHED", "model:text how:text requests:[text]"),
    52: ("ADAPTER_LOADED", "model:text name:text sha256:bytes measure:pairs"),
    53: ("ADAPTER_REFUSED", "model:text name:text code:text reason:text"),
    54: ("ADAPTER_UNLOADED", "model:text name:text reason:text"),
    64: ("SEAL_CHECKED", "blocked:uint open:uint untested:uint report:bytes"),
    65: ("EXPORTED", "what:text form:text sha256:bytes"),
    66: ("REQUEST_REFUSED", "route:text code:text times:uint"),
    67: ("ERASED", "item:text what:text"),
    68: ("ADMINISTERED", "route:text what:text"),
    69: ("POLICY_CHANGED", "policy:text sha256:bytes"),
    70: ("BACKED_UP", "what:text size:uint sha256:bytes"),
    71: ("RESTORED", "what:text size:uint sha256:bytes erasedAgain:uint"),
    72: ("SEARCHED", "criteria:text found:uint"),
}
EVENTS = {number: (name, [field.split(":") for field in fields.split()]) for number, (name, fields) in EVENTS.items()}

HEADER = bytes.fromhex("a1013830")
PAYLOAD_KEYS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13]


class Entry:
    def __init__(self, cose, what):
        def well(condition, how):
            need(condition, "entry format", f"{what} is not well formed: {how}.")

        well(0 < len(cose) <= ENTRY_MAX, "impossible length")
        message = decode(cose, "entry format", what)
        body = getattr(message, "value", None)
        well(getattr(message, "tag", None) == 18 and type(body) in (list, tuple), "no COSE_Sign1")
        well(len(body) == 4, "not four members")
        header, unprotected, self.payload, self.signature = body
        well(header == HEADER, "the protected header is not {1: -49} (ML-DSA-65)")
        well(unprotected == {}, "unprotected headers are not allowed")
        well(is_bytes(self.payload, most=ENTRY_MAX), "no payload")
        well(is_bytes(self.signature, 3309), "length of the signature")
        self.cose, self.sha256, self.leaf = cose, sha256(cose), sha256(b"\0", cose)
        self.read(decode(self.payload, "entry format", f"The payload of {what[0].lower()}{what[1:]}"), well)
        self.name = f"entry {self.sequence} ({self.type})"

    def read(self, m, well):
        well(is_map(m, PAYLOAD_KEYS) or is_map(m, PAYLOAD_KEYS + [10]), "its fields")
        well(is_uint(m[1]) and m[1] == 1, "unknown version")
        well(is_bytes(m[2], most=32) and is_uint(m[3]) and is_bytes(m[4], 32), "fields 2 to 4")
        well(is_uint(m[5]) and is_bytes(m[6], 16) and is_uint(m[7]) and is_uint(m[8]), "fields 5 to 8")
        well(is_uint(m.get(10, 0)) and is_bytes(m[12], 32), "field 10 or 12")
        actor = m[11]
        well(is_map(actor, [1, 2, 3, 4]), "the actor")
        well(all(is_text(actor[key], 1024) for key in (1, 2, 3)), "the actor")
        well(is_list(actor[4], lambda role: is_text(role, 1024), 16), "the roles")
        well(actor[4] == sorted(actor[4], key=order), "the order of the roles")
        well(is_uint(m[9]) and m[9] in EVENTS, "unknown type")
        self.type, self.fields = EVENTS[m[9]]
        event = m[13]
        well(is_map(event, range(1, len(self.fields) + 1)), "fields of the event")
        well(all(FIELDS[kind](event[i]) for i, (_, kind) in enumerate(self.fields, 1)), "a field of the event")
        self.log_id, self.sequence, self.previous, self.epoch = m[2], m[3], m[4], m[5]
        self.boot, self.wall, self.monotonic, self.refers_to = m[6], m[7], m[8], m.get(10)
        self.event, self.actor, self.policy = event, actor, m[12]


# ------------------------------------------------------------------------------------------------
# [7.1] The tree.


def node(left, right):
    return sha256(b"\1", left, right)


class Tree:
    """Keeps the hashes of all full subtrees, 64 bytes an entry, so that the root of any size is quick."""

    def __init__(self):
        self.levels, self.size = [bytearray()], 0

    def __len__(self):
        return self.size

    def at(self, level, index):
        return bytes(self.levels[level][32 * index : 32 * index + 32])

    def leaf(self, index):
        return self.at(0, index)

    def append(self, leaf):
        self.levels[0] += leaf
        self.size += 1
        count, level = self.size, 0
        while count % 2 == 0:
            pair = self.at(level, count - 2), self.at(level, count - 1)
            count, level = count // 2, level + 1
            if level == len(self.levels):
                self.levels.append(bytearray())
            self.levels[level] += node(*pair)

    def root(self, size):
        """RFC 6962 2.1: the full subtrees from the left, joined from the right."""
        whole, start = None, size
        for level in range(size.bit_length()):
            if size >> level & 1:
                start -= 1 << level
                peak = self.at(level, start >> level)
                whole = peak if whole is None else node(peak, whole)
        return sha256() if whole is None else whole


def path_root(leaf, index, size, path):
    """RFC 6962 2.1.1 by recursion, not the loop of RFC 9162: two ways should agree."""
    if size == 1:
        return None if path else leaf
    if not path:
        return None
    k = 1 << (size - 1).bit_length() - 1
    below = path_root(leaf, index, k, path[:-1]) if index < k else path_root(leaf, index - k, size - k, path[:-1])
    if below is None:
        return None
    return node(below, path[-1]) if index < k else node(path[-1], below)


def includes(leaf, index, note, path):
    return index < note.size and path_root(leaf, index, note.size, path) == note.root


# ------------------------------------------------------------------------------------------------
# [7.2] Signed notes and checkpoints.


def b64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def three_lines(text, well):
    parts = text.split("\n")
    well(len(parts) == 4 and parts[3] == "", "not three lines")
    well(re.fullmatch("redoubt/[0-9a-f]{64}", parts[0]), "its first line names no log")
    well(re.fullmatch("[1-9][0-9]{0,17}", parts[1]), "its size")
    root = b64(parts[2])
    well(root is not None and len(root) == 32, "its root")
    return parts[0], int(parts[1]), root


class Paper:
    """[12.6] The three lines without signatures. They accuse nobody; a record agrees with them or does not."""

    lines = ()

    def __init__(self, data, what):
        def well(condition, how):
            need(condition, "checkpoint", f"{what} is neither a signed checkpoint nor its three lines: {how}.")

        well(len(data) <= 256 and data.isascii(), "not three lines of ASCII")
        text = data.decode("ascii")
        self.origin, self.size, self.root = three_lines(text if text.endswith("\n") else text + "\n", well)

    def require(self, root):
        need(
            root == self.root,
            "your checkpoints",
            f"The first {self.size} entries have another root here than in the three lines that you kept.",
        )


class Note:
    def __init__(self, data, what):
        def well(condition, how):
            need(condition, "checkpoint", f"{what} is not a signed checkpoint: {how}.")

        well(len(data) <= NOTE_MAX, "longer than 512 KiB")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            well(False, "not UTF-8")
        well(not re.search("[\0-\x09\x0b-\x1f]", text), "control characters")
        body, blank, lines = text.rpartition("\n\n")
        well(blank and lines.endswith("\n") and lines.count("\n") <= 64, "its signature lines")
        self.text = body + "\n"
        self.origin, self.size, self.root = three_lines(self.text, well)
        self.lines = []
        for line in lines[:-1].split("\n"):
            words = line.split(" ")
            well(len(words) == 3 and words[0] == "\u2014", "a signature line")
            name, blob = words[1], b64(words[2])
            space = any(unicodedata.category(c).startswith("Z") for c in name)
            well(name and "+" not in name and not space, "the name in a signature line")
            well(blob is not None and len(blob) > 4, "a signature line")
            self.lines.append((name, blob[:4], blob[4:]))

    def cosigned(self, name, key, blob):
        """C2SP tlog-cosignature, ML-DSA-44, with its time; the whole tree."""
        stamp, signature = blob[:8], blob[8:]
        if len(stamp) != 8 or stamp[0] & 0x80:
            return False
        message = b"subtree/v1\n\0" + short(name) + stamp + short(self.origin) + u64(0) + u64(self.size) + self.root
        return signed(44, key, message, signature)


def short(name):
    data = name.encode()
    return bytes([len(data)]) + data


def key_id(name, kind, key):
    return sha256(name.encode(), b"\n", kind, key)[:4]


# ------------------------------------------------------------------------------------------------
# [6] Epochs.


class Epoch:
    def __init__(self, number, opened, key, note_key, by_root):
        self.number, self.opened, self.key, self.note_key = number, opened, key, note_key
        self.by_root = by_root


class Chain:
    def __init__(self, genesis, first, trust):
        well = (
            genesis.type == "GENESIS"
            and genesis.sequence == 0
            and genesis.log_id == b""
            and genesis.previous == ZEROS
            and genesis.epoch == 1
        )
        need(well, "genesis", "The first entry is not the genesis of a log.")
        need(
            genesis.event[2] == trust.root,
            "record root",
            "This record stands under another root than the trust folder's: another site's, or begun anew.",
        )
        need(
            trust.log_id in (None, genesis.sha256),
            "log id",
            f"This is log {genesis.sha256.hex()}, and the trust folder names another.",
        )
        self.trust, self.log_id, self.epochs = trust, genesis.sha256, []
        self.open(first)
        need(first.sequence == 1 and first.previous == self.log_id, "epoch chain", "Entry 1 opens no epoch.")
        self.require_signature(genesis, self.epochs[0])

    def open(self, entry):
        number = len(self.epochs) + 1
        need(entry.type == "EPOCH_OPENED", "epoch chain", f"{entry.name} does not open epoch {number}.")
        epoch, key, note_key, by, endorsement = (entry.event[i] for i in range(1, 6))
        in_order = epoch == entry.epoch == number and (number == 1 or entry.sequence > self.epochs[-1].opened)
        need(
            in_order and by in (0, number - 1),
            "epoch chain",
            f"{entry.name} opens epoch {epoch} where epoch {number} must follow.",
        )
        need(entry.log_id == self.log_id, "log id", f"{entry.name} belongs to another log.")
        kinds = len(key) == SIZES[65][0] and len(note_key) == SIZES[44][0]
        need(kinds, "epoch chain", f"{entry.name} holds a key of the wrong length.")
        keys = self.log_id + u64(number) + key + note_key
        if by > 0:
            good = signed(65, self.epochs[-1].key, b"redoubt/epoch/v1\0" + keys, endorsement)
        elif number == 1:
            good = signed(87, self.trust.root, b"redoubt/epoch/v1\0" + keys, endorsement)
        else:
            # [6.1] a replacement
            place = u64(entry.sequence) + entry.previous
            good = signed(87, self.trust.root, b"redoubt/epoch-replaced/v1\0" + keys + place, endorsement)
        need(good, "epoch chain", f"The keys of epoch {number} are not endorsed.")
        opened = Epoch(number, entry.sequence, key, note_key, by == 0)
        self.require_signature(entry, opened)
        self.epochs.append(opened)

    def require_signature(self, entry, epoch):
        message = encode(["Signature1", HEADER, b"", entry.payload])
        need(
            signed(65, epoch.key, message, entry.signature),
            "signature",
            f"The signature of {entry.name} is not by the key of epoch {epoch.number}.",
        )

    def require_place(self, entry):
        n, s = entry.epoch, entry.sequence
        need(s == 0 or entry.log_id == self.log_id, "log id", f"{entry.name} belongs to another log.")
        need(1 <= n <= len(self.epochs), "epoch", f"{entry.name} names epoch {n}, which is not open.")
        begun = n == 1 or s >= self.epochs[n - 1].opened
        over = n < len(self.epochs) and s >= self.epochs[n].opened
        need(begun and not over, "epoch", f"{entry.name} is signed by epoch {n}, which was not in force there.")

    def require_between(self, entry, size):
        """[10.5] What an entry of an excerpt shows of those beside it; `size` is that of the checkpoint."""
        need(entry.type != "GENESIS" or entry.sequence == 0, "genesis", f"{entry.name} is a second genesis.")
        self.require_place(entry)
        following = self.epochs[entry.epoch] if entry.epoch < len(self.epochs) else None
        if entry.type == "EPOCH_CLOSED":
            need(entry.event[1] == entry.epoch, "epochs", f"{entry.name} closes an epoch that is not open.")
            end = following.opened if following else size
            need(end <= entry.sequence + 1, "epochs", f"Another entry follows {entry.name} in its epoch.")
        elif following and not following.by_root:
            closed = following.opened != entry.sequence + 1
            need(closed, "epochs", f"Epoch {following.number} opens behind {entry.name}, which closes none.")

    def require(self, entry):
        self.require_place(entry)
        self.require_signature(entry, self.epochs[entry.epoch - 1])

    def in_force(self, size):
        return next((epoch for epoch in reversed(self.epochs) if epoch.opened < size), None)

    def has_signed(self, note):
        """Our two lines, each once and good, by the epoch in force at its last entry."""
        epoch = self.in_force(note.size)
        if epoch is None or note.origin != "redoubt/" + self.log_id.hex():
            return False
        found = cosigned = 0
        line = key_id(note.origin, b"\xffredoubt.org/ml-dsa-65", epoch.key)
        coline = key_id(note.origin, b"\x06", epoch.note_key)
        for name, which, blob in note.lines:
            if name == note.origin and which == line:
                found += 1 if signed(65, epoch.key, note.text.encode(), blob) else 64
            elif name == note.origin and which == coline:
                cosigned += 1 if note.cosigned(name, epoch.note_key, blob) else 64
        return found == cosigned == 1

    def require_checkpoint(self, note, what):
        need(note.origin == "redoubt/" + self.log_id.hex(), "checkpoint", f"{what} is of another log.")
        need(
            self.has_signed(note),
            "checkpoint",
            f"{what}, of size {note.size}, is not signed by the epoch that was in force there.",
        )

    # [6.1] [7.2] What entries say of the record itself.
    def testify(self, entry, root_at):
        """`root_at` gives the root of a size, or None where it is not known. Gives a revocation."""
        if entry.type == "COUNTERSIGNED":
            epoch, size, root, signature = (entry.event[i] for i in range(1, 5))
            self.require_size(entry, size)
            statement = b"redoubt/countersigned/v1\0" + self.log_id + u64(epoch) + u64(size) + root
            in_force = self.in_force(size)
            need(
                in_force and in_force.number == epoch and signed(87, self.trust.root, statement, signature),
                "countersignature",
                f"{entry.name} is not the record root's countersignature of the epoch and size that it names.",
            )
            self.require_root(entry, size, root, root_at)
        elif entry.type == "EPOCH_REVOKED":
            epoch, start, reason, signature = (entry.event[i] for i in range(1, 5))
            opened = 1 <= epoch <= len(self.epochs) and self.epochs[epoch - 1].opened < entry.sequence
            need(opened, "revocation", f"{entry.name} revokes an epoch that no entry before it opens.")
            need(
                is_revoked(self.trust.root, self.log_id, epoch, start, reason, signature),
                "revocation",
                f"{entry.name} revokes an epoch without the record root's signature.",
            )
            return epoch, start, reason
        elif entry.type in ("WITNESSED", "ANCHORED"):
            at = 3 if entry.type == "WITNESSED" else 2
            size, root = entry.event[at], entry.event[at + 1]
            self.require_size(entry, size)
            self.require_root(entry, size, root, root_at)
        return None

    @staticmethod
    def require_size(entry, size):
        need(1 <= size <= entry.sequence, "roots", f"{entry.name} speaks of {size} entries, which were not there.")

    @staticmethod
    def require_root(entry, size, root, root_at):
        need(
            root_at(size) in (None, root),
            "roots",
            f"{entry.name} speaks of another history of the first {size} entries than this one.",
            "FORKED",
        )


def is_revoked(root_key, log_id, epoch, start, reason, signature):
    statement = b"redoubt/epoch-revoked/v1\0" + log_id + u64(epoch) + u64(start) + sha256(reason.encode())
    return signed(87, root_key, statement, signature)


# [10.3]
def disputed(revocations, chain, size, witnessed):
    """Ranges (from, to, epoch, reason) that are in doubt, without what witnesses saw."""
    ranges = []
    for epoch, start, reason in revocations:
        if not 1 <= epoch <= len(chain.epochs):
            continue
        later = chain.epochs[epoch:]
        if start >= (later[0].opened if later else size):
            continue
        first = max(start, 0 if epoch == 1 else chain.epochs[epoch - 1].opened, witnessed)
        end = next((other.opened for other in later if other.by_root), size)
        if first < end:
            ranges.append((first, end, epoch, reason))
    return ranges


# ------------------------------------------------------------------------------------------------
# [4.1] What belongs together.


class Inferences:
    def __init__(self, whole):
        self.whole, self.intents, self.outputs = whole, {}, {}
        self.answered, self.sealed, self.aborted = set(), set(), set()

    def take(self, entry):
        s, to, request = entry.sequence, entry.refers_to, entry.event.get(1)

        def well(condition, how):
            need(condition, "relations", f"{entry.name} {how}.")

        well(to is None or to < s, "refers to an entry that follows it")
        if entry.type == "INTENT":
            self.intents[s] = request
        elif entry.type == "OUTPUT":
            well(to is not None, "answers no INTENT")
            well(to in self.intents or not self.whole, "answers an INTENT that is not there")
            well(to not in self.answered and to not in self.aborted, "answers an INTENT that is over")
            well(self.intents.get(to, request) == request, "speaks of another request")
            self.answered.add(to)
            self.intents.setdefault(to, request)
            self.outputs[s] = u64(to) + self.named(request)
        elif entry.type == "SEAL":
            well(to is not None, "seals no OUTPUT")
            well(to in self.outputs or not self.whole, "seals an OUTPUT that is not there")
            output = self.outputs.get(to)
            intent = int.from_bytes(output[:8], "big") if output else None
            well(output is None or output[8:] == self.named(request), "speaks of another request")
            well(intent not in self.aborted, "seals an answer that was aborted")
            if self.whole:
                # It is over; of a whole record nothing more of it is kept than where its OUTPUT is.
                self.intents.pop(intent, None)
                self.answered.discard(intent)
            else:
                self.sealed |= {("of output", to)} | ({intent} - {None})
        elif entry.type == "TOOL_ANSWERED":
            well(to is not None, "refers to no INTENT")
            well(to in self.intents or not self.whole, "refers to an INTENT that is not there")
            well(to not in self.answered and to not in self.aborted, "was given to an INTENT that is over")
            well(self.intents.get(to, request) == request, "speaks of another request")
        elif entry.type == "TOOL_CALLED":
            well(to is not None, "refers to no OUTPUT")
            well(to in self.outputs or not self.whole, "refers to an OUTPUT that is not there")
            output = self.outputs.get(to)
            intent = int.from_bytes(output[:8], "big") if output else None
            well(output is None or output[8:] == self.named(request), "speaks of another request")
            over = intent not in self.intents if self.whole else ("of output", to) in self.sealed
            well(not over and intent not in self.aborted, "is of an answer that is over")
        elif entry.type == "ABORTED":
            well(to is not None, "aborts no INTENT")
            well(not self.whole or to in self.intents, "aborts an INTENT that is not there")
            well(to not in self.sealed and to not in self.aborted, "aborts an INTENT that is over")
            well(self.intents.get(to, request) == request, "speaks of another request")
            self.aborted.add(to)

    @staticmethod
    def named(request):
        return sha256(request.encode())[:16]

    def unfinished(self):
        return sorted(set(self.intents) - self.sealed - self.aborted)


# ------------------------------------------------------------------------------------------------
# [10.1] [10.2] What the auditor brings.


def kept_note(path, signed_only=False):
    data = read(path, NOTE_MAX)
    try:
        return Note(data, path) if signed_only or b"\n\n" in data or len(data) > 256 else Paper(data, path)
    except Wrong as wrong:
        raise CannotBegin(wrong.sentence)


class Receipt:
    """[8.2] The JSON object that came with an answer."""

    def __init__(self, path):
        def well(condition, how):
            if not condition:
                raise CannotBegin(f"{path} is not the receipt of an answer: {how}.")

        def once(pairs):
            well(len({key for key, _ in pairs}) == len(pairs), "a field is there twice")
            return dict(pairs)

        data = read(path, 2 * NOTE_MAX)
        try:
            m = json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_constant=lambda _: well(False, "NaN"))
        except (ValueError, RecursionError):
            well(False, "it is no JSON")
        texts = ("output_id", "credential_url", "proof_url")
        well(type(m) is dict, "it is no object")
        needed = {"log_id", "intent", "output", "seal", "leaf_hash"}
        well(needed <= set(m) <= needed | set(texts) | {"checkpoint", "provenance_ms"}, "its fields")
        well(all(type(m.get(key, "")) is str and len(m.get(key, "")) <= 1024 for key in texts), "a text")
        well(type(m.get("provenance_ms", 0)) in (int, float), "provenance_ms")
        for key in ("log_id", "leaf_hash"):
            well(type(m[key]) is str and re.fullmatch("[0-9a-f]{64}", m[key]), key)
        well(all(is_uint(m[key]) for key in ("intent", "output", "seal")), "the numbers of its entries")
        self.path, self.log_id, self.leaf = path, bytes.fromhex(m["log_id"]), bytes.fromhex(m["leaf_hash"])
        self.intent, self.output, self.seal, self.note = m["intent"], m["output"], m["seal"], None
        well(self.intent < self.output < self.seal, "INTENT, OUTPUT and SEAL do not follow each other")
        if "checkpoint" in m:
            well(type(m["checkpoint"]) is str, "its checkpoint")
            try:
                self.note = Note(m["checkpoint"].encode("utf-8", "surrogatepass"), "Its checkpoint")
            except Wrong as wrong:
                well(False, wrong.sentence)
            covers = self.note.origin == "redoubt/" + m["log_id"] and self.note.size > self.seal
            well(covers, "its checkpoint does not cover its entries")

    def require_in(self, walk):
        def well(condition, how):
            need(condition, "your receipts", f"{self.path} {how}.")

        size = len(walk.tree)
        well(self.log_id == walk.chain.log_id, "is of another log")
        well(self.seal < size, f"speaks of entry {self.seal}, and the record has {size}: it was rolled back")
        well(walk.tree.leaf(self.output) == self.leaf, f"names another entry {self.output}")
        said = [walk.noted[number] for number in (self.intent, self.output, self.seal)]
        wanted = [("INTENT", said[0][1]), ("OUTPUT", self.intent), ("SEAL", self.output)]
        well(said == wanted, "names entries that do not belong to its answer")


class Policy:
    """C2SP tlog-policy: whose countersignatures count, and how many are enough."""

    def __init__(self, data):
        self.logs, self.witnesses, self.members, self.quorum = set(), {}, {}, None
        self.keys, self.log_keys, self.grouped, groups = set(), set(), set(), 0
        if re.search(b"[\0-\x08\x0b-\x1f\x7f]", data) or (data and not data.endswith(b"\n")):
            raise CannotBegin("The witness policy has control characters, or no newline at its end.")
        said = False
        for number, line in enumerate(data.decode("latin-1").split("\n"), 1):
            words = re.split("[ \t]+", line.strip(" \t"))
            if words == [""] or words[0].startswith("#"):
                continue
            kind = words.pop(0)
            try:
                if max(map(len, words), default=0) > 8192:
                    raise ValueError("a word is too long")
                if kind == "log" and len(words) in (1, 2):
                    name, _, key = self.vkey(words[0])
                    self.fresh(key, self.log_keys)
                    self.logs.add(name)
                elif kind == "witness" and len(words) in (2, 3):
                    name, typed, key = self.vkey(words[1])
                    if typed != 6 or len(key) != SIZES[44][0] or re.fullmatch("redoubt/[0-9a-f]{64}", name):
                        raise ValueError("not the ML-DSA-44 key of a witness")
                    self.fresh(key, self.keys)
                    self.define(words[0], (name, key))
                    self.witnesses[words[0]] = (name, key_id(name, b"\x06", key), key)
                elif kind == "group" and len(words) >= 3:
                    inner, count = words[2:], {"all": len(words) - 2, "any": 1}.get(words[1])
                    if count is None:
                        count = int(words[1]) if re.fullmatch("[1-9][0-9]{0,2}", words[1]) else 0
                    if not 1 <= count <= len(inner):
                        raise ValueError("an impossible number of members")
                    for member in inner:
                        if member not in self.members or member in self.grouped:
                            raise ValueError(f"{member} is not defined before, or in a group already")
                        self.grouped.add(member)
                    self.define(words[0], (count, inner))
                    groups += 1
                elif kind == "quorum" and len(words) == 1 and not said:
                    said = True
                    if words[0] != "none" and words[0] not in self.members:
                        raise ValueError(f"{words[0]} is not defined before")
                    self.quorum = None if words[0] == "none" else words[0]
                else:
                    raise ValueError("it is none of the four kinds")
                if max(len(self.witnesses), len(self.log_keys), groups) > 32:
                    raise ValueError("more than 32 of a kind")
            except ValueError as wrong:
                raise CannotBegin(f"Line {number} of the witness policy cannot be used: {wrong}.")
        if not said:
            raise CannotBegin("The witness policy has no quorum line.")

    @staticmethod
    def fresh(key, keys):
        if key in keys:
            raise ValueError("this key stands there already")
        keys.add(key)

    def define(self, name, member):
        if name == "none" or len(name) > 255 or name in self.members:
            raise ValueError("the name cannot be used, or is taken")
        self.members[name] = member

    @staticmethod
    def vkey(text):
        parts = re.fullmatch("([!-*,-~]{1,255})[+]([0-9a-f]{8})[+](.+)", text)
        typed = b64(parts[3]) if parts else None
        if typed is None or len(typed) < 2 or sha256(parts[1].encode(), b"\n", typed)[:4].hex() != parts[2]:
            raise ValueError("not a verifier key")
        return parts[1], typed[0], typed[1:]

    # [10.2]
    def witnessed(self, notes, report):
        """The size that the quorum vouches for, by notes that are of one tree."""
        seen = {}
        for note in notes:
            if self.logs and note.origin not in self.logs:
                continue
            good, bad = set(), False
            for name, which, blob in note.lines:
                for label, (witness, wanted, key) in self.witnesses.items():
                    if (name, which) == (witness, wanted):
                        if len(blob) == 8 + SIZES[44][1] and note.cosigned(name, key, blob):
                            good.add(label)
                        else:
                            bad = True
                            report.note("witness", f"the line of {label} under size {note.size} is not good")
            for label in set() if bad else good:
                seen[label] = max(seen.get(label, 0), note.size)
        for label, size in seen.items():
            report.note("witness", f"{label} saw the first {size} entries")
        return 0 if self.quorum is None else self.size(self.quorum, seen)

    def size(self, name, seen):
        if name in self.witnesses:
            return seen.get(name, 0)
        count, inner = self.members[name]
        return sorted((self.size(member, seen) for member in inner), reverse=True)[count - 1]

    def attests(self, note):
        return any(
            (name, which) == (witness, wanted) and len(blob) == 8 + SIZES[44][1] and note.cosigned(name, key, blob)
            for name, which, blob in note.lines
            for witness, wanted, key in self.witnesses.values()
        )


def witnessed(trust, notes, report, size, what):
    """[10.2] Up to which entry enough witnesses vouch; told in the report."""
    if trust.policy is None:
        report.note("witnesses", "you named no witnesses: this rests on the site's own keys")
        upto = 0
    else:
        upto = trust.policy.witnessed(notes, report)
        said = f"witnessed up to entry {upto} of {size}" if upto else f"no quorum of your witnesses saw {what}"
        (report.good if upto else report.note)("witnesses", said)
    report.facts["witnessed"] = str(upto)
    return upto


class Trust:
    # SubjectPublicKeyInfo of ML-DSA-87 (RFC 9881) up to the key itself.
    SPKI = bytes.fromhex("30820a32300b060960864801650304031303820a2100")

    def __init__(self, folder):
        if not os.path.isdir(folder):
            raise CannotBegin(f"The trust folder {folder} is not a folder.")
        pem = self.file(folder, "record-root.pem")
        found = re.search("-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----", pem or "")
        try:
            der = base64.b64decode("".join(found[1].split()), validate=True) if found else b""
        except ValueError:
            der = b""
        if len(der) != len(self.SPKI) + SIZES[87][0] or not der.startswith(self.SPKI):
            raise CannotBegin(
                f"The trust folder {folder} has no record-root.pem with an ML-DSA-87 key. Without it nothing can"
                " be verified; ask the site for its trust folder by a way that you believe."
            )
        self.root, self.log_id = der[len(self.SPKI) :], None
        given = self.file(folder, "record-log-id")
        if given is not None:
            if not re.fullmatch("[0-9a-fA-F]{64}", given.strip()):
                raise CannotBegin(f"record-log-id in {folder} is not the 64 digits of a log id.")
            self.log_id = bytes.fromhex(given.strip())
        policy = os.path.join(folder, "witness-policy.txt")
        self.policy = Policy(read(policy, 256 << 10)) if os.path.lexists(policy) else None
        self.headers, self.authorities = block_headers(folder), authorities(folder)
        self.credential_roots = credential_roots(folder)
        self.revocations, self.checkpoints = [], []
        for path in self.inside(folder, "revocations"):
            if path.endswith(".revocation"):
                self.revocations.append(self.revocation(path))
        for path in self.inside(folder, "checkpoints"):
            self.checkpoints.append(kept_note(path, True))

    @staticmethod
    def inside(folder, name):
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            return []
        return [os.path.join(path, file) for file in sorted(os.listdir(path)) if not file.startswith(".")]

    # [6.1]
    def revocation(self, path):
        try:
            m = decode(read(path, 32768), "revocation", "It")
        except Wrong as wrong:
            raise CannotBegin(f"{path} cannot be used. {wrong.sentence}")
        well = is_map(m, range(1, 7)) and m[1] == "redoubt-revocation/1" and is_bytes(m[2], 32)
        well = well and is_uint(m[3]) and is_uint(m[4]) and is_text(m[5]) and is_bytes(m[6], SIZES[87][1])
        if not well or not is_revoked(self.root, m[2], m[3], m[4], m[5], m[6]):
            raise CannotBegin(f"{path} is not a revocation that this record root signed.")
        return m[2], (m[3], m[4], m[5])

    def revocations_of(self, log_id):
        return [revocation for log, revocation in self.revocations if log == log_id]

    @staticmethod
    def file(folder, name):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            return None
        if os.path.getsize(path) > 64 << 10:
            raise CannotBegin(f"{path} is far too large.")
        with open(path, encoding="ascii", errors="replace") as source:
            return source.read()


# ------------------------------------------------------------------------------------------------
# [5] Segments.

CRC_TABLE = []
for _i in range(256):
    for _ in range(8):
        _i = _i >> 1 ^ (0x82F63B78 if _i & 1 else 0)
    CRC_TABLE.append(_i)
CONTINUES = 1 << 31


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def whole_frame(data, at):
    """The COSE bytes, and whether the frame continues a batch; or None."""
    if at + 8 > len(data):
        return None
    (word,) = struct.unpack_from(">I", data, at)
    length, continues = word & ~CONTINUES, bool(word & CONTINUES)
    if not 0 < length <= ENTRY_MAX or at + 8 + length > len(data):
        return None
    cose = data[at + 4 : at + 4 + length]
    checked = cose + b"\1" if continues else cose
    if struct.unpack_from(">I", data, at + 4 + length)[0] != crc32c(checked):
        return None
    return cose, continues


def has_batch_after(data, at):
    """[9] Whether a whole frame that begins a batch is behind; what makes the search long counts as one."""
    checked, head = 0, b"\xd2\x84\x44" + HEADER + b"\xa0"
    found = data.find(head, at + 5)
    while found >= 0:
        (length,) = struct.unpack_from(">I", data, found - 4)
        if length <= ENTRY_MAX and found + length + 4 <= len(data):
            checked += length
            if checked > 8 << 20 or whole_frame(data, found - 4) is not None:
                return True
        found = data.find(head, found + 1)
    return False


def frames(folder, report):
    need(os.path.isdir(folder), "folder", f"{folder} is not a folder.")
    names = sorted(name for name in os.listdir(folder) if name.endswith(".seg"))
    need(names, "folder", f"{folder} holds no segment of a record.")
    count = 0
    for name in names:
        need(
            name == f"{count:016d}.seg",
            "segments",
            f"After {count} entries the next segment should be {count:016d}.seg, but it is {name}.",
        )
        path = os.path.join(folder, name)
        need(os.path.isfile(path), "segments", f"{name} is not a plain file.")
        need(os.path.getsize(path) <= SEGMENT_MAX, "segments", f"{name} is longer than any segment.")
        data = read(path)
        if name == names[-1] and len(data) <= 16 and data != b"RDBTREC1" + u64(count):
            report.note("tail", f"{name} was about to be begun; no entry was ever in it")
            return
        need(
            data[:16] == b"RDBTREC1" + u64(count),
            "segments",
            f"{name} does not begin as the segment from entry {count}.",
        )
        at = 16
        while at < len(data):
            frame = whole_frame(data, at)
            if frame is None:
                need(
                    name == names[-1] and not has_batch_after(data, at),
                    "segments",
                    f"The frame of entry {count} is damaged, and later ones follow it.",
                )
                report.note("tail", f"an unfinished batch at byte {at} of {name}; it was never acknowledged")
                return
            yield frame[0]
            count += 1
            at += 8 + len(frame[0])


def read(path, most=None):
    if most is not None and os.path.getsize(path) > most:
        raise CannotBegin(f"{path} is too large to be checked.")
    with open(path, "rb") as source:
        return source.read()


# ------------------------------------------------------------------------------------------------
# [10] A record folder.


class Walk:
    """All entries of a record, from the first."""

    def __init__(self, trust, wanted=()):
        self.wanted, self.noted = set(wanted), {}
        self.trust, self.tree, self.inferences = trust, Tree(), Inferences(True)
        self.genesis = self.chain = None
        self.previous, self.closed = ZEROS, False
        self.clocks, self.wall, self.back, self.jumps, self.revocations = {}, 0, 0, 0, []

    def take(self, cose):
        size = len(self.tree)
        entry = Entry(cose, f"Entry {size}")
        need(
            entry.sequence == size,
            "sequence",
            f"Entry {entry.sequence} stands where entry {size} should.",
        )
        need(
            entry.previous == self.previous,
            "chain",
            f"{entry.name} does not follow the entry before it: one of the two was altered or replaced.",
        )
        if self.genesis is None:
            self.genesis = entry
        else:
            begins = self.chain is None
            self.place(entry)
            revocation = self.chain.testify(entry, self.tree.root)
            if revocation:
                self.revocations.append(revocation)
            self.inferences.take(entry)
            self.clock(entry)
            if not begins and entry.type != "EPOCH_OPENED":
                self.chain.require_signature(entry, self.chain.epochs[-1])
        if size in self.wanted:
            self.noted[size] = (entry.type, entry.refers_to)
        self.clocks[entry.boot] = entry.monotonic
        self.back += entry.wall < self.wall
        self.wall = max(self.wall, entry.wall)
        self.jumps += entry.type == "CLOCK_JUMPED"
        self.previous = entry.sha256
        self.tree.append(entry.leaf)

    def clock(self, entry):
        need(
            self.clocks.get(entry.boot, 0) <= entry.monotonic,
            "clock",
            f"The monotonic clock runs backwards at {entry.name}.",
        )

    def place(self, entry):
        if self.chain is None:
            self.chain = Chain(self.genesis, entry, self.trust)
            return
        need(entry.type != "GENESIS", "genesis", f"{entry.name} is a second genesis.")
        opens = entry.type == "EPOCH_OPENED"
        replaces = opens and entry.event[4] == 0
        need(not self.closed or opens, "epochs", f"{entry.name} follows the close of its epoch.")
        need(self.closed or not opens or replaces, "epochs", f"{entry.name} opens an epoch while one is open.")
        if opens:
            self.chain.open(entry)
            self.closed = False
            return
        self.chain.require_place(entry)
        last = len(self.chain.epochs)
        need(entry.epoch == last, "epochs", f"{entry.name} is signed by an epoch that is over.")
        if entry.type == "EPOCH_CLOSED":
            need(entry.event[1] == last, "epochs", f"{entry.name} closes an epoch that is not open.")
            self.closed = True


def agree(note, walk, what):
    size = len(walk.tree)
    need(
        note.size <= size,
        "checkpoint",
        f"The record has {size} entries and {what} counts {note.size}: its tail was cut off, or it was rolled back.",
    )
    if isinstance(note, Paper):
        need(note.origin == "redoubt/" + walk.chain.log_id.hex(), "checkpoint", f"{what} is of another log.")
        note.require(walk.tree.root(note.size))
        return
    walk.chain.require_checkpoint(note, what)
    need(
        walk.tree.root(note.size) == note.root,
        "checkpoint",
        f"The site's key signed another history of the first {note.size} entries than this one ({what}).",
        "FORKED",
    )


def require_one_history(trust, kept, proofs, chain):
    """[10.4] Two signed roots for one size are two histories, whatever else is found."""
    chains, notes, seen = [chain] if chain else [], list(kept), {}
    for data in proofs:
        try:
            proven = Proven(ProofFile(data), trust, Report())
            chains.append(proven.chain)
            notes += proven.notes
        except Wrong:
            pass  # What is wrong with a proof by itself is told when its turn comes.
    for note in notes:
        if isinstance(note, Paper):
            continue
        if any(one.has_signed(note) for one in chains) or (trust.policy and trust.policy.attests(note)):
            need(
                seen.setdefault((note.origin, note.size), note.root) == note.root,
                "your checkpoints",
                f"Two checkpoints that you brought are signed and give the first {note.size} entries different roots.",
                "FORKED",
            )


def check_record(folder, trust, kept, proofs, receipts, report):
    wanted = {number for one in receipts for number in (one.intent, one.output, one.seal)}
    beside, walk, broken = Beside(folder), Walk(trust, wanted), None
    try:
        for cose in frames(folder, report):
            walk.take(cose)
        need(walk.chain, "genesis", "The record ends before its first epoch is opened.")
    except Wrong as wrong:
        broken = wrong
    kept = trust.checkpoints + list(kept) + [one.note for one in receipts if one.note]
    require_one_history(trust, kept, proofs, walk.chain)
    if broken:
        raise broken
    size, chain = len(walk.tree), walk.chain
    report.facts.update({"log": chain.log_id.hex(), "entries": str(size)})
    report.good("entries", f"{size} entries: each signed by the epoch in force, chained to the one before")
    report.good("epochs", f"{len(chain.epochs)} epoch(s), the last is {'closed' if walk.closed else 'open'}")
    open_ones = walk.inferences.unfinished()
    if open_ones:
        report.note("inferences", f"{len(open_ones)} have neither SEAL nor ABORTED, the first at entry {open_ones[0]}")
    if walk.back:
        report.note("clock", f"the host's clock was behind an earlier entry's at {walk.back} entries")
    if walk.jumps:
        report.note("clock", f"the host's clock was set {walk.jumps} times, as CLOCK_JUMPED says")
    notes = []
    for note in kept:
        agree(note, walk, "a checkpoint that you brought")
        notes.append(note)
    if kept:
        report.good("your checkpoints", f"the record agrees with all {len(kept)} that you brought")
    for receipt in receipts:
        receipt.require_in(walk)
        report.good("your receipts", f"INTENT, OUTPUT and SEAL of {receipt.path} are in this record")
    for data in proofs:
        try:
            proven = check_proven(data, trust, Report())
        except Wrong as wrong:
            raise Wrong("your proofs", f"A proof that you brought does not hold: {wrong.sentence}", wrong.verdict)
        for note in proven.notes:
            agree(note, walk, "a proof that you brought")
            notes.append(note)
        report.good("your proofs", f"all {len(proven.entries)} entries of one are in this record")
    for wrong in beside.own_wrong:
        raise wrong
    if beside.own:
        agree(beside.own, walk, "its own checkpoint")
        notes.append(beside.own)
        report.good("checkpoint", f"signed, covers {beside.own.size} of {size} entries, and has their root")
    else:
        report.unchecked("checkpoint", "the folder has no checkpoint, so a cut tail would not be noticed")
    for note in beside.witnessed:
        agree(note, walk, "a checkpoint that witnesses saw")
        notes.append(note)
    for wrong in beside.witnessed_wrong:
        raise wrong
    upto = witnessed(trust, notes, report, size, "this record")
    check_anchors(folder, beside.anchors, trust, chain, walk.tree, report)
    others = len(trust.revocations) - len(trust.revocations_of(chain.log_id))
    if others:
        report.note("revocations", f"{others} of the trust folder are of another log")
    doubts = disputed(walk.revocations + trust.revocations_of(chain.log_id), chain, size, upto)
    tell_disputed(doubts, report)
    if not beside.own or doubts:
        return "INCOMPLETE"
    return "VALID" if upto else "VALID-UNWITNESSED"


class Beside:
    """[10.4] What speaks of the record's length, read before its segments: an appliance that runs replaces it."""

    def __init__(self, folder):
        self.own, self.own_wrong, self.witnessed, self.witnessed_wrong = None, [], [], []
        path = os.path.join(folder, "checkpoint")
        try:
            if os.path.exists(path):
                need(os.path.isfile(path), "checkpoint", "The checkpoint is not a plain file.")
                need(os.path.getsize(path) <= NOTE_MAX, "checkpoint", "The checkpoint file is longer than 512 KiB.")
                self.own = Note(read(path), "Its own checkpoint")
        except Wrong as wrong:
            self.own_wrong = [wrong]
        try:
            for note in witnessed_notes(folder):
                self.witnessed.append(note)
        except Wrong as wrong:
            self.witnessed_wrong = [wrong]
        inside = os.path.join(folder, "anchors")
        self.anchors = sorted(os.listdir(inside)) if os.path.isdir(inside) else []


def tell_disputed(doubts, report):
    for first, end, epoch, reason in doubts:
        report.unchecked(
            "disputed",
            f"entries {first} to {end - 1}: the record root revoked epoch {epoch} ({reason}), and no quorum saw them",
        )


def witnessed_notes(folder):
    """[7.2] `witnessed/<size, 16 digits>.note`"""
    inside = os.path.join(folder, "witnessed")
    if not os.path.lexists(inside):
        return
    need(os.path.isdir(inside), "witnessed", "witnessed is not a folder.")
    names = sorted(name for name in os.listdir(inside) if not name.endswith(".new"))
    for name in names:
        need(
            re.fullmatch("[0-9]{16}\\.note", name),
            "witnessed",
            f"The folder witnessed holds {name}, which is no note of a size.",
        )
    need(len(names) <= 100000, "witnessed", "The folder witnessed holds more notes than anybody made.")
    for name in names:
        path = os.path.join(inside, name)
        need(os.path.isfile(path) and not os.path.islink(path), "witnessed", f"{name} is not a plain file.")
        need(os.path.getsize(path) <= NOTE_MAX, "witnessed", f"{name} is longer than 512 KiB.")
        try:
            note = Note(read(path), name)
        except Wrong as wrong:
            raise Wrong("witnessed", wrong.sentence)
        need(note.size == int(name[:16]), "witnessed", f"{name} is of another size than its name.")
        yield note


# ------------------------------------------------------------------------------------------------
# [13] Anchors: OpenTimestamps, and tokens of RFC 3161 as far as `cryptography` knows their algorithms.


class Ots:
    """A detached OpenTimestamps proof: where its paths end."""

    MAGIC = bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294")
    BITCOIN, PENDING = bytes.fromhex("0588960d73d71901"), bytes.fromhex("83dfe30d2ef90c8e")

    def __init__(self, data, digest):
        self.data, self.at, self.operations = data, 0, 0
        self.blocks, self.calendars = [], []
        well = len(data) <= 1 << 20 and self.take(31) == self.MAGIC and self.number() == 1 and self.take(1) == b"\x08"
        if not well or self.take(32) != digest:
            raise Malformed("it is no OpenTimestamps proof of this checkpoint")
        self.timestamp(digest, 256)
        if self.at != len(data):
            raise Malformed("something follows its end")

    def take(self, length):
        if length > len(self.data) - self.at:
            raise Malformed("it ends too early")
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self):
        """LEB128 in shortest form, at most 63 bits."""
        value = shift = 0
        while shift < 63:
            octet = self.take(1)[0]
            value |= (octet & 127) << shift
            if octet < 128:
                if octet == 0 and shift:
                    raise Malformed("a number is not in its shortest form")
                return value
            shift += 7
        raise Malformed("a number is too large")

    def value(self, least, most):
        length = self.number()
        if not least <= length <= most:
            raise Malformed("a length is out of bounds")
        return self.take(length)

    def timestamp(self, message, depth):
        if depth == 0:
            raise Malformed("deeper than 256 operations")
        tag = self.take(1)[0]
        while tag == 0xFF:
            self.branch(self.take(1)[0], message, depth)
            tag = self.take(1)[0]
        self.branch(tag, message, depth)

    def branch(self, tag, message, depth):
        self.operations += 1
        if self.operations > 16384:
            raise Malformed("more than 16,384 operations")
        if tag:
            self.timestamp(self.applied(tag, message), depth - 1)
            return
        kind, payload = self.take(8), self.value(0, 8192)
        inner = Ots.__new__(Ots)
        inner.data, inner.at = payload, 0
        if kind == self.BITCOIN:
            height = inner.number()
            if inner.at != len(payload) or height >= 1 << 31 or (message is not None and len(message) != 32):
                raise Malformed("an attestation of Bitcoin is not one")
            self.blocks.append((height, message))
        elif kind == self.PENDING:
            calendar = inner.value(0, 1000)
            if inner.at != len(payload) or not re.fullmatch(b"[A-Za-z0-9._/:-]+", calendar):
                raise Malformed("a promise of a calendar is not one")
            self.calendars.append(calendar.decode())

    def applied(self, tag, message):
        """What the operation makes; None where this Python cannot follow it."""
        value = self.value(1, 4096) if tag in (0xF0, 0xF1) else b""
        if tag not in (0x02, 0x03, 0x08, 0x67, 0xF0, 0xF1, 0xF2, 0xF3):
            raise Malformed("an operation does not exist")
        name = {0x02: "sha1", 0x03: "ripemd160", 0x08: "sha256"}.get(tag)
        if message is None or tag == 0x67 or (name and name not in hashlib.algorithms_available):
            return None
        if name:
            return hashlib.new(name, message).digest()
        made = {0xF0: message + value, 0xF1: value + message, 0xF2: message[::-1]}.get(tag, message.hex().encode())
        if len(made) > 4096:
            raise Malformed("a value is longer than 4,096 bytes")
        return made


def block_headers(trust_folder):
    """bitcoin-headers/: a line for each block, height, space, 80 bytes in hex."""
    headers, folder = {}, os.path.join(trust_folder, "bitcoin-headers")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        for line in read(os.path.join(folder, name), 64 << 20).decode("latin-1").splitlines():
            if not line.strip():
                continue
            match = re.fullmatch("(0|[1-9][0-9]{0,8}) ([0-9a-fA-F]{160})", line.strip())
            if not match:
                raise CannotBegin(f"{name} in bitcoin-headers holds a line that is no header.")
            header = bytes.fromhex(match[2])
            bits = int.from_bytes(header[72:76], "little")
            target = (bits & 0x7FFFFF) << 8 * (bits >> 24) >> 24
            if bits & 0x800000 or bits >> 24 > 32 or int.from_bytes(sha256(sha256(header)), "little") > target:
                raise CannotBegin(f"The header of block {match[1]} in bitcoin-headers has no work behind it.")
            headers[int(match[1])] = header
    return headers


class Der:
    """One value of ASN.1 (X.690 8.1), all of it looked at before use: lengths in their shortest form, or
    indefinite where a value holds others."""

    def __init__(self, data, at=0, end=None, depth=0):
        end = len(data) if end is None else end
        if depth > 32 or end - at < 2:
            raise Malformed("its ASN.1 is cut short or nested too deeply")
        self.tag, length, begin = data[at], data[at + 1], at
        if self.tag & 31 == 31 or self.tag == 0:
            raise Malformed("its ASN.1 has an unknown tag")
        at += 2
        if length == 128 and self.tag & 32:
            self.inner, self.value = [], b""
            while data[at : at + 2] != b"\0\0" and at + 2 <= end:
                self.inner.append(Der(data, at, end, depth + 1))
                at = self.inner[-1].end
            if at + 2 > end:
                raise Malformed("its ASN.1 ends too early")
            self.end = at + 2
            self.raw = data[begin : self.end]
            return
        if length >= 128:
            octets = length & 127
            if not 1 <= octets <= 3 or end - at < octets:
                raise Malformed("a length of its ASN.1 is impossible")
            length = int.from_bytes(data[at : at + octets], "big")
            if length < 128 or length >> 8 * (octets - 1) == 0:
                raise Malformed("a length of its ASN.1 is not in its shortest form")
            at += octets
        if length > end - at:
            raise Malformed("its ASN.1 ends too early")
        self.end, self.value, self.inner = at + length, data[at : at + length], []
        self.raw = data[begin : self.end]
        while self.tag & 32 and at < self.end:
            child = Der(data, at, self.end, depth + 1)
            self.inner.append(child)
            at = child.end

    @staticmethod
    def whole(data):
        value = Der(data)
        if value.end != len(data):
            raise Malformed("something follows its end")
        return value

    def of(self, tag, least=0):
        """Itself, if it has this tag and so many members."""
        if self.tag != tag or len(self.inner) < least:
            raise Malformed("its ASN.1 is not that of a time stamp")
        return self

    def number(self):
        if self.tag != 2 or not self.value or (len(self.value) > 1 and self.value[0] == 0 and self.value[1] < 128):
            raise Malformed("a number of its ASN.1 is not one")
        return int.from_bytes(self.value, "big", signed=True)

    def oid(self):
        arcs, value = [], 0
        for octet in self.of(6).value:
            value = value << 7 | octet & 127
            if octet < 128:
                arcs, value = arcs + [value], 0
        first = min(arcs[0] // 40, 2) if arcs else 0
        return ".".join(map(str, [first, arcs[0] - 40 * first] + arcs[1:])) if arcs else ""


class CannotTell(Exception):
    """Well formed, and this program cannot judge it."""


def told(reading):
    """A library tells of strange certificates by exceptions of many kinds; none of them may end the check."""
    try:
        reading()
    except (Malformed, CannotTell, Wrong):
        raise
    except IndexError:
        raise Malformed("something of it is missing")
    except Exception as strange:
        raise CannotTell(f"it cannot be read here ({type(strange).__name__})")


class TimeStamp:
    """RFC 3161 and RFC 5816: a response with a token, about a digest, signed by a certificate that it carries."""

    HASHES = {
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
        "1.3.14.3.2.26": "sha1",
    }
    RSA = {"1.2.840.113549.1.1.1": None, "1.2.840.113549.1.1.11": "sha256"}
    RSA |= {"1.2.840.113549.1.1.12": "sha384", "1.2.840.113549.1.1.13": "sha512"}
    ECDSA = {"1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384", "1.2.840.10045.4.3.4": "sha512"}
    CMS, TIME_STAMPING = "1.2.840.113549.1.", "1.3.6.1.5.5.7.3.8"

    def __init__(self, data, digest):
        if len(data) > 1 << 20:
            raise Malformed("it is longer than 1 MiB")
        told(lambda: self.take(data, digest))

    def take(self, data, digest):
        import datetime

        response = Der.whole(data).of(0x30, 1)
        said = response.inner[0].of(0x30, 1).inner
        status = said[0].number()
        texts = [text for one in said[1:] if one.tag == 0x30 for text in one.inner]
        if any(one.tag not in (0x30, 0x03) for one in said[1:]) or any(text.tag != 0x0C for text in texts):
            raise Malformed("its status is not one")
        if status not in (0, 1) or len(response.inner) != 2:
            raise Malformed(f"the time stamping authority refused (status {status})")
        content = response.inner[1].of(0x30, 2)
        if content.inner[0].oid() != self.CMS + "7.2":
            raise Malformed("it carries no token")
        signed_data = content.inner[1].of(0xA0, 1).inner[0].of(0x30, 4)
        carried = [one for one in signed_data.inner[3:] if one.tag == 0xA0]
        self.carried = [one.raw for one in carried[0].inner if one.tag == 0x30] if carried else []
        if len(self.carried) > 32:
            raise Malformed("it carries more than 32 certificates")
        what = signed_data.inner[2].of(0x30, 2)
        if what.inner[0].oid() != self.CMS + "9.16.1.4":
            raise Malformed("what is signed is no time stamp")
        info = self.octets(what.inner[1].of(0xA0, 1).inner[0])
        signers = signed_data.inner[-1].of(0x31, 1)
        if len(signers.inner) != 1:
            raise Malformed("it has not one signer")
        stamp = Der.whole(info).of(0x30, 5)
        imprint = stamp.inner[2].of(0x30, 2)
        about = imprint.inner[0].of(0x30, 1).inner[0].oid()
        if stamp.inner[0].number() != 1 or about != "2.16.840.1.101.3.4.2.1" or imprint.inner[1].of(4).value != digest:
            raise Malformed("it is about another file than this checkpoint's text")
        time = re.fullmatch(b"([0-9]{14})([.][0-9]*[1-9])?Z", stamp.inner[4].of(0x18).value)
        try:
            at = datetime.datetime.strptime((time[1] if time else b"").decode(), "%Y%m%d%H%M%S")
        except ValueError:
            raise Malformed("its time is none")
        self.at = at.replace(tzinfo=datetime.timezone.utc)
        self.verify(signers.inner[0].of(0x30, 5), info)
        self.by = self.certificate.subject.rfc4514_string()

    @staticmethod
    def octets(content):
        """A byte string, perhaps in pieces."""
        return b"".join(piece.of(4).value for piece in content.inner) if content.tag == 0x24 else content.of(4).value

    def verify(self, signer, info):
        members = signer.inner
        has_attributes = members[3].tag == 0xA0
        if not has_attributes or len(members) < 6:
            raise Malformed("it has no signed attributes")
        self.signer = self.named(members[1])
        hash_name = self.HASHES.get(members[2].of(0x30, 1).inner[0].oid())
        attributes = {}
        for one in members[3].inner:
            kind = one.of(0x30, 2).inner[0].oid()
            if kind in attributes or len(one.inner[1].of(0x31).inner) != 1:
                raise Malformed("a signed attribute is there twice")
            attributes[kind] = one.inner[1].inner[0]
        said = [attributes.get(self.CMS + "9.3"), attributes.get(self.CMS + "9.4")]
        if None in said or said[0].oid() != self.CMS + "9.16.1.4":
            raise Malformed("its signed attributes are not those of a time stamp")
        self.require_named(attributes)
        if hash_name is None:
            raise CannotTell("its digest is of a kind that this program does not know")
        if said[1].of(4).value != hashlib.new(hash_name, info).digest():
            raise Malformed("what is signed is not the time stamp that it carries")
        to_be_signed = b"\x31" + members[3].raw[1:]
        self.certificate = self.usable(self.signer)
        self.require_signed(members[4].of(0x30, 1), hash_name, to_be_signed, members[5].of(4).value)

    def named(self, sid):
        """The raw certificate that the signer's identifier names, by issuer and number or by key identifier."""
        for raw in self.carried:
            inner = Der.whole(raw).of(0x30, 3).inner[0].of(0x30, 6).inner
            inner = inner[1:] if inner[0].tag == 0xA0 else inner
            if sid.tag == 0x30 and len(sid.inner) == 2:
                if (inner[2].raw, inner[0].raw) == (sid.inner[0].raw, sid.inner[1].raw):
                    return raw
            elif sid.tag == 0x80 and b"\x06\x03\x55\x1d\x0e\x04" in raw:
                extensions = [one for one in inner if one.tag == 0xA3]
                for one in extensions[0].inner[0].inner if extensions else []:
                    if one.inner[0].oid() == "2.5.29.14" and Der.whole(one.inner[-1].value).value == sid.value:
                        return raw
        raise Malformed("it does not carry its signer's certificate")

    def require_named(self, attributes):
        """signingCertificate, or its second version with another digest than SHA-1."""
        for kind, plain in (("9.16.2.47", "sha256"), ("9.16.2.12", "sha1")):
            found = attributes.get(self.CMS + kind)
            if found is None:
                continue
            first = found.of(0x30, 1).inner[0].of(0x30, 1).inner[0].of(0x30, 1).inner
            name = plain
            if first[0].tag == 0x30:
                name, first = self.HASHES.get(first[0].of(0x30, 1).inner[0].oid()), first[1:]
            if name is None or not first:
                raise CannotTell("it names its certificate in a way that this program does not know")
            if first[0].of(4).value != hashlib.new(name, self.signer).digest():
                raise Malformed("it is not signed by the certificate that it names")
            return
        raise Malformed("its signed attributes name no certificate")

    @staticmethod
    def loaded(raw):
        try:
            from cryptography import x509
        except ImportError:
            raise CannotTell("that takes the Python package cryptography")
        try:
            return x509.load_der_x509_certificate(raw)
        except ValueError:
            raise CannotTell("a certificate cannot be read here")

    def usable(self, raw):
        """Only for time stamping, critically so, and in date at that time."""
        from cryptography import x509

        certificate = self.loaded(raw)
        try:
            use = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        except (x509.ExtensionNotFound, ValueError, x509.DuplicateExtension):
            raise Malformed("its signer's certificate is not for time stamping")
        if not use.critical or [one.dotted_string for one in use.value] != [self.TIME_STAMPING]:
            raise Malformed("its signer's certificate is not for time stamping only")
        if not self.in_date(certificate):
            raise Malformed("its signer's certificate was not valid at that time")
        return certificate

    def in_date(self, certificate):
        return certificate.not_valid_before_utc <= self.at <= certificate.not_valid_after_utc

    def require_signed(self, algorithm, digest, message, signature):
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes as kinds
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

        name = algorithm.inner[0].oid()
        digest = self.RSA.get(name) or self.ECDSA.get(name) or digest
        try:
            key, kind = self.certificate.public_key(), getattr(kinds, digest.upper())()
            if name in self.RSA and isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, message, padding.PKCS1v15(), kind)
            elif name in self.ECDSA and isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, message, ec.ECDSA(kind))
            else:
                raise CannotTell("its signature is of a kind that this program does not know")
        except InvalidSignature:
            raise Malformed("it is not signed by the certificate that it carries")
        except (UnsupportedAlgorithm, ValueError):
            raise CannotTell("its signer's key cannot be used here")

    def is_under(self, roots):
        between = []
        for raw in self.carried:
            try:
                between.append(self.loaded(raw))
            except Exception:  # of a kind for each reason; it leads nowhere
                pass
        return self.reaches(self.certificate, roots, [one for one in between if self.in_date(one)])

    @classmethod
    def reaches(cls, certificate, roots, between, depth=0):
        """Whether a way of good signatures leads from a certificate over others that came with it to a root."""
        if any(cls.issued(root, certificate) for root in roots):
            return True
        return depth < 8 and any(
            cls.issued(one, certificate) and cls.reaches(one, roots, between, depth + 1)
            for one in between
            if one is not certificate and cls.is_authority(one, depth)
        )

    @staticmethod
    def issued(issuer, certificate):
        try:
            certificate.verify_directly_issued_by(issuer)
            return True
        except Exception:  # of a kind for each reason; none of them leads on
            return False

    @staticmethod
    def is_authority(certificate, below):
        from cryptography import x509

        known = (x509.BasicConstraints, x509.KeyUsage)
        try:
            constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
            for one in certificate.extensions:
                if one.critical and not isinstance(one.value, known):
                    return False
                if isinstance(one.value, x509.KeyUsage) and not one.value.key_cert_sign:
                    return False
        except Exception:  # as above
            return False
        return constraints.ca and (constraints.path_length is None or constraints.path_length >= below)


def authorities(trust_folder):
    """tsa/: certificates in PEM or DER; without `cryptography` none can be used."""
    folder, found = os.path.join(trust_folder, "tsa"), []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name)
        if not os.path.isfile(path):
            continue
        data = read(path, 64 << 20)
        try:
            from cryptography import x509

            pem = b"-----BEGIN" in data
            found += x509.load_pem_x509_certificates(data) if pem else [x509.load_der_x509_certificate(data)]
        except ImportError:
            pass
        except ValueError as broken:
            raise CannotBegin(f"{path} holds no certificate: {broken}.")
    return found


def judge_anchor(name, kind, size, text, data, trust, report):
    """One proof about the three lines of a checkpoint."""
    digest = sha256(text)
    try:
        if kind == "tsr":
            stamp = TimeStamp(data, digest)
            if stamp.is_under(trust.authorities):
                report.good("anchor", f"the first {size} entries were there at {stamp.at}, says {stamp.by}")
            else:
                report.note("anchor", f"{name} is signed by {stamp.by}; nobody in tsa/ vouches for it at that time")
            return
        ots = Ots(data, digest)
    except CannotTell as unknown:
        report.note("anchor", f"{name} was not checked: {unknown}")
        return
    except Malformed as broken:
        raise Wrong("anchor", f"{name} does not hold: {broken}.")
    told = []
    for height, message in ots.blocks:
        header = trust.headers.get(height)
        if header is not None and message is not None:
            leads = header[36:68] == message
            need(leads, "anchor", f"{name} does not lead to the header of block {height} that you brought.")
            told.append(int.from_bytes(header[68:72], "little"))
    if told:
        report.good("anchor", f"the first {size} entries were there at POSIX time {min(told)} (Bitcoin)")
    else:
        need(ots.blocks or ots.calendars, "anchor", f"{name} ends in nothing that is known.")
        report.note("anchor", f"{name} proves nothing yet: its block's header was not brought, or is not known")


def check_anchors(folder, names, trust, chain, tree, report):
    inside = os.path.join(folder, "anchors")
    for name in names:
        match, path = re.fullmatch("([0-9]{16})[.](ots|tsr)", name), os.path.join(inside, name)
        if not match or not os.path.isfile(path):
            continue
        size = int(match[1])
        need(0 < size <= len(tree), "anchor", f"{name} is about {size} entries, and the record has fewer.")
        need(os.path.getsize(path) <= 1 << 20, "anchor", f"{name} is longer than 1 MiB.")
        root = base64.b64encode(tree.root(size)).decode()
        text = f"redoubt/{chain.log_id.hex()}\n{size}\n{root}\n".encode()
        judge_anchor(name, match[2], size, text, read(path), trust, report)


def package_anchors(package, note, trust, report):
    """[11.7] 11."""
    sizes = package.numbered("anchors", "checkpoint")
    need(len(sizes) <= 16, "anchor", "More anchors than a package has.")
    for size, name in sorted(sizes.items()):
        data = package.read(name)
        try:
            said = Paper(data, name)
        except Wrong as wrong:
            raise Wrong("anchor", wrong.sentence)
        well = (said.origin, said.size) == (note.origin, size) and data.endswith(b"\n")
        need(well, "anchor", f"{name} is not the three lines of a checkpoint of its size and log.")
        way = f"anchors/{size:016d}.consistency"
        leads = consistent(size, said.root, note.size, note.root, hashes(package.read(way), way, 128))
        need(leads, "anchor", f"{way} does not show that the checkpoint only adds to what was anchored.")
        proofs = [kind for kind in ("ots", "tsr") if f"anchors/{size:016d}.{kind}" in package.all]
        need(proofs, "anchor", f"{name} is there, and no proof about it.")
        for kind in proofs:
            proof = f"anchors/{size:016d}.{kind}"
            judge_anchor(proof, kind, size, data, package.read(proof), trust, report)


# ------------------------------------------------------------------------------------------------
# [8] [10.5] A proof file, and the file that leads from it to a later checkpoint.


def consistent(old_size, old_root, new_size, new_root, path):
    """RFC 6962 2.1.2 by recursion over SUBPROOF: the two roots that the path makes."""
    path = list(path)

    def subproof(m, n, whole):
        if m == n:
            if whole:
                return old_root, old_root
            if not path:
                raise ValueError
            same = path.pop(0)
            return same, same
        k = 1 << (n - 1).bit_length() - 1
        if m <= k:
            old, new = subproof(m, k, whole)
            if not path:
                raise ValueError
            return old, node(new, path.pop(0))
        old, new = subproof(m - k, n - k, False)
        if not path:
            raise ValueError
        left = path.pop(0)
        return node(left, old), node(left, new)

    if not 0 < old_size <= new_size or len(path) > 128:
        return False
    try:
        old, new = subproof(old_size, new_size, True)
    except ValueError:
        return False
    return not path and old == old_root and new == new_root


class ProofFile:
    """[8] and, with two fields more, [8.1]."""

    def __init__(self, data, kind="redoubt-proof/1", name="proof file"):
        def well(condition, how):
            need(condition, name, f"The {name} is not well formed: {how}.")

        well(len(data) <= PROOF_MAX, "longer than 64 MiB")
        m = decode(data, name, f"The {name}")
        more = [] if kind == "redoubt-proof/1" else [6, 7]
        well(is_map(m, [1, 2, 3, 4] + more) or is_map(m, [1, 2, 3, 4, 5] + more), "its fields")
        well(m[1] == kind and is_bytes(m[2], 32) and is_text(m[3], NOTE_MAX), "kind, log id or checkpoint")
        well(type(m[4]) is list and len(m[4]) <= 16384, "its entries")
        for item in m[4]:
            well(is_map(item, [1, 2, 3]), "the fields of an entry")
            well(is_uint(item[1]) and is_bytes(item[2], most=ENTRY_MAX), "an entry")
            well(is_list(item[3], lambda h: is_bytes(h, 32), 64), "the path of an entry")
        well(all(a[1] < b[1] for a, b in zip(m[4], m[4][1:])), "the order of its entries")
        self.log_id, self.items = m[2], [(item[1], item[2], item[3]) for item in m[4]]
        witnessed_ones = m.get(5, [None])
        well(type(witnessed_ones) is list and 1 <= len(witnessed_ones) <= 16, "its checkpoints of witnesses")
        try:
            self.note, self.witnessed = Note(m[3].encode(), "Its checkpoint"), []
            for element in m.get(5, []):
                well(is_map(element, [1, 2]) and is_text(element[1], NOTE_MAX), "a checkpoint of witnesses")
                well(is_list(element[2], lambda h: is_bytes(h, 32), 128), "the path of a checkpoint")
                self.witnessed.append((Note(element[1].encode(), "A checkpoint of witnesses"), element[2]))
        except Wrong as wrong:
            raise Wrong(name, wrong.sentence)
        sizes = [note.size for note, _ in self.witnessed]
        well(sizes == sorted(set(sizes)) and all(size <= self.note.size for size in sizes), "order of checkpoints")
        if more:
            well(is_uint(m[6]) and 1 <= m[6] <= self.note.size, "the earlier size")
            well(is_list(m[7], lambda h: is_bytes(h, 32), 128), "its consistency proof")
            self.start, self.path = m[6], m[7]


class Proven:
    """What a proof file shows: its entries, its keys, its checkpoints."""

    def __init__(self, file, trust, report):
        self.file, self.entries, self.revocations = file, [], []
        self.notes = [file.note] + [note for note, _ in file.witnessed]
        need(len(file.items) >= 2, "genesis", "The proof lacks the first two entries of the log.")
        for sequence, cose, _ in file.items:
            entry = Entry(cose, f"Item {sequence} of the proof")
            need(entry.sequence == sequence, "place", f"The proof gives {entry.name} out as entry {sequence}.")
            self.entries.append(entry)
        self.chain = chain = Chain(self.entries[0], self.entries[1], trust)
        need(chain.log_id == file.log_id, "log id", "The proof names another log than its genesis entry.")
        for entry in self.entries[2:]:
            if entry.type == "EPOCH_OPENED":
                chain.open(entry)
        report.good("record root", f"the keys of {len(chain.epochs)} epoch(s) stand under the site's record root")
        roots = {note.size: note.root for note in self.notes}
        for before, entry in zip([None] + self.entries, self.entries):
            chain.require_between(entry, file.note.size)
            neighbours = before is not None and before.sequence + 1 == entry.sequence
            need(
                not neighbours or entry.previous == before.sha256,
                "chain",
                f"{entry.name} does not follow the entry before it.",
            )
            revocation = chain.testify(entry, roots.get)
            if revocation:
                self.revocations.append(revocation)
            chain.require_signature(entry, chain.epochs[entry.epoch - 1])
        report.good("signatures", f"{len(self.entries)} entries are signed by the epoch in force")
        chain.require_checkpoint(file.note, "The checkpoint of the proof")
        for (sequence, _, path), entry in zip(file.items, self.entries):
            need(
                includes(entry.leaf, sequence, file.note, path),
                "inclusion",
                f"Entry {sequence} is not in the tree that the checkpoint signs.",
            )
        report.good("inclusion", f"all are in the signed checkpoint of {file.note.size} entries")
        for note, path in file.witnessed:
            chain.require_checkpoint(note, "A checkpoint of witnesses")
            need(
                consistent(note.size, note.root, file.note.size, file.note.root, path),
                "witnessed",
                f"The checkpoint of {note.size} entries does not lead to that of the proof.",
            )
        leading = ("GENESIS", "EPOCH_OPENED", "EPOCH_REVOKED")
        self.asked = [entry for entry in self.entries if entry.type not in leading]


def check_proven(data, trust, report):
    """The proof by itself, without the question who witnessed it."""
    proven = Proven(ProofFile(data), trust, report)
    require_unforked(proven, trust)
    inferences = Inferences(False)
    for entry in proven.entries:
        inferences.take(entry)
    report.good("relations", "the entries refer to each other as they must")
    return proven


def require_unforked(proven, trust):
    """[10.5] 6: none of its checkpoints is another one than the auditor kept."""
    roots = {note.size: note.root for note in proven.notes}
    for note in trust.checkpoints:
        if isinstance(note, Paper) and note.size in roots and note.origin == proven.file.note.origin:
            note.require(roots[note.size])
        agrees = roots.get(note.size) in (None, note.root) or not proven.chain.has_signed(note)
        need(
            agrees,
            "checkpoint",
            f"The site's key signed another history of {note.size} entries than the checkpoint that you kept.",
            "FORKED",
        )


def reach(proven, data, given, trust, report):
    """Goes on to a later checkpoint by a consistency file."""
    file = ProofFile(data, "redoubt-consistency/1", "consistency file")
    grown = Proven(file, trust, Report())
    old, new = proven.file.note, file.note
    need(not grown.asked, "consistency file", "It holds other entries than those that lead to its keys.")
    need(
        grown.file.log_id == proven.file.log_id and file.start == old.size,
        "consistency file",
        f"It leads on from {file.start} entries, and the proof has {old.size}.",
    )
    others = {sequence: cose for sequence, cose, _ in file.items}
    for sequence, cose, _ in proven.file.items:
        same = others.get(sequence) in (None, cose)
        need(same, "later checkpoint", f"The later history has another entry {sequence}.", "FORKED")
    if not consistent(old.size, old.root, new.size, new.root, file.path):
        forked = old.size == new.size and old.root != new.root
        why = "The later history does not lead on from the one in the proof."
        raise Wrong("later checkpoint", why, "FORKED" if forked else "INVALID")
    if given is not None:
        same = given.origin == new.origin and given.size == new.size
        need(same, "later checkpoint", "The consistency file does not arrive at the later checkpoint.")
        if isinstance(given, Paper):
            given.require(new.root)
            return told_growth(old, new, grown, report)
        if given.root != new.root:
            why = "The later checkpoint has another root than the history that the site shows."
            raise Wrong("later checkpoint", why, "FORKED" if grown.chain.has_signed(given) else "INVALID")
        grown.chain.require_checkpoint(given, "The later checkpoint")
    return told_growth(old, new, grown, report)


def told_growth(old, new, grown, report):
    report.good("later checkpoint", f"a signed checkpoint of {new.size} entries only adds to the {old.size}")
    return grown


# [10.5.1]
def check_consistency(data, trust, kept, proofs, receipts, report):
    kept = trust.checkpoints + list(kept) + [one.note for one in receipts if one.note]
    require_one_history(trust, kept, proofs, None)
    for proof in proofs:
        try:
            kept.append(check_proven(proof, trust, Report()).file.note)
        except Wrong as wrong:
            raise Wrong("your proofs", f"A proof that you brought does not hold: {wrong.sentence}", wrong.verdict)
    file = ProofFile(data, "redoubt-consistency/1", "consistency file")
    grown = Proven(file, trust, report)
    need(not grown.asked, "consistency file", "It holds other entries than those that lead to its keys.")
    new, roots = file.note, {note.size: note.root for note in grown.notes}
    notes, compared, complete = list(grown.notes), 0, bool(kept)
    for note in kept:
        need(note.origin == new.origin, "your checkpoints", "What you kept is of another log than the file.")
        signed_here = grown.chain.has_signed(note)
        why = f"Nothing shows that the later history only adds to the {note.size} entries that you kept."
        if note.size in roots:
            verdict = "FORKED" if signed_here else "INVALID"
            need(roots[note.size] == note.root, "later checkpoint", why, verdict)
        elif note.size == file.start:
            leads = consistent(note.size, note.root, new.size, new.root, file.path)
            need(leads, "later checkpoint", why)
        else:
            complete = False
            sizes = f"it leads from {file.start} to {new.size} entries, and you kept {note.size}"
            report.unchecked("later checkpoint", f"the file does not reach what you kept: {sizes}")
            continue
        if not isinstance(note, Paper):
            need(signed_here, "your checkpoints", "What you kept is not signed by the epoch in force there.")
            notes.append(note)
        compared = max(compared, note.size)
        report.good("later checkpoint", f"a signed checkpoint of {new.size} entries only adds to the {note.size}")
    if not kept:
        report.unchecked("later checkpoint", "you brought nothing that was kept, so this leads on from nothing")
    report.facts.update({"log": grown.chain.log_id.hex(), "entries": str(new.size)})
    upto = witnessed(trust, notes, report, compared, "what you kept")
    doubts = disputed(grown.revocations + trust.revocations_of(grown.chain.log_id), grown.chain, new.size, upto)
    doubts = [one for one in doubts if one[0] < compared]
    tell_disputed(doubts, report)
    if doubts or not complete:
        return "INCOMPLETE"
    return "VALID" if upto >= compared else "VALID-UNWITNESSED"


def check_proof(data, trust, later, given, report):
    proven = check_proven(data, trust, report)
    notes, revocations = list(proven.notes), list(proven.revocations)
    if later is not None:
        grown = reach(proven, later, given, trust, report)
        require_unforked(grown, trust)
        notes += grown.notes
        revocations += grown.revocations
    chain, size = proven.chain, proven.file.note.size
    report.facts.update({"log": chain.log_id.hex(), "entries": str(len(proven.entries))})
    behind = proven.asked[-1].sequence + 1 if proven.asked else size
    upto = witnessed(trust, notes, report, size, "what was asked for")
    doubts = disputed(revocations + trust.revocations_of(chain.log_id), chain, size, upto)
    doubts = [one for one in doubts if any(one[0] <= entry.sequence < one[1] for entry in proven.asked)]
    tell_disputed(doubts, report)
    if doubts:
        return "INCOMPLETE"
    return "VALID" if upto >= behind else "VALID-UNWITNESSED"


# ------------------------------------------------------------------------------------------------
# [11] An evidence package.

FILE_MAX, PACKAGE_MAX, FILES_MAX = 64 << 20, (4 << 30) - 1, 65535
ALWAYS = {"range.json", "checkpoint", "policy.txt", "root.pem", "SPEC.md", "verify.py", "manifest.json"}
NUMBERED = re.compile(
    "anchors/[0-9]{16}[.](checkpoint|consistency|ots|tsr)|checkpoints/[0-9]{16}[.](note|consistency)"
    "|epochs/[0-9]{16}[.]cose|entries/[0-9]{16}[.](cose|json|tbs|sig)"
    "|proofs/[0-9]{16}[.]tlog-proof|outputs/[0-9]{16}[.](c2pa|txt)"
    "|disclosures/[0-9]{16}[.](input|input[.]key|output[.]key|tool|tool[.]key)"
)
DECIMAL = "(?:0|[1-9][0-9]{0,15})"


def require_name(name):
    need(name in ALWAYS or NUMBERED.fullmatch(name), "files", f"There is a file that no package has: {name!r}.")


class Folder:
    """[11.1] Only plain files under names that a package has."""

    def __init__(self, path):
        self.paths, total = {}, 0
        for inside, folders, names in os.walk(path):
            for name in folders + names:
                full = os.path.join(inside, name)
                relative = os.path.relpath(full, path).replace(os.sep, "/")
                plain = not os.path.islink(full) and (name in folders or os.path.isfile(full))
                need(plain, "files", f"{relative!r} is no plain file.")
                if name in names:
                    require_name(relative)
                    size = os.path.getsize(full)
                    need(size <= FILE_MAX, "files", f"{relative} is too large.")
                    self.paths[relative] = full
                    total += size
                else:
                    known = ("anchors", "checkpoints", "epochs", "entries", "proofs", "outputs", "disclosures")
                    need(relative in known, "files", f"There is a folder that no package has: {relative!r}.")
        need(total <= PACKAGE_MAX and len(self.paths) <= FILES_MAX, "files", "The package is too large.")

    def names(self):
        return sorted(self.paths)

    def read(self, name):
        return read(self.paths[name])


class Zip:
    """[11.6] The one ZIP that a package can be: headers are made again and compared."""

    def __init__(self, path):
        def well(condition, how):
            need(condition, "zip", f"It is not the ZIP of a package: {how}.")

        import mmap
        import zlib

        well(30 < os.path.getsize(path) <= PACKAGE_MAX, "its size")
        with open(path, "rb") as source:
            self.data = data = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        self.places, at, central, before = {}, 0, b"", ""
        while before != "manifest.json":
            well(data[at : at + 4] == b"PK\3\4" and len(data) >= at + 30, "something else than the next file")
            crc, size, same, length, extra = struct.unpack_from("<IIIHH", data, at + 14)
            well(0 < length <= 64 and len(data) >= at + 30 + length + size, "it ends in the middle of a file")
            name = data[at + 30 : at + 30 + length].decode("latin-1")
            require_name(name)
            well(name > before or name == "manifest.json", "its files are not in order")
            fields = struct.pack("<HHHHHIII", 20, 0, 0, 0, 0x21, crc, size, size)
            well(
                data[at : at + 30] == b"PK\3\4" + fields + struct.pack("<HH", length, 0) and size <= FILE_MAX,
                f"the header of {name}",
            )
            start = at + 30 + length
            well(zlib.crc32(data[start : start + size]) == crc, f"the CRC-32 of {name}")
            self.places[name] = (start, size)
            more = struct.pack("<HHHHHII", length, 0, 0, 0, 0, 0, at)
            central += b"PK\1\2" + struct.pack("<H", 20) + fields + more + name.encode("latin-1")
            at, before = start + size, name
            well(len(self.places) <= FILES_MAX, "too many files")
        count = len(self.places)
        end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), at, 0)
        well(data[at:] == central + end, "what stands behind its files")

    def names(self):
        return sorted(self.places)

    def read(self, name):
        start, size = self.places[name]
        return self.data[start : start + size]


class Package:
    """The files, each compared with the manifest, and which were looked at."""

    def __init__(self, path):
        files = Folder(path) if os.path.isdir(path) else Zip(path)
        self.all, self.seen, self.files = files.names(), {"manifest.json"}, files
        for name in sorted(ALWAYS):
            need(name in self.all, "files", f"The file {name} is missing.")
        lines = ['{"format":"redoubt-evidence/1","files":[']
        others = [name for name in self.all if name != "manifest.json"]
        for name in others:
            data = files.read(name)
            line = f'{{"name":"{name}","bytes":{len(data)},"sha256":"{sha256(data).hex()}"}}'
            lines.append(line + ("," if name != others[-1] else ""))
        written = "".join(line + "\n" for line in lines + ["]}"]).encode()
        need(files.read("manifest.json") == written, "manifest", "manifest.json is not the list of the other files.")

    def read(self, name):
        need(name in self.all, "files", f"The file {name} is missing.")
        self.seen.add(name)
        return self.files.read(name)

    def numbered(self, folder, ending):
        found = (re.fullmatch(f"{folder}/([0-9]{{16}})[.]{re.escape(ending)}", name) for name in self.all)
        return {int(match[1]): match[0] for match in found if match}


class Claim:
    """[11.2] range.json"""

    def __init__(self, data):
        text = data.decode("latin-1")
        head = r'\{"format":"redoubt-evidence/1","kind":"(selection|range)","logId":"([0-9a-f]{64})"'
        match = re.fullmatch(head + f',"checkpointSize":({DECIMAL}),(.*)}}\n', text)
        need(match, "range", "range.json is not in its one form.")
        self.log_id, self.size, self.is_range = bytes.fromhex(match[2]), int(match[3]), match[1] == "range"
        if self.is_range:
            fields = re.fullmatch(f'"first":({DECIMAL}),"last":({DECIMAL}),"count":({DECIMAL})', match[4])
            need(fields, "range", "range.json is not in its one form.")
            self.first, self.last, count = (int(field) for field in fields.groups())
            self.sequences = range(self.first, self.last + 1)
            need(0 < len(self.sequences) == count, "range", "range.json counts wrongly.")
        else:
            fields = re.fullmatch(f'"entries":\\[({DECIMAL}(?:,{DECIMAL})*)]', match[4])
            need(fields, "range", "range.json is not in its one form.")
            self.sequences = [int(number) for number in fields[1].split(",")]
            ascending = all(a < b for a, b in zip(self.sequences, self.sequences[1:]))
            need(ascending and len(self.sequences) <= 1000, "range", "range.json is not in its one form.")
            self.first, self.last = self.sequences[0], self.sequences[-1]
        need(self.last < self.size, "range", "range.json names entries that its checkpoint does not cover.")


def sequence_of(data, what, most):
    """[11.3] COSE bytes one behind the other."""
    parts, at = [], 0
    while at < len(data):
        try:
            end = heads(data, at, 0)
        except Malformed as broken:
            raise Wrong("entry format", f"{what} is not the CBOR of this format: {broken}.")
        parts.append(data[at:end])
        at = end
        need(len(parts) <= most, "entries", f"{what} holds too many entries.")
    need(parts, "entries", f"{what} holds no entry.")
    return parts


def view(entry):
    """[11.4] One line for reading."""
    import datetime

    def shown(value, kind):
        if kind == "bytes":
            return value.hex()
        return {key: text for key, text in value} if kind == "pairs" else value

    start = datetime.datetime(1970, 1, 1)
    far = entry.wall >= 253402300800 * 10**6
    time = "" if far else (start + datetime.timedelta(microseconds=entry.wall)).isoformat(timespec="microseconds") + "Z"
    line = {
        "sequence": entry.sequence,
        "sha256": entry.sha256.hex(),
        "version": 1,
        "logId": entry.log_id.hex(),
        "epoch": entry.epoch,
        "previousHash": entry.previous.hex(),
        "bootId": entry.boot.hex(),
        "time": time,
        "wallClockUs": entry.wall,
        "monotonicNs": entry.monotonic,
        "type": entry.type,
    }
    if entry.refers_to is not None:
        line["refersTo"] = entry.refers_to
    line["actor"] = dict(zip(("pseudonym", "method", "session", "roles"), (entry.actor[i] for i in (1, 2, 3, 4))))
    line["policySha256"] = entry.policy.hex()
    line["event"] = {name: shown(entry.event[i], kind) for i, (name, kind) in enumerate(entry.fields, 1)}
    return json.dumps(line, separators=(",", ":")) + "\n"


def hashes(data, name, most):
    found = [b64(line) for line in data.decode("latin-1").split("\n")[:-1]]
    well = (not data or data.endswith(b"\n")) and len(found) <= most
    need(well and all(one is not None and len(one) == 32 for one in found), "proofs", f"{name} is no list of hashes.")
    return found


def opens(commitment, domain, key, content, what):
    need(re.fullmatch(b"[0-9a-f]{64}\n", key), "disclosures", f"The key of {what} is not 64 digits.")
    made = hmac.new(bytes.fromhex(key.decode().strip()), domain + b"\0" + content, "sha256").digest()
    need(made == commitment, "disclosures", f"What is disclosed of {what} is not what it commits to.")


def check_package(path, trust, report):
    """[11.7]"""
    package = Package(path)
    claim = Claim(package.read("range.json"))
    keys = []
    for number, name in sorted(package.numbered("epochs", "cose").items()):
        entry = Entry(sequence_of(package.read(name), name, 1)[0], name)
        need(entry.sequence == number, "place", f"{name} does not hold the entry of its name.")
        keys.append(entry)
    need(len(keys) >= 2, "genesis", "The package lacks the first two entries of the log.")
    for entry in keys:
        leads = entry.type in ("GENESIS", "EPOCH_OPENED", "EPOCH_REVOKED")
        need(leads, "epochs", f"{entry.name} does not belong into epochs/.")
    chain = Chain(keys[0], keys[1], trust)
    need(claim.log_id == chain.log_id, "log id", "range.json names another log than the first entry.")
    for entry in keys[2:]:
        if entry.type == "EPOCH_OPENED":
            chain.open(entry)
    note = Note(package.read("checkpoint"), "The checkpoint of the package")
    need(note.size == claim.size, "checkpoint", "The checkpoint has another size than range.json says.")
    notes, paths = [note], []
    for number, name in sorted(package.numbered("checkpoints", "note").items()):
        notes.append(Note(package.read(name), name))
        paths.append((number, name))
    roots = {one.size: one.root for one in notes}
    for entry in keys:
        chain.require(entry)
    for entry in keys:
        chain.require_between(entry, note.size)
    revocations = [chain.testify(entry, roots.get) for entry in keys]
    report.good("record root", f"the keys of {len(chain.epochs)} epoch(s) stand under the site's record root")
    chain.require_checkpoint(note, "The checkpoint of the package")

    by_sequence, answers, inferences = {entry.sequence: entry for entry in keys}, {}, Inferences(False)
    wanted, before, ordinary = iter(claim.sequences), None, []
    for number, name in sorted(package.numbered("entries", "cose").items()):
        entries = []
        for cose in sequence_of(package.read(name), name, 1024 if claim.is_range else 1):
            entry = Entry(cose, f"An entry of {name}")
            expected = next(wanted, None)
            need(
                entry.sequence == expected,
                "range",
                f"{name} holds entry {entry.sequence} where entry {expected} should be.",
            )
            chain.require_between(entry, note.size)
            neighbours = before is not None and before.sequence + 1 == entry.sequence
            follows = not neighbours or entry.previous == before.sha256
            need(follows, "chain", f"{entry.name} does not follow the entry before it.")
            chain.testify(entry, roots.get)
            inferences.take(entry)
            chain.require_signature(entry, chain.epochs[entry.epoch - 1])
            leads = entry.type in ("GENESIS", "EPOCH_OPENED", "EPOCH_REVOKED")
            known = not leads or entry.sequence in by_sequence
            need(known, "entries", f"{entry.name} is about the log's keys, and epochs/ lacks it.")
            same = by_sequence.setdefault(entry.sequence, entry)
            need(same.cose == entry.cose, "entries", f"{entry.name} is another one in epochs/.")
            if same is entry:
                ordinary.append(entry.sequence)
            if entry.type in ("INTENT", "OUTPUT", "SEAL", "TOOL_CALLED", "TOOL_ANSWERED"):
                answers[entry.sequence] = entry
            entries.append(entry)
            before = entry
        need(entries[0].sequence == number, "place", f"{name} does not begin with the entry of its name.")
        base = name[: -len("cose")]
        parts = {"json": "".join(map(view, entries)).encode()}
        if len(entries) == 1:
            parts["tbs"] = encode(["Signature1", HEADER, b"", entries[0].payload])
            parts["sig"] = entries[0].signature
        for ending, data in parts.items():
            said = package.read(base + ending)
            need(said == data, "views", f"{base}{ending} does not say what the signed entry says.")
    need(next(wanted, None) is None, "range", "Entries are missing that range.json names.")
    report.good("entries", f"{len(claim.sequences)} entries are signed by the epoch in force, and shown as they are")

    ends = (claim.first, claim.last) if claim.is_range else claim.sequences
    for number in sorted({entry.sequence for entry in keys} | set(ends)):
        name = f"proofs/{number:016d}.tlog-proof"
        data, head = package.read(name), f"c2sp.org/tlog-proof@v1\nindex {number}\n".encode()
        tail = b"\n" + package.read("checkpoint")
        well = data.startswith(head) and data.endswith(tail) and len(data) >= len(head) + len(tail)
        need(well, "proofs", f"{name} is not a proof under the checkpoint of the package.")
        path_up = hashes(data[len(head) : len(data) - len(tail)], name, 63)
        inside = includes(by_sequence[number].leaf, number, note, path_up)
        need(inside, "inclusion", f"Entry {number} is not in the tree that the checkpoint signs.")
    if claim.is_range:
        report.good("range", f"all entries from {claim.first} to {claim.last}, none missing")
    else:
        report.note("selection", f"{len(claim.sequences)} entries that somebody chose; nothing is said of others")

    need(len(paths) <= 16, "checkpoints", "More checkpoints than a package has.")
    for (number, name), one in zip(paths, notes[1:]):
        need(one.size == number <= note.size, "checkpoints", f"{name} has not the size of its name.")
        chain.require_checkpoint(one, name)
        same = one.size != note.size or one.root == note.root
        need(same, "checkpoints", f"The site's key signed two histories of {one.size} entries.", "FORKED")
        way = f"checkpoints/{number:016d}.consistency"
        lead = hashes(package.read(way), way, 128)
        leads = consistent(one.size, one.root, note.size, note.root, lead)
        need(leads, "checkpoints", f"{way} does not show that the later checkpoint only adds to this one.")
    for kept in trust.checkpoints:
        if isinstance(kept, Paper) and kept.size in roots and kept.origin == note.origin:
            kept.require(roots[kept.size])
        agrees = roots.get(kept.size) in (None, kept.root) or not chain.has_signed(kept)
        need(agrees, "checkpoint", f"The site's key signed two histories of {kept.size} entries.", "FORKED")

    outputs(package, answers, trust, report)
    package_anchors(package, note, trust, report)
    for name in ("policy.txt", "root.pem", "SPEC.md", "verify.py"):
        package.read(name)
    over = sorted(set(package.all) - package.seen)
    need(not over, "files", f"{over[:1]} belongs to nothing else in this package.")
    report.good("files", f"{len(package.all)} files, each as the manifest lists it, no other")
    report.facts.update({"log": chain.log_id.hex(), "entries": str(len(claim.sequences))})

    upto = witnessed(trust, notes, report, note.size, "this package")
    doubts = disputed([one for one in revocations if one] + trust.revocations_of(chain.log_id), chain, note.size, upto)
    doubts = [one for one in doubts if any(one[0] <= number < one[1] for number in claim.sequences)]
    tell_disputed(doubts, report)
    if doubts:
        return "INCOMPLETE"
    return "VALID" if upto and max(ordinary, default=-1) < upto else "VALID-UNWITNESSED"


def outputs(package, answers, trust, report):
    """[11.7] 9 and 10."""

    def answer(number, kind, where):
        entry = answers.get(number)
        need(entry and entry.type == kind, where, f"Entry {number} of this package is not an {kind}.")
        return entry

    texts = package.numbered("outputs", "txt")
    credentials = package.numbered("outputs", "c2pa")
    for number in sorted(set(texts) | set(credentials)):
        entry = answer(number, "OUTPUT", "outputs")
        if number in texts:
            data = package.read(texts[number])
            need(sha256(data) == entry.event[3], "outputs", f"The text of entry {number} is not the one it speaks of.")
            key = f"disclosures/{number:016d}.output.key"
            if key in package.all:
                opens(entry.event[4], b"redoubt/output/v1", package.read(key), data, f"entry {number}")
        if number in credentials:
            manifest = package.read(credentials[number])
            data = sha256(manifest)
            seals = (one for one in answers.values() if one.type == "SEAL" and one.refers_to == number)
            named = any(one.event[2] == "detached" and one.event[4] == data for one in seals)
            need(named, "outputs", f"No SEAL of this package names the credential of entry {number}.")
            if number in texts:
                check_credential(manifest, package.read(texts[number]), entry, answers, trust, report)
            else:
                report.note("credentials", f"the SEAL names that of entry {number}; not checked without its text")
    for number, name in sorted(package.numbered("disclosures", "input").items()):
        entry = answer(number, "INTENT", "disclosures")
        key = package.read(f"disclosures/{number:016d}.input.key")
        opens(entry.event[7], b"redoubt/input/v1", key, package.read(name), f"entry {number}")
    domains = {"TOOL_CALLED": b"redoubt/tool-call/v1", "TOOL_ANSWERED": b"redoubt/tool-result/v1"}
    for number, name in sorted(package.numbered("disclosures", "tool").items()):
        entry = answers.get(number)
        need(entry and entry.type in domains, "disclosures", f"Entry {number} of this package speaks of no tool.")
        key = package.read(f"disclosures/{number:016d}.tool.key")
        opens(entry.event[4], domains[entry.type], key, package.read(name), f"entry {number}")


# ------------------------------------------------------------------------------------------------
# [11.7] 9 and docs/content-credentials.md: a detached C2PA manifest as Redoubt makes them. Anything
# beyond that is refused or not checked; this is no general reader of C2PA.


class Box:
    """One JUMBF box (ISO 19566-5): it fills what is around it, and its description has a label."""

    def __init__(self, data, at, end, depth=0):
        if depth > 8 or end - at < 8:
            raise Malformed("a box is cut short or nested too deeply")
        length, self.kind = struct.unpack_from(">I4s", data, at)
        if not 8 <= length <= end - at:
            raise Malformed("a box says a length that it does not have")
        self.start, self.end, self.label, self.inner = at + 8, at + length, None, []
        self.content = data[self.start : self.end]
        if self.kind != b"jumb":
            return
        described = Box(data, self.start, self.end, depth + 1)
        name = described.content[17:].split(b"\0", 1)
        toggles = described.content[16:17]
        if described.kind != b"jumd" or len(name) != 2 or len(name[0]) > 512 or toggles not in (b"\3", b"\x13"):
            raise Malformed("a box has no description")
        salt = Box(name[1], 0, len(name[1])).end if toggles == b"\x13" else 0
        if salt != len(name[1]):
            raise Malformed("something follows a description")
        self.label, at = name[0].decode("utf-8", "replace"), described.end
        self.plain = described.content[:17]
        while at < self.end:
            self.inner.append(Box(data, at, self.end, depth + 1))
            at = self.inner[-1].end
            if len(self.inner) > 256:
                raise Malformed("too many boxes")

    def cbor(self):
        if len(self.inner) != 1 or self.inner[0].kind != b"cbor":
            raise Malformed(f"{self.label} does not hold one CBOR box")
        return self.inner[0].content


class Credential:
    """Signature, certificate, statements and text. What it says is read only after its hash was compared."""

    USES = {"1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1"}
    KIND = bytes.fromhex("00110010800000aa00389b7103")

    def __init__(self, data, text):
        told(lambda: self.take(data, text))

    def take(self, data, text):
        import cbor2

        store = Box(data, 0, len(data))
        if store.end != len(data) or store.label != "c2pa" or len(store.inner) != 1:
            raise Malformed("it is not a manifest store with one manifest")
        manifest = store.inner[0]
        outer = [store, manifest] + manifest.inner
        if [box.label for box in manifest.inner] != ["c2pa.assertions", "c2pa.claim.v2", "c2pa.signature"]:
            raise Malformed("it holds something that its signature does not cover")
        # No signature covers what these boxes say of themselves, so it has one form.
        kinds = (b"c2pa", b"c2ma", b"c2as", b"c2cl", b"c2cs")
        if any(box.plain != kind + self.KIND for box, kind in zip(outer, kinds)):
            raise Malformed("its boxes are of other kinds")
        self.claim, self.boxes = manifest.inner[1].cbor(), manifest.inner[0].inner
        self.signed_by(manifest.inner[2].cbor())
        try:
            self.read(cbor2.loads(self.claim), manifest.label, text)
        except (cbor2.CBORDecodeError, KeyError, TypeError, AttributeError, IndexError) as broken:
            raise Malformed(f"it is not one that Redoubt makes ({type(broken).__name__})")

    def signed_by(self, cose):
        """COSE_Sign1 with ES256, the certificates in its protected header, and padding of zeros."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes as kinds
        from cryptography.hazmat.primitives.asymmetric import ec, utils

        end = heads(cose, 2, 1)
        protected, rest = decode(cose[2:end], "credential", "Its header"), cose[end:]
        padding = max(len(rest) - 73, 0)
        wanted = b"\xa1\x63pad" + encode(bytes(padding if padding < 24 else padding - 1)) + b"\xf6\x58\x40"
        shape = cose[:2] == b"\xd2\x84" and type(protected) is bytes and 0 <= padding < 258
        if not shape or rest[:-64] != wanted:
            raise Malformed("its signature is not in its one form")
        header = decode(protected, "credential", "Its header")
        if not is_map(header, [1, 33]) or header[1] != -7:
            raise Malformed("its signature is not ES256 with its certificates")
        chain = header[33] if type(header[33]) is list else [header[33]]
        if not 1 <= len(chain) <= 8 or not all(type(one) is bytes for one in chain):
            raise Malformed("its certificates are none")
        self.chain = [TimeStamp.loaded(one) for one in chain]
        key, two = self.chain[0].public_key(), rest[-64:]
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise Malformed("its key is not one for ES256")
        pair = (int.from_bytes(two[:32], "big"), int.from_bytes(two[32:], "big"))
        message = encode(["Signature1", protected, b"", self.claim])
        try:
            key.verify(utils.encode_dss_signature(*pair), message, ec.ECDSA(kinds.SHA256()))
        except InvalidSignature:
            raise Malformed("its signature does not fit")
        self.require_for_credentials(self.chain[0])

    def require_for_credentials(self, certificate):
        import datetime
        from cryptography import x509

        now = datetime.datetime.now(datetime.timezone.utc)
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise Malformed("the certificate that signed is out of date, by this machine's clock")
        try:
            uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
            raise Malformed("the certificate that signed is not one for credentials")
        if not {one.dotted_string for one in uses} & self.USES or not usage.digital_signature:
            raise Malformed("the certificate that signed is not one for credentials")

    def read(self, claim, urn, text):
        import cbor2

        if claim["signature"] != f"self#jumbf=/c2pa/{urn}/c2pa.signature":
            raise Malformed("its claim is of another manifest")
        self.urn, assertions = urn, {}
        for item in claim["created_assertions"] + claim.get("gathered_assertions", []):
            label = item["url"].rsplit("/", 1)[-1]
            known = ("self#jumbf=c2pa.assertions/", f"self#jumbf=/c2pa/{urn}/c2pa.assertions/")
            found = [box for box in self.boxes if box.label == label]
            if item["url"] not in [one + label for one in known] or len(found) != 1 or label in assertions:
                raise Malformed("a statement is missing, or there twice")
            if item.get("alg", claim.get("alg", "sha256")) != "sha256" or sha256(found[0].content) != item["hash"]:
                raise Malformed("a statement was changed after it was signed")
            assertions[label] = found[0]
        if len(assertions) != len(self.boxes) or claim.get("redacted_assertions"):
            raise Malformed("it holds a statement that its signature does not cover")
        bound = cbor2.loads(assertions["c2pa.hash.data"].cbor())
        if bound.get("exclusions") or bound.get("alg", claim.get("alg", "sha256")) != "sha256":
            raise Malformed("it is bound to its text in another way than a detached one")
        if bound["hash"] != sha256(text):
            raise Malformed("the text was changed after it was signed, or it belongs to another")
        self.entry = cbor2.loads(assertions["org.redoubt.audit-entry"].cbor())
        if self.entry["version"] != 1 or self.entry["content_sha256"] != sha256(text).hex():
            raise Malformed("the text is not the one that its audit entry speaks of")
        self.model = self.said(assertions, "c2pa.ai-disclosure")["modelIdentifier"].partition(":")[2]

    @staticmethod
    def said(assertions, label):
        """Of a box of CBOR or JSON, whichever the library wrote."""
        import cbor2

        box = assertions[label].inner[0]
        return json.loads(box.content) if box.kind == b"json" else cbor2.loads(box.content)

    def is_under(self, roots):
        return TimeStamp.reaches(self.chain[0], roots, self.chain[1:])


def credential_roots(trust_folder):
    path = os.path.join(trust_folder, "credentials-root.pem")
    if not os.path.lexists(path):
        return []
    try:
        from cryptography import x509

        return x509.load_pem_x509_certificates(read(path, 64 << 10))
    except ImportError:
        return []
    except ValueError as broken:
        raise CannotBegin(f"{path} holds no certificate: {broken}.")


def check_credential(manifest, text, output, answers, trust, report):
    """What the library of the other verifier finds, and that credential and entry name each other."""
    name = f"of entry {output.sequence}"
    try:
        credential = Credential(manifest, text)
    except CannotTell as unknown:
        report.note("credentials", f"the own signature of that {name} was not checked: {unknown}")
        return
    except Malformed as broken:
        raise Wrong("credential", f"The credential {name} does not hold: {broken}.")
    if not credential.is_under(trust.credential_roots):
        report.note("credentials", f"nobody in the trust folder vouches for the signer of that {name}")
        return
    need(credential.urn == output.event[2], "bond", f"The credential {name} is another manifest than the entry names.")
    intent = answers.get(output.refers_to)
    said, wanted = credential.entry, {
        "log_id": output.log_id.hex(),
        "sequence": output.sequence,
        "leaf_hash": output.leaf.hex(),
        "previous_hash": output.previous.hex(),
        "algorithm": "ML-DSA-65",
        "content_sha256": output.event[3].hex(),
        "request_id": output.event[1],
    }
    for key, value in wanted.items():
        need(said.get(key) == value, "bond", f"The credential {name} names another {key} than the entry.")
    weights = intent is None or intent.type != "INTENT" or intent.event[4].hex() == credential.model
    need(weights, "bond", f"The credential {name} names other weights than the entry.")
    report.good("credentials", f"that {name} holds under the trust folder's root, and names the entry")


# ------------------------------------------------------------------------------------------------
# The command line and the report.


def printable(text):
    """Text of a record can hold anything; a terminal must not obey it."""
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join("\ufffd" if unicodedata.category(c) in hidden else c for c in text)


def show(verdict, report, as_json, out):
    first = report.first_wrong()
    if as_json:
        said = {
            "verdict": verdict,
            "exitStatus": VERDICTS[verdict],
            "firstWrong": first["detail"] if first else "",
            "checks": report.checks,
            "facts": report.facts,
        }
        out.write(json.dumps(said, ensure_ascii=True) + "\n")
        return
    marks = {"good": "ok", "note": "note", "unchecked": "UNCHECKED", "bad": "WRONG"}
    for check in report.checks:
        out.write(f"{marks[check['outcome']]:9} {check['name']:16} {printable(check['detail'])}\n")
    why = f": {first['name']}: {printable(first['detail'])}" if first else ""
    out.write(f"\n{verdict}{why}\n")


def judge(kind, path, trust, kept=(), proofs=(), later=None, receipts=(), given=None):
    """The verdict and the report of one thing. Also called by programs that import this file."""
    report = Report()
    try:
        if kind == "record":
            return check_record(path, trust, kept, proofs, receipts, report), report
        if kind == "package":
            if not os.path.exists(path):
                raise CannotBegin(f"There is no file or folder {path}.")
            trust.checkpoints += kept
            return check_package(path, trust, report), report
        if not os.path.isfile(path):
            raise CannotBegin(f"There is no file {path}.")
        if kind == "consistency":
            return check_consistency(read(path, PROOF_MAX), trust, kept, proofs, receipts, report), report
        trust.checkpoints += kept
        return check_proof(read(path, PROOF_MAX), trust, later, given, report), report
    except Wrong as wrong:
        report.bad(wrong.name, wrong.sentence)
        return wrong.verdict, report


MANY = ("--checkpoint", "--proof", "--receipt")
VALUED = MANY + ("--trust", "--consistency", "--later", "--ml-dsa")


def arguments(words):
    words, options, plain = list(words), {word: [] for word in MANY}, []
    while words:
        word = words.pop(0)
        if word in VALUED:
            if not words:
                raise CannotBegin(f"{word} needs a value.")
            value = words.pop(0)
            if word in MANY:
                options[word].append(value)
            else:
                options[word] = value
        elif word == "--json":
            options[word] = True
        elif word.startswith("--"):
            raise CannotBegin(f"There is no option {word}.")
        else:
            plain.append(word)
    if len(plain) != 2 or plain[0] not in ("record", "proof", "consistency", "package"):
        raise CannotBegin("Write: verify.py record|proof|consistency|package PATH --trust DIR.")
    if "--trust" not in options:
        raise CannotBegin("--trust DIR is missing: without the site's root nothing can be believed.")
    return plain[0], plain[1], options


def main(words, out=sys.stdout, err=sys.stderr):
    if not words or "--help" in words:
        out.write(__doc__)
        return 0
    try:
        kind, path, options = arguments(words)
        require_cbor()
        choose_ml_dsa(options.get("--ml-dsa"))
        trust = Trust(options["--trust"])
        kept = [kept_note(file) for file in options["--checkpoint"]]
        proofs = [read(file, PROOF_MAX) for file in options["--proof"]]
        later = read(options["--consistency"], PROOF_MAX) if "--consistency" in options else None
        given = kept_note(options["--later"]) if "--later" in options else None
        if given and later is None:
            raise CannotBegin("--later needs --consistency: the file that leads there.")
        receipts = [Receipt(file) for file in options["--receipt"]]
        verdict, report = judge(kind, path, trust, kept, proofs, later, receipts, given)
    except (CannotBegin, OSError) as broken:
        err.write(printable(str(broken)) + "\n")
        return COULD_NOT_BEGIN
    except Exception as unforeseen:  # A fault of this program says nothing about the record.
        what = f"{type(unforeseen).__name__}: {unforeseen}"
        err.write(printable(f"This check broke off and found nothing out. That is a fault of verify.py: {what}") + "\n")
        return COULD_NOT_BEGIN
    show(verdict, report, "--json" in options, out)
    return VERDICTS[verdict]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
