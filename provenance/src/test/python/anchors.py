"""What verify.py makes of anchors, for tests: anchors.py VERIFY_PY LIST DIGEST [ROOT_PEM].

LIST has a proof in hex on each line; one line, `read`, `unknown: why` or `refused: why`, is printed for each. The
proofs are OpenTimestamps; with ROOT_PEM they are responses of RFC 3161, and `proven: time` is printed for those
under this root.
"""

import importlib.util
import sys

spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
if len(sys.argv) > 4:
    from cryptography import x509

    with open(sys.argv[4], "rb") as pem:
        roots = x509.load_pem_x509_certificates(pem.read())
with open(sys.argv[2], encoding="ascii") as lines:
    for line in lines:
        try:
            if len(sys.argv) > 4:
                stamp = verify.TimeStamp(bytes.fromhex(line.strip()), bytes.fromhex(sys.argv[3]))
                print(f"proven: {int(stamp.at.timestamp())}" if stamp.is_under(roots) else "read")
                continue
            ots = verify.Ots(bytes.fromhex(line.strip()), bytes.fromhex(sys.argv[3]))
            print("read" if ots.blocks or ots.calendars else "refused: no end that is known")
        except verify.CannotTell as unknown:
            print(f"unknown: {unknown}")
        except verify.Malformed as broken:
            print(f"refused: {broken}")
