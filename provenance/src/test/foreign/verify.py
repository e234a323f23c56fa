"""Checks files with verifiers that Redoubt's makers did not write.

verify.py ROOT.pem FORM FILE [MANIFEST]    prints the validation state, then the failure codes.
"""

import sys


def detached(root, file, manifest):
    import c2pa

    settings = c2pa.Settings.from_dict(
        {
            "trust": {
                "trust_anchors": root,
                "trust_config": "1.3.6.1.5.5.7.3.36\n1.3.6.1.4.1.62558.2.1\n",
            },
            "verify": {"verify_trust": True, "remote_manifest_fetch": False},
        }
    )
    with open(file, "rb") as asset, open(manifest, "rb") as store:
        reader = c2pa.Reader(
            "text/plain", asset, manifest_data=store.read(), context=c2pa.Context(settings)
        )
    failures = reader.get_validation_results()["activeManifest"]["failure"]
    return reader.get_validation_state(), failures


def embedded(root, file, media_type):
    import encypher_c2pa

    report = encypher_c2pa.verify(
        file, media_type, trust_pem=root, no_default_trust=True, telemetry=False, online=False
    )
    return report["validation_state"], report["validation_results"].get("failure", [])


root_pem = open(sys.argv[1], encoding="ascii").read()
if sys.argv[2] == "DETACHED":
    state, failed = detached(root_pem, sys.argv[3], sys.argv[4])
else:
    types = {"TEXT": "text/plain", "MARKDOWN": "text/markdown"}
    state, failed = embedded(root_pem, sys.argv[3], types[sys.argv[2]])
print(state, *(failure["code"] for failure in failed))
