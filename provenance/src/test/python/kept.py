"""Whether verify.py takes what people kept, for tests: kept.py VERIFY_PY LIST.

LIST has a line `paper TAB path` or `receipt TAB path` for each; `read` or `refused: why` is printed for each.
"""

import importlib.util
import sys

spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
with open(sys.argv[2], encoding="utf-8") as lines:
    for line in lines:
        kind, path = line.rstrip("\n").split("\t")
        try:
            verify.Receipt(path) if kind == "receipt" else verify.Paper(verify.read(path), "It")
            print("read")
        except (verify.CannotBegin, verify.Wrong) as broken:
            print("refused:", ascii(str(broken)))
