"""What verify.py makes of OpenTimestamps proofs, for tests: anchors.py VERIFY_PY LIST DIGEST.

LIST has a proof in hex on each line; one line, `read` or `refused: why`, is printed for each.
"""

import importlib.util
import sys

spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
with open(sys.argv[2], encoding="ascii") as lines:
    for line in lines:
        try:
            ots = verify.Ots(bytes.fromhex(line.strip()), bytes.fromhex(sys.argv[3]))
            print("read" if ots.blocks or ots.calendars else "refused: no end that is known")
        except verify.Malformed as broken:
            print(f"refused: {broken}")
