package redoubt.appliance.api.page;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
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
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
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
    private final RefusalCount refusals;

    /// @param nameKey of the commitments to names that were tried
    public SessionApi(
            SignIn signIn,
            Sessions sessions,
            Authentication authentication,
            SiteRecord record,
            byte[] nameKey,
            InstantSource clock) {
        this.signIn = signIn;
        this.sessions = sessions;
        this.authentication = authentication;
        this.record = record;
        this.nameKey = nameKey.clone();
        this.refusals = new RefusalCount(clock);
    }

    public void signIn(Exchange exchange) {
        Fields fields = exchange.smallFields();
        String name = fields.requiredText("name", NAME_CHARACTERS_MAX);
        String password = fields.requiredText("password", PASSWORD_CHARACTERS_MAX);
        fields.end();
        switch (signIn.attempt(name, password, exchange.address())) {
            case SignIn.Outcome.SignedIn signedIn -> signedIn(exchange, signedIn.session());
            case SignIn.Outcome.WrongCredentials _ -> {
                failed(name, "wrong credentials", 1);
                throw RefusedException.unauthenticated(
                        "wrong_credentials",
                        "The name or the password is wrong. After several wrong attempts there is a wait, which grows.");
            }
            case SignIn.Outcome.TooMany tooMany -> {
                refusals.counted(exchange.address())
                        .ifPresent(count -> failed(name, "too many attempts", count));
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

    private void failed(String name, String reason, long attempts) {
        record.note(
                new Event.SignInFailed(
                        SiteRecord.commitment(
                                nameKey, "redoubt/name/v1", name.getBytes(StandardCharsets.UTF_8)),
                        reason,
                        attempts),
                Principal.nobody());
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
