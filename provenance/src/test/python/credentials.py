"""What verify.py makes of detached credentials, for tests: credentials.py VERIFY_PY LIST ROOT_PEM.

LIST has a line `manifest TAB text`, two paths, for each; `valid: sequence`, `unknown signer` or `refused: why` is
printed for each.
"""

import importlib.util
import sys

from cryptography import x509

spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
with open(sys.argv[3], "rb") as pem:
    roots = x509.load_pem_x509_certificates(pem.read())
with open(sys.argv[2], encoding="utf-8") as lines:
    for line in lines:
        manifest, text = (verify.read(path) for path in line.rstrip("\n").split("\t"))
        try:
            found = verify.Credential(manifest, text)
            print(f"valid: {found.entry['sequence']}" if found.is_under(roots) else "unknown signer")
        except (verify.Malformed, verify.CannotTell, verify.Wrong) as broken:
            print("refused:", ascii(str(broken)))
