package redoubt.provenance.credentials;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The library's settings: nothing is fetched, nothing is added that we did not ask for, and only
/// the anchors that are given count. Stateless, any thread. Source: c2pa-rs 0.91.4, `settings`.
final class LibrarySettings {
    private LibrarySettings() {}

    static String signing() {
        ObjectNode settings = base();
        settings.withObject("/verify").put("verify_after_sign", false);
        settings.withObject("/builder/thumbnail").put("enabled", false);
        return settings.toString();
    }

    static String reading(TrustAnchors anchors) {
        ObjectNode settings = base();
        settings.withObject("/verify").put("verify_after_reading", true).put("verify_trust", true);
        if (!anchors.isEmpty()) {
            settings.withObject("/trust")
                    .putArray("anchors")
                    .addObject()
                    .put("trust_anchors", anchors.pem())
                    .put("trust_kind", "manifest");
        }
        return settings.toString();
    }

    private static ObjectNode base() {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        // Without its list of key usages the library refuses every certificate.
        settings.withObject("/trust")
                .put(
                        "trust_config",
                        CertificateMaker.DOCUMENT_SIGNING
                                + "\n"
                                + CertificateMaker.C2PA_SIGNING
                                + "\n");
        settings.withObject("/verify").put("remote_manifest_fetch", false).put("ocsp_fetch", false);
        settings.withObject("/core")
                .put("allow_redirects", false)
                .put("decode_identity_assertions", false)
                .putArray("allowed_network_hosts");
        return settings;
    }
}
