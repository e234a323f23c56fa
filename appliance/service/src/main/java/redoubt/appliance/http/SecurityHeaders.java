package redoubt.appliance.http;

import java.util.LinkedHashMap;
import java.util.Map;

/// What every answer says to a browser: nothing from elsewhere, nothing framed, nothing guessed,
/// nothing stored. Source: docs/web-page.md; the OWASP Secure Headers Project.
final class SecurityHeaders {
    static final Map<String, String> ALL = new LinkedHashMap<>();

    static {
        ALL.put(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types dompurify");
        ALL.put("Strict-Transport-Security", "max-age=31536000");
        ALL.put("X-Content-Type-Options", "nosniff");
        ALL.put("X-Frame-Options", "DENY");
        ALL.put("Referrer-Policy", "no-referrer");
        ALL.put("Cross-Origin-Opener-Policy", "same-origin");
        ALL.put("Cross-Origin-Resource-Policy", "same-origin");
        ALL.put("Cross-Origin-Embedder-Policy", "require-corp");
        ALL.put(
                "Permissions-Policy",
                "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
        ALL.put("Cache-Control", "no-store");
    }

    private SecurityHeaders() {}
}
