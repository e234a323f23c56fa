package redoubt.appliance.http;

import io.helidon.webserver.http.ServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import redoubt.appliance.identity.ApiKeys;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Permission;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.identity.Sessions;

/// Finds out who makes a request, and whether they may: a bearer key or the console's token, else
/// the cookie of a session. A cookie is sent by the browser on its own, so for unsafe requests it
/// counts only together with the session's token in a header, from our own page. Thread safe.
public final class Authentication {
    /// `__Host-`: the browser itself demands Secure, no domain, path `/`.
    public static final String COOKIE = "__Host-redoubt";

    static final String CSRF_HEADER = "X-Redoubt-CSRF";

    private final Sessions sessions;
    private final People people;
    private final ApiKeys keys;
    private final byte[] consoleToken;

    public Authentication(Sessions sessions, People people, ApiKeys keys, String consoleToken) {
        this.sessions = sessions;
        this.people = people;
        this.keys = keys;
        this.consoleToken = consoleToken.getBytes(StandardCharsets.UTF_8);
    }

    /// Who makes a request to `route`; nobody on a route that is open.
    Principal identify(ServerRequest request, Route route) {
        if (route.unsafe()) refuseOtherSites(request);
        return route.permission() == null
                ? Principal.nobody()
                : identify(request, key(request, route));
    }

    /// Refuses what `principal` may not do on `route`.
    static void allow(Principal principal, ServerRequest request, Route route) {
        Permission permission = route.permission();
        if (permission == null) return;
        if (!principal.may(permission))
            throw RefusedException.forbidden(
                    "forbidden",
                    "%s may not do this: it needs the role %s. Ask an administrator."
                            .formatted(
                                    principal.name(),
                                    permission.roles().stream()
                                            .map(role -> role.word())
                                            .sorted()
                                            .reduce((a, b) -> a + " or " + b)
                                            .orElse("(none)")));
        if (route.unsafe()) requireCsrf(request, principal);
    }

    /// The signed-in person behind a cookie, with the proof that our page asks.
    public Principal session(Exchange exchange, boolean unsafe) {
        Principal principal = byCookie(exchange.cookie(COOKIE));
        if (unsafe) requireCsrf(exchange.header(CSRF_HEADER), principal);
        return principal;
    }

    /// What a program proves itself with; Anthropic's clients name the key differently.
    private static Optional<String> key(ServerRequest request, Route route) {
        Optional<String> authorization = Exchange.header(request, "Authorization");
        return authorization.isPresent() || route.errorShape() != ErrorShape.ANTHROPIC
                ? authorization
                : Exchange.header(request, "x-api-key").map(key -> "Bearer " + key);
    }

    private Principal identify(ServerRequest request, Optional<String> authorization) {
        if (authorization.isEmpty())
            return byCookie(request.headers().cookies().first(COOKIE).asOptional());
        String value = authorization.get();
        if (!value.regionMatches(true, 0, "Bearer ", 0, 7))
            throw RefusedException.unauthenticated(
                    "invalid_api_key", "The Authorization header must be: Bearer rdt_…");
        String secret = value.substring(7).strip();
        if (MessageDigest.isEqual(secret.getBytes(StandardCharsets.UTF_8), consoleToken))
            return Principal.console();
        return keys.authenticate(secret)
                .orElseThrow(() ->
                        RefusedException.unauthenticated(
                                "invalid_api_key",
                                "This API key is not known here, or was revoked. Ask an administrator for one (redoubt key create)."));
    }

    private Principal byCookie(Optional<String> token) {
        if (token.isEmpty())
            throw RefusedException.unauthenticated(
                    "not_signed_in",
                    "You are not signed in. Sign in on the page, or send an API key as Authorization: Bearer rdt_…");
        return sessions.authenticate(token.get(), people)
                .orElseThrow(() ->
                        RefusedException.unauthenticated(
                                "session_ended",
                                "Your session has ended. Sign in again; your conversations are kept."));
    }

    private static void requireCsrf(ServerRequest request, Principal principal) {
        requireCsrf(Exchange.header(request, CSRF_HEADER), principal);
    }

    private static void requireCsrf(Optional<String> sent, Principal principal) {
        String expected = principal.csrf();
        if (expected == null) return;
        boolean same =
                sent.isPresent()
                        && MessageDigest.isEqual(
                                sent.get().getBytes(StandardCharsets.UTF_8),
                                expected.getBytes(StandardCharsets.UTF_8));
        if (!same)
            throw RefusedException.forbidden(
                    "csrf",
                    "The request lacks the session's token in the header %s, so it may come from another site. Nothing was done. Reload the page."
                            .formatted(CSRF_HEADER));
    }

    private static void refuseOtherSites(ServerRequest request) {
        Optional<String> site = Exchange.header(request, "Sec-Fetch-Site");
        boolean otherSite =
                site.isPresent() && !site.get().equals("same-origin") && !site.get().equals("none");
        Optional<String> origin = Exchange.header(request, "Origin");
        Optional<String> host = Exchange.header(request, "Host");
        boolean otherOrigin =
                origin.isPresent() && !origin.get().equals("https://" + host.orElse("(no host)"));
        if (otherSite || otherOrigin)
            throw RefusedException.forbidden(
                    "csrf",
                    "The request comes from a page of another site. Nothing was done. Use this appliance's own page, or an API key from a program.");
    }
}
