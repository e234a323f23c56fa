package redoubt.appliance.api.page;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import redoubt.appliance.http.Authentication;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.identity.Role;
import redoubt.appliance.identity.Sessions;
import redoubt.appliance.identity.SignIn;
import redoubt.appliance.record.Refusals;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;

/// Signing in and out. Each attempt is in the record; the name that was tried only as a commitment,
/// because people type passwords into the wrong field.
public final class SessionApi {
    private static final int NAME_CHARACTERS_MAX = 200;
    private static final int PASSWORD_CHARACTERS_MAX = 1000;

    private final SignIn signIn;
    private final Sessions sessions;
    private final Authentication authentication;
    private final SiteRecord record;
    private final byte[] nameKey;
    private final Refusals refusals;

    /// @param nameKey of the commitments to names that were tried
    public SessionApi(
            SignIn signIn,
            Sessions sessions,
            Authentication authentication,
            SiteRecord record,
            Refusals refusals,
            byte[] nameKey) {
        this.signIn = signIn;
        this.sessions = sessions;
        this.authentication = authentication;
        this.record = record;
        this.nameKey = nameKey.clone();
        this.refusals = refusals;
    }

    public void signIn(Exchange exchange) {
        Fields fields = exchange.smallFields();
        String name = fields.requiredText("name", NAME_CHARACTERS_MAX);
        String password = fields.requiredText("password", PASSWORD_CHARACTERS_MAX);
        fields.end();
        switch (signIn.attempt(name, password, exchange.address())) {
            case SignIn.Outcome.SignedIn signedIn -> signedIn(exchange, signedIn.session());
            case SignIn.Outcome.WrongCredentials _ -> {
                refusals.wrongPassword(commitment(name));
                throw RefusedException.unauthenticated(
                        "wrong_credentials",
                        "The name or the password is wrong. After several wrong attempts there is a wait, which grows.");
            }
            case SignIn.Outcome.TooMany tooMany -> {
                refusals.lockedOut(commitment(name));
                throw RefusedException.tooMany(
                        "too_many_attempts",
                        tooMany.pause(),
                        "There were too many attempts. Nothing was looked at. Try again in %s."
                                .formatted(inWords(tooMany.pause())));
            }
        }
    }

    private void signedIn(Exchange exchange, Sessions.Opened session) {
        try {
            record.note(new Event.SignedIn(), session.principal());
        } catch (RefusedException closed) {
            sessions.close(session.token());
            throw closed;
        }
        exchange.setHeader("Set-Cookie", cookie(session.token(), ""));
        exchange.json(200, body(session.principal()));
    }

    private Bytes commitment(String name) {
        return SiteRecord.commitment(
                nameKey, "redoubt/name/v1", name.getBytes(StandardCharsets.UTF_8));
    }

    public void session(Exchange exchange) {
        exchange.json(200, body(authentication.session(exchange, false)));
    }

    public void signOut(Exchange exchange) {
        Principal principal = authentication.session(exchange, true);
        exchange.cookie(Authentication.COOKIE).ifPresent(sessions::close);
        record.note(new Event.SignedOut(), principal);
        exchange.setHeader("Set-Cookie", cookie("", "; Max-Age=0"));
        exchange.noContent();
    }

    private static String cookie(String token, String more) {
        return Authentication.COOKIE
                + "="
                + token
                + "; Path=/; Secure; HttpOnly; SameSite=Strict"
                + more;
    }

    private static Map<String, Object> body(Principal principal) {
        List<String> roles = principal.roles().stream().map(Role::word).sorted().toList();
        return Map.of(
                "person",
                Map.of("name", principal.name(), "roles", roles),
                "csrf",
                principal.csrf() == null ? Secrets.token() : principal.csrf());
    }

    private static String inWords(Duration pause) {
        long seconds = Math.max(1, pause.plusMillis(999).toSeconds());
        return seconds < 120 ? seconds + " seconds" : (seconds + 59) / 60 + " minutes";
    }
}
