#!/usr/bin/env python3
"""verify.py: the second verifier of the Open Audit Record, written from docs/audit-record.md alone.

    verify.py record DIR --trust DIR [--checkpoint FILE]... [--json]
    verify.py proof FILE --trust DIR [--json]

DIR after --trust is the site's trust folder, got by a way that you believe; never from what you check.
It shares no code with Redoubt's own verifier, opens no connection and writes nothing but its report.

Needs Python 3.11 or newer, cbor2, and one implementation of ML-DSA (FIPS 204): a `cryptography` whose
OpenSSL has it (3.5 or newer), or, slower, `dilithium-py`.

Exit status: 0 VALID or VALID-UNWITNESSED, 1 INVALID, 2 could not begin, 3 INCOMPLETE, 4 FORKED.
Numbers in brackets are sections of docs/audit-record.md.
"""

import base64
import hashlib
import json
import os
import re
import struct
import sys
import unicodedata

VERDICTS = {"VALID": 0, "VALID-UNWITNESSED": 0, "INVALID": 1, "INCOMPLETE": 3, "FORKED": 4}
COULD_NOT_BEGIN = 2

ENTRY_MAX = 1 << 20
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
        f" cryptography (48 or newer), or dilithium-py. ({'; '.join(reasons)})"
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

# [4] number: name, and the types of the fields 1, 2, ...
EVENTS = {
    1: ("GENESIS", "text bytes text"),
    2: ("EPOCH_OPENED", "uint bytes bytes uint bytes"),
    3: ("EPOCH_CLOSED", "uint text"),
    4: ("STARTED", "text text [text]"),
    5: ("STOPPED", "text"),
    6: ("RECOVERED", "uint uint [uint]"),
    7: ("ALARM", "text text"),
    8: ("COUNTERSIGNED", "uint uint bytes bytes"),
    9: ("EPOCH_REVOKED", "uint uint text bytes"),
    10: ("WITNESSED", "text bytes uint bytes uint bytes"),
    11: ("ANCHORED", "text uint bytes bytes"),
    12: ("CLOCK_JUMPED", "uint uint"),
    13: ("CEREMONY", "text text"),
    16: ("INTENT", "text text text bytes uint pairs bytes"),
    17: ("OUTPUT", "text text bytes bytes uint uint text"),
    18: ("SEAL", "text text text bytes bytes bytes bytes"),
    19: ("ABORTED", "text text"),
    20: ("VECTORS", "text text text bytes uint pairs uint uint bytes bytes"),
    21: ("REPLAYED", "text text text"),
    32: ("SIGNED_IN", ""),
    33: ("SIGN_IN_FAILED", "bytes text uint"),
    34: ("SIGNED_OUT", ""),
    35: ("PERSON_CREATED", "text [text]"),
    36: ("PERSON_CHANGED", "text text [text]"),
    37: ("KEY_CREATED", "text text text"),
    38: ("KEY_REVOKED", "text text"),
    48: ("MODEL_LOADED", "text bytes pairs"),
    49: ("MODEL_REFUSED", "text text text"),
    50: ("MODEL_UNLOADED", "text text"),
    51: ("ENGINE_CRASHED", "text text [text]"),
    52: ("ADAPTER_LOADED", "text text bytes pairs"),
    53: ("ADAPTER_REFUSED", "text text text text"),
    54: ("ADAPTER_UNLOADED", "text text text"),
    64: ("SEAL_CHECKED", "uint uint uint bytes"),
    65: ("EXPORTED", "text text bytes"),
    66: ("REQUEST_REFUSED", "text text uint"),
    67: ("ERASED", "text text"),
    68: ("ADMINISTERED", "text text"),
    69: ("POLICY_CHANGED", "text bytes"),
    70: ("BACKED_UP", "text uint bytes"),
    71: ("RESTORED", "text uint bytes uint"),
    72: ("SEARCHED", "text uint"),
}

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
        self.type, types = EVENTS[m[9]][0], EVENTS[m[9]][1].split()
        event = m[13]
        well(is_map(event, range(1, len(types) + 1)), "fields of the event")
        well(all(FIELDS[kind](event[i]) for i, kind in enumerate(types, 1)), "a field of the event")
        self.log_id, self.sequence, self.previous, self.epoch = m[2], m[3], m[4], m[5]
        self.boot, self.wall, self.monotonic, self.refers_to = m[6], m[7], m[8], m.get(10)
        self.event = event


# ------------------------------------------------------------------------------------------------
# [7.1] The tree.


def node(left, right):
    return sha256(b"\1", left, right)


class Tree:
    """Keeps the hashes of all full subtrees, so that the root of any size is quick."""

    def __init__(self):
        self.levels = [[]]

    def __len__(self):
        return len(self.levels[0])

    def append(self, leaf):
        level = 0
        self.levels[0].append(leaf)
        while len(self.levels[level]) % 2 == 0:
            pair = self.levels[level][-2:]
            level += 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(node(*pair))

    def root(self, size):
        """RFC 6962 2.1: the full subtrees from the left, joined from the right."""
        whole, start = None, size
        for level in range(size.bit_length()):
            if size >> level & 1:
                start -= 1 << level
                peak = self.levels[level][start >> level]
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


# ------------------------------------------------------------------------------------------------
# [7.2] Signed notes and checkpoints.


def b64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


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
        parts = self.text.split("\n")
        well(len(parts) == 4 and parts[3] == "", "not three lines")
        self.origin = parts[0]
        well(re.fullmatch("redoubt/[0-9a-f]{64}", self.origin), "its first line names no log")
        well(re.fullmatch("[1-9][0-9]{0,17}", parts[1]), "its size")
        self.size, self.root = int(parts[1]), b64(parts[2])
        well(self.root is not None and len(self.root) == 32, "its root")
        self.lines = []
        for line in lines[:-1].split("\n"):
            words = line.split(" ")
            well(len(words) == 3 and words[0] == "\u2014", "a signature line")
            name, blob = words[1], b64(words[2])
            well(name and "+" not in name and not re.search(r"\s", name), "the name in a signature line")
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
    def __init__(self, number, opened, key, note_key):
        self.number, self.opened, self.key, self.note_key = number, opened, key, note_key


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
            in_order and by in ({0} if number == 1 else {number - 1}),
            "epoch chain",
            f"{entry.name} opens epoch {epoch} where epoch {number} must follow.",
        )
        kinds = len(key) == SIZES[65][0] and len(note_key) == SIZES[44][0]
        need(kinds, "epoch chain", f"{entry.name} holds a key of the wrong length.")
        keys = self.log_id + u64(number) + key + note_key
        if by > 0:
            good = signed(65, self.epochs[-1].key, b"redoubt/epoch/v1\0" + keys, endorsement)
        else:
            good = signed(87, self.trust.root, b"redoubt/epoch/v1\0" + keys, endorsement)
        need(good, "epoch chain", f"The keys of epoch {number} are not endorsed.")
        opened = Epoch(number, entry.sequence, key, note_key)
        self.require_signature(entry, opened)
        self.epochs.append(opened)

    def require_signature(self, entry, epoch):
        message = encode(["Signature1", HEADER, b"", entry.payload])
        need(
            signed(65, epoch.key, message, entry.signature),
            "signature",
            f"The signature of {entry.name} is not by the key of epoch {epoch.number}.",
        )

    def require(self, entry):
        n, s = entry.epoch, entry.sequence
        need(s == 0 or entry.log_id == self.log_id, "log id", f"{entry.name} belongs to another log.")
        need(1 <= n <= len(self.epochs), "epoch", f"{entry.name} names epoch {n}, which is not open.")
        begun = n == 1 or s >= self.epochs[n - 1].opened
        over = n < len(self.epochs) and s >= self.epochs[n].opened
        need(begun and not over, "epoch", f"{entry.name} is signed by epoch {n}, which was not in force there.")
        self.require_signature(entry, self.epochs[n - 1])

    def in_force(self, size):
        return next((epoch for epoch in reversed(self.epochs) if epoch.opened < size), None)

    def require_checkpoint(self, note, what):
        """Our two lines, each once and good, by the epoch in force at its last entry."""
        need(note.origin == "redoubt/" + self.log_id.hex(), "checkpoint", f"{what} is of another log.")
        epoch = self.in_force(note.size)
        found = cosigned = 0
        if epoch:
            line = key_id(note.origin, b"\xffredoubt.org/ml-dsa-65", epoch.key)
            coline = key_id(note.origin, b"\x06", epoch.note_key)
            for name, which, blob in note.lines:
                if name == note.origin and which == line:
                    found += 1 if signed(65, epoch.key, note.text.encode(), blob) else 64
                elif name == note.origin and which == coline:
                    cosigned += 1 if note.cosigned(name, epoch.note_key, blob) else 64
        need(
            found == cosigned == 1,
            "checkpoint",
            f"{what}, of size {note.size}, is not signed by the epoch that was in force there.",
        )


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
            self.outputs[s] = (to, request)
        elif entry.type == "SEAL":
            well(to is not None, "seals no OUTPUT")
            well(to in self.outputs or not self.whole, "seals an OUTPUT that is not there")
            intent, asked = self.outputs.get(to, (None, request))
            well(asked == request, "speaks of another request")
            well(intent not in self.aborted, "seals an answer that was aborted")
            self.sealed.add(intent if intent is not None else ("of output", to))
        elif entry.type == "ABORTED":
            well(to is not None, "aborts no INTENT")
            well(not self.whole or to in self.intents, "aborts an INTENT that is not there")
            well(to not in self.sealed and to not in self.aborted, "aborts an INTENT that is over")
            well(self.intents.get(to, request) == request, "speaks of another request")
            self.aborted.add(to)

    def unfinished(self):
        return sorted(set(self.intents) - self.sealed - self.aborted)


# ------------------------------------------------------------------------------------------------
# [10] What the auditor brings.


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
            if not re.fullmatch("[0-9a-f]{64}", given.strip()):
                raise CannotBegin(f"record-log-id in {folder} is not the 64 digits of a log id.")
            self.log_id = bytes.fromhex(given.strip())

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


def begins_batch(data, at):
    frame = whole_frame(data, at) if data[at + 4] == 0xD2 and not data[at] & 0x80 else None
    return frame is not None and not frame[1]


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
        data = read(os.path.join(folder, name))
        need(
            data[:16] == b"RDBTREC1" + u64(count),
            "segments",
            f"{name} does not begin as the segment from entry {count}.",
        )
        at = 16
        while at < len(data):
            frame = whole_frame(data, at)
            if frame is None:
                later = any(begins_batch(data, i) for i in range(at + 1, len(data) - 8))
                need(
                    name == names[-1] and not later,
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

    def __init__(self, trust):
        self.trust, self.tree, self.inferences = trust, Tree(), Inferences(True)
        self.genesis = self.chain = None
        self.previous, self.closed = ZEROS, False
        self.clocks, self.wall, self.back = {}, 0, 0

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
            self.key(entry)
            self.inferences.take(entry)
        need(
            self.clocks.get(entry.boot, 0) <= entry.monotonic,
            "clock",
            f"The monotonic clock runs backwards at {entry.name}.",
        )
        self.clocks[entry.boot] = entry.monotonic
        self.back += entry.wall < self.wall
        self.wall = max(self.wall, entry.wall)
        self.previous = entry.sha256
        self.tree.append(entry.leaf)

    def key(self, entry):
        if self.chain is None:
            self.chain = Chain(self.genesis, entry, self.trust)
            return
        need(entry.type != "GENESIS", "genesis", f"{entry.name} is a second genesis.")
        opens = entry.type == "EPOCH_OPENED"
        need(not self.closed or opens, "epochs", f"{entry.name} follows the close of its epoch.")
        need(self.closed or not opens, "epochs", f"{entry.name} opens an epoch while one is open.")
        if opens:
            self.chain.open(entry)
            self.closed = False
            return
        self.chain.require(entry)
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
    walk.chain.require_checkpoint(note, what)
    need(
        walk.tree.root(note.size) == note.root,
        "checkpoint",
        f"The site's key signed another history of the first {note.size} entries than this one ({what}).",
        "FORKED",
    )


def check_record(folder, trust, kept, report):
    walk = Walk(trust)
    for cose in frames(folder, report):
        walk.take(cose)
    need(walk.chain, "genesis", "The record ends before its first epoch is opened.")
    size, chain = len(walk.tree), walk.chain
    report.facts.update({"log": chain.log_id.hex(), "entries": str(size)})
    report.good("entries", f"{size} entries: each signed by the epoch in force, chained to the one before")
    report.good("epochs", f"{len(chain.epochs)} epoch(s), the last is {'closed' if walk.closed else 'open'}")
    open_ones = walk.inferences.unfinished()
    if open_ones:
        report.note("inferences", f"{len(open_ones)} have neither SEAL nor ABORTED, the first at entry {open_ones[0]}")
    if walk.back:
        report.note("clock", f"the host's clock was behind an earlier entry's at {walk.back} entries")
    for data in kept:
        agree(Note(data, "A checkpoint that you brought"), walk, "a checkpoint that you brought")
    if kept:
        report.good("your checkpoints", f"the record agrees with all {len(kept)} that you brought")
    path = os.path.join(folder, "checkpoint")
    if not os.path.exists(path):
        report.unchecked("checkpoint", "the folder has no checkpoint, so a cut tail would not be noticed")
        return "INCOMPLETE"
    need(os.path.getsize(path) <= NOTE_MAX, "checkpoint", "The checkpoint file is longer than 512 KiB.")
    note = Note(read(path), "Its own checkpoint")
    agree(note, walk, "its own checkpoint")
    report.good("checkpoint", f"signed, covers {note.size} of {size} entries, and has their root")
    report.note("witnesses", "nothing is witnessed: this rests on the site's own keys")
    return "VALID-UNWITNESSED"


# ------------------------------------------------------------------------------------------------
# [8] [10] A proof file.


def proof_items(data):
    def well(condition, how):
        need(condition, "proof file", f"The proof file is not well formed: {how}.")

    well(len(data) <= PROOF_MAX, "longer than 64 MiB")
    m = decode(data, "proof file", "The proof file")
    well(is_map(m, [1, 2, 3, 4]) and m[1] == "redoubt-proof/1", "its fields")
    well(is_bytes(m[2], 32) and type(m[3]) is str, "log id or checkpoint")
    well(type(m[4]) is list and len(m[4]) <= 16384, "its entries")
    for item in m[4]:
        well(is_map(item, [1, 2, 3]), "the fields of an entry")
        well(is_uint(item[1]) and is_bytes(item[2], most=ENTRY_MAX), "an entry")
        well(is_list(item[3], lambda h: is_bytes(h, 32), 64), "the path of an entry")
    well(all(a[1] < b[1] for a, b in zip(m[4], m[4][1:])), "the order of its entries")
    try:
        note = Note(m[3].encode(), "The checkpoint of the proof")
    except Wrong as wrong:
        raise Wrong("proof file", wrong.sentence)
    return m[2], note, [(item[1], item[2], item[3]) for item in m[4]]


def check_proof(data, trust, report):
    log_id, note, items = proof_items(data)
    need(len(items) >= 2, "genesis", "The proof lacks the first two entries of the log.")
    entries = []
    for sequence, cose, _ in items:
        entry = Entry(cose, f"Item {sequence} of the proof")
        need(
            entry.sequence == sequence,
            "place",
            f"The proof gives {entry.name} out as entry {sequence}.",
        )
        entries.append(entry)
    chain = Chain(entries[0], entries[1], trust)
    need(chain.log_id == log_id, "log id", "The proof names another log than its genesis entry.")
    for entry in entries[2:]:
        if entry.type == "EPOCH_OPENED":
            chain.open(entry)
    report.good("record root", f"the keys of {len(chain.epochs)} epoch(s) stand under the site's record root")
    for before, entry in zip([None] + entries, entries):
        chain.require(entry)
        neighbours = before is not None and before.sequence + 1 == entry.sequence
        need(
            not neighbours or entry.previous == before.sha256,
            "chain",
            f"{entry.name} does not follow the entry before it.",
        )
    report.good("signatures", f"{len(entries)} entries are signed by the epoch in force")
    chain.require_checkpoint(note, "The checkpoint of the proof")
    for (sequence, _, path), entry in zip(items, entries):
        inside = sequence < note.size and path_root(entry.leaf, sequence, note.size, path) == note.root
        need(inside, "inclusion", f"Entry {sequence} is not in the tree that the checkpoint signs.")
    report.good("inclusion", f"all are in the signed checkpoint of {note.size} entries")
    inferences = Inferences(False)
    for entry in entries:
        inferences.take(entry)
    report.good("relations", "the entries refer to each other as they must")
    report.facts.update({"log": chain.log_id.hex(), "entries": str(len(entries))})
    report.note("witnesses", "nothing is witnessed: this rests on the site's own keys")
    return "VALID-UNWITNESSED"


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


def judge(kind, path, trust, kept=()):
    """The verdict and the report of one thing. Also called by programs that import this file."""
    report = Report()
    try:
        if kind == "record":
            return check_record(path, trust, kept, report), report
        if not os.path.isfile(path):
            raise CannotBegin(f"There is no file {path}.")
        return check_proof(read(path, PROOF_MAX), trust, report), report
    except Wrong as wrong:
        report.bad(wrong.name, wrong.sentence)
        return wrong.verdict, report


def arguments(words):
    words, options = list(words), {"kept": [], "json": False, "trust": None, "ml_dsa": None}
    plain = []
    while words:
        word = words.pop(0)
        if word == "--json":
            options["json"] = True
        elif word in ("--trust", "--checkpoint", "--ml-dsa"):
            if not words:
                raise CannotBegin(f"{word} needs a value.")
            value = words.pop(0)
            if word == "--checkpoint":
                options["kept"].append(value)
            else:
                options["trust" if word == "--trust" else "ml_dsa"] = value
        elif word.startswith("--"):
            raise CannotBegin(f"There is no option {word}.")
        else:
            plain.append(word)
    if len(plain) != 2 or plain[0] not in ("record", "proof"):
        raise CannotBegin("Write: verify.py record DIR --trust DIR, or verify.py proof FILE --trust DIR.")
    if options["trust"] is None:
        raise CannotBegin("--trust DIR is missing: without the site's root nothing can be believed.")
    return plain[0], plain[1], options


def main(words, out=sys.stdout, err=sys.stderr):
    if not words or "--help" in words:
        out.write(__doc__)
        return 0
    try:
        kind, path, options = arguments(words)
        choose_ml_dsa(options["ml_dsa"])
        trust = Trust(options["trust"])
        kept = [read(file, NOTE_MAX) for file in options["kept"]]
        verdict, report = judge(kind, path, trust, kept)
    except (CannotBegin, OSError) as broken:
        err.write(printable(str(broken)) + "\n")
        return COULD_NOT_BEGIN
    show(verdict, report, options["json"], out)
    return VERDICTS[verdict]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
