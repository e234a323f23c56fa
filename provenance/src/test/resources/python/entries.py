"""Entries and their encoding: sections 1 to 4 of docs/audit-record.md, and nothing that is signed or
chained. Strict: what is not in the one allowed form is Wrong.
"""

import hashlib
import io

import cbor2

HEADER = bytes.fromhex("a1013830")
ENTRY_MAX = 1 << 20
ZEROS = bytes(32)


class Wrong(Exception):
    def __init__(self, sentence, status=1):
        super().__init__(sentence)
        self.status = status


def need(condition, sentence, status=1):
    if not condition:
        raise Wrong(sentence, status)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# [1] CBOR: what decodes must be what encodes again.
def decode(data, what):
    try:
        source = io.BytesIO(data)
        value = cbor2.CBORDecoder(source).decode()
        again = cbor2.dumps(value, canonical=True)
    except Exception as broken:
        raise Wrong(f"{what}: not CBOR: {broken}")
    need(again == data, f"{what}: not the one deterministic encoding")
    return value


def is_uint(value):
    return type(value) is int and 0 <= value < 1 << 63


def is_text(value, most=16384):
    return type(value) is str and len(value.encode()) <= most


def is_bytes(value, length=None, most=8192):
    return type(value) is bytes and (len(value) == length if length is not None else len(value) <= most)


def order(text):
    return text.encode("utf-16-be")


def is_list(value, test):
    return type(value) is list and len(value) <= 1024 and all(map(test, value))


def is_pairs(value):
    if not is_list(value, lambda p: type(p) is list and len(p) == 2 and all(map(is_text, p))):
        return False
    keys = [order(pair[0]) for pair in value]
    return all(a < b for a, b in zip(keys, keys[1:]))


TYPES = {
    "t": is_text,
    "u": is_uint,
    "b": is_bytes,
    "[t]": lambda v: is_list(v, is_text),
    "[u]": lambda v: is_list(v, is_uint),
    "p": is_pairs,
}

# [4] number -> types of the fields 1, 2, ...
EVENTS = {
    1: "t b t", 2: "u b b u b", 3: "u t", 4: "t t [t]", 5: "t", 6: "u u [u]", 7: "t t",
    8: "u u b b", 9: "u u t b", 10: "t b u b u b", 11: "t u b b", 12: "u u", 13: "t t",
    16: "t t t b u p b", 17: "t t b b u u t", 18: "t t t b b b b", 19: "t t", 20: "t t t b u p u u b b", 21: "t t t",
    32: "", 33: "b t u", 34: "", 35: "t [t]", 36: "t t [t]", 37: "t t t", 38: "t t",
    48: "t b p", 49: "t t t", 50: "t t", 51: "t t [t]",
    52: "t t b p", 53: "t t t t", 54: "t t t",
    64: "u u u b", 65: "t t b", 66: "t t u", 67: "t t", 68: "t t",
    69: "t b", 70: "t u b", 71: "t u b u", 72: "t u",
}
GENESIS, OPENED, CLOSED, INTENT, OUTPUT, SEAL, ABORTED = 1, 2, 3, 16, 17, 18, 19


class Entry:
    def __init__(self, cose, what):
        need(0 < len(cose) <= ENTRY_MAX, f"{what}: impossible length")
        message = decode(cose, what)
        need(isinstance(message, cbor2.CBORTag) and message.tag == 18, f"{what}: no COSE_Sign1")
        body = message.value
        need(type(body) in (list, tuple) and len(body) == 4, f"{what}: not four members")
        header, unprotected, self.payload, self.signature = body
        need(header == HEADER, f"{what}: another algorithm or header")
        need(unprotected == {}, f"{what}: unprotected headers")
        need(is_bytes(self.payload, most=ENTRY_MAX), f"{what}: payload")
        need(is_bytes(self.signature, 3309), f"{what}: signature length")
        self.cose = cose
        self.sha256 = sha256(cose)
        self.leaf = sha256(b"\0", cose)
        self.fields(decode(self.payload, what), what)

    # [3]
    def fields(self, m, what):
        keys = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13]
        need(type(m) is dict and sorted(m) in (keys, sorted(keys + [10])), f"{what}: fields")
        need(m[1] == 1 and is_bytes(m[2]) and is_uint(m[3]) and is_bytes(m[4], 32), f"{what}: 1-4")
        need(is_uint(m[5]) and is_bytes(m[6], 16) and is_uint(m[7]) and is_uint(m[8]), f"{what}: 5-8")
        need(is_uint(m.get(10, 0)) and is_bytes(m[12], 32), f"{what}: 10, 12")
        actor = m[11]
        need(type(actor) is dict and sorted(actor) == [1, 2, 3, 4], f"{what}: actor")
        need(all(is_text(actor[k], 1024) for k in (1, 2, 3)), f"{what}: actor")
        roles = actor[4]
        need(is_list(roles, lambda r: is_text(r, 1024)) and len(roles) <= 16, f"{what}: roles")
        need(roles == sorted(roles, key=order), f"{what}: order of roles")
        need(m[9] in EVENTS, f"{what}: unknown type")
        types = EVENTS[m[9]].split()
        event = m[13]
        need(type(event) is dict and sorted(event) == list(range(1, len(types) + 1)), f"{what}: event")
        need(all(TYPES[t](event[i]) for i, t in enumerate(types, 1)), f"{what}: field of event")
        self.log_id, self.sequence, self.previous, self.epoch = m[2], m[3], m[4], m[5]
        self.boot, self.monotonic, self.type, self.event = m[6], m[8], m[9], event
        self.refers_to = m.get(10)
