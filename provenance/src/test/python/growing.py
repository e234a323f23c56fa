"""A record that grows while verify.py reads it: growing.py VERIFY_PY RECORD TRUST LATER.

When the last segment was read, the files of LATER take the place of those of RECORD. Prints the verdict.
"""

import importlib.util
import shutil
import sys

spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
verify.choose_ml_dsa()
frames = verify.frames


def growing(folder, report):
    yield from frames(folder, report)
    shutil.copytree(sys.argv[4], folder, dirs_exist_ok=True)


verify.frames = growing
verdict, report = verify.judge("record", sys.argv[2], verify.Trust(sys.argv[3]))
print(verdict, report.checks)
