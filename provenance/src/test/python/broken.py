"""verify.py where something of it is broken: broken.py HOW VERIFY_PY WORDS...; HOW is cbor2 (absent) or fault."""

import importlib.util
import sys

if sys.argv[1] == "cbor2":
    sys.modules["cbor2"] = None
spec = importlib.util.spec_from_file_location("verify", sys.argv[2])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)


def fault(*_):
    raise LookupError("of its own")


if sys.argv[1] == "fault":
    verify.check_record = fault
sys.exit(verify.main(sys.argv[3:]))
