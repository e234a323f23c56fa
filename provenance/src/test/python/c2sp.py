"""C2SP signed-note and tlog-cosignature, read from their texts, over a note of ours.

c2sp.py NOTE VKEY...: each verifier key must have exactly one good line in the note. Prints how many lines
there are. Types: 0x01 (Ed25519, as in the example of the specification), 0x06 (ML-DSA-44 cosignature).
"""

import base64
import hashlib
import re
import sys

from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa
from dilithium_py.ml_dsa import ML_DSA_44

note = open(sys.argv[1], "rb").read().decode("utf-8")
assert not any(ord(c) < 0x20 and c != "\n" for c in note), "control characters"
# "the text is separated from the signatures by the last empty line in the note"
at = note.rindex("\n\n")
text, signatures = note[: at + 1], note[at + 2 :]
lines = []
for line in signatures.splitlines(keepends=True):
    name, blob = re.fullmatch("\u2014 ([^ +\\s]+) ([A-Za-z0-9+/]+=*)\n", line).groups()
    data = base64.b64decode(blob, validate=True)
    lines.append((name, data[:4], data[4:]))


def vector(value):
    """opaque value<1..2^8-1> of RFC 8446 section 3.4"""
    assert 1 <= len(value) <= 255
    return bytes([len(value)]) + value


def verify(name, kind, key, signature):
    if kind == 0x01:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, text.encode())
        return
    assert kind == 0x06 and len(key) == 1312
    origin, size, root = text.split("\n")[:3]
    assert re.fullmatch("0|[1-9][0-9]*", size)
    timestamp = signature[:8]
    assert int.from_bytes(timestamp, "big") < 1 << 63
    message = b"subtree/v1\n\0" + vector(name.encode()) + timestamp + vector(origin.encode())
    message += (0).to_bytes(8, "big") + int(size).to_bytes(8, "big") + base64.b64decode(root, validate=True)
    mldsa.MLDSA44PublicKey.from_public_bytes(key).verify(signature[8:], message)
    assert ML_DSA_44.verify(key, message, signature[8:]), "OpenSSL says that it is good, and dilithium-py that it is not"


for vkey in sys.argv[2:]:
    name, key_id, encoded = vkey.split("+", 2)
    typed = base64.b64decode(encoded, validate=True)
    assert hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4].hex() == key_id, "key id"
    mine = [signature for line, which, signature in lines if (line, which.hex()) == (name, key_id)]
    assert len(mine) == 1, f"{len(mine)} lines of {name}"
    verify(name, typed[0], typed[1:], mine[0])
print(len(lines))
