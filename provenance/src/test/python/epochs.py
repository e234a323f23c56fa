"""Endorsements of epochs, from the text of audit-record.md [2, 3, 5, 6, 6.1] alone, by dilithium-py.

epochs.py RECORD ROOT: ROOT is the raw ML-DSA-87 key in hexadecimal digits. Each EPOCH_OPENED must be signed by
its own key and endorsed by the one before, or by the root. Prints a line for each: number, who endorsed it.
"""

import hashlib
import pathlib
import struct
import sys

import cbor2
from dilithium_py.ml_dsa import ML_DSA_65, ML_DSA_87

EPOCH_OPENED = 2


def entries(folder):
    for segment in sorted(pathlib.Path(folder).glob("*.seg")):
        data, at = segment.read_bytes(), 16
        while at < len(data):
            length = struct.unpack_from(">I", data, at)[0] & 0x7FFFFFFF
            yield data[at + 4 : at + 4 + length]
            at += 8 + length


root = bytes.fromhex(sys.argv[2])
log_id, before = None, None
for sequence, cose in enumerate(entries(sys.argv[1])):
    protected, _, payload, signature = cbor2.loads(cose).value
    entry = cbor2.loads(payload)
    log_id = log_id or hashlib.sha256(cose).digest()
    if entry[9] != EPOCH_OPENED:
        continue
    epoch, key, note_key, by, endorsement = (entry[13][i] for i in range(1, 6))
    keys = log_id + struct.pack(">Q", epoch) + key + note_key
    if by == 0 and epoch > 1:
        statement = b"redoubt/epoch-replaced/v1\0" + keys + struct.pack(">Q", sequence) + entry[4]
    else:
        statement = b"redoubt/epoch/v1\0" + keys
    by_root = by == 0
    assert by_root or by == epoch - 1
    endorsed = ML_DSA_87.verify(root, statement, endorsement) if by_root else ML_DSA_65.verify(before, statement, endorsement)
    assert endorsed, f"epoch {epoch} is not endorsed"
    signed = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    assert ML_DSA_65.verify(key, signed, signature), f"epoch {epoch} is not opened by its own key"
    before = key
    print(epoch, "root" if by_root else by)
