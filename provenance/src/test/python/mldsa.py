"""ML-DSA by somebody else: judges signatures of ours and makes some of its own.

mldsa.py IN OUT cryptography|dilithium-py: IN is JSON, {"cases": [{set, publicKey, message, signature}],
"seeds": [{set, seed, message}]}, all in hex.
"""

import json
import sys


def by_cryptography():
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import mldsa

    def verifies(level, key, message, signature):
        try:
            getattr(mldsa, f"MLDSA{level}PublicKey").from_public_bytes(key).verify(signature, message)
            return True
        except (InvalidSignature, ValueError):
            return False

    def signs(level, seed, message):
        key = getattr(mldsa, f"MLDSA{level}PrivateKey").from_seed_bytes(seed)
        return key.public_key().public_bytes_raw(), key.sign(message)

    return verifies, signs


def by_dilithium_py():
    from dilithium_py import ml_dsa

    def verifies(level, key, message, signature):
        try:
            return bool(getattr(ml_dsa, f"ML_DSA_{level}").verify(key, message, signature))
        except (ValueError, IndexError):
            return False

    def signs(level, seed, message):
        own = getattr(ml_dsa, f"ML_DSA_{level}")
        public, private = own.key_derive(seed)
        return public, own.sign(private, message)

    return verifies, signs


verifies, signs = {"cryptography": by_cryptography, "dilithium-py": by_dilithium_py}[sys.argv[3]]()
with open(sys.argv[1], encoding="ascii") as source:
    asked = json.load(source)
verdicts = [
    verifies(case["set"], *(bytes.fromhex(case[name]) for name in ("publicKey", "message", "signature")))
    for case in asked["cases"]
]
made = []
for one in asked["seeds"]:
    key, signature = signs(one["set"], bytes.fromhex(one["seed"]), bytes.fromhex(one["message"]))
    made.append({"set": one["set"], "publicKey": key.hex(), "message": one["message"], "signature": signature.hex()})
with open(sys.argv[2], "w", encoding="ascii") as out:
    json.dump({"verdicts": verdicts, "made": made}, out)
