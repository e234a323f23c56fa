"""Judges many things with verify.py in one process, for tests: judge_many.py VERIFY_PY LIST TRUST.

LIST has a line `kind TAB path` for each; one line `verdict TAB first thing wrong` is printed for each.
"""

import importlib.util
import sys

spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
verify.choose_ml_dsa()
trust = verify.Trust(sys.argv[3])
with open(sys.argv[2], encoding="utf-8") as lines:
    for line in lines:
        kind, path = line.rstrip("\n").split("\t")
        verdict, report = verify.judge(kind, path, trust)
        first = report.first_wrong() or {"name": "", "detail": ""}
        print(verdict, ascii(f"{first['name']}: {first['detail']}"), sep="\t")
