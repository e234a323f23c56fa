package redoubt.appliance.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import redoubt.appliance.site.Secrets;

/// Sign-ins of people in a browser: a random token in a cookie, of which only the hash is kept,
/// with an end after idleness and an absolute end. Thread safe.
public final class Sessions {
    private static final Duration IDLE_MAX = Duration.ofHours(2);
    private static final Duration AGE_MAX = Duration.ofHours(12);
    private static final Duration NOTED_EVERY = Duration.ofMinutes(1);

    private final Database database;
    private final InstantSource clock;

    /// A session at the only moment when its token is known.
    public record Opened(Principal principal, String token) {}

    private record Stored(
            String id, String person, String csrf, Instant createdAt, Instant seenAt) {}

    public Sessions(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    Opened open(People.Person person) {
        String token = Secrets.token();
        String csrf = Secrets.token();
        String id = Secrets.id();
        Instant now = clock.instant();
        database.run("DELETE FROM sessions WHERE created_at < ?", now.minus(AGE_MAX));
        database.run(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)",
                Secrets.hash(token),
                id,
                person.id(),
                csrf,
                now,
                now);
        return new Opened(principal(person, id, csrf), token);
    }

    /// Who holds this token, while the session lasts and the person may still sign in. Roles are
    /// read now, not at the sign-in, so that taking one away works at once.
    public Optional<Principal> authenticate(String token, People people) {
        String hash = Secrets.hash(token);
        Instant now = clock.instant();
        Optional<Stored> found =
                database.one(
                        "SELECT * FROM sessions WHERE token_hash = ?",
                        row ->
                                new Stored(
                                        row.getString("id"),
                                        row.getString("person"),
                                        row.getString("csrf"),
                                        Objects.requireNonNull(Database.instant(row, "created_at")),
                                        Objects.requireNonNull(Database.instant(row, "seen_at"))),
                        hash);
        if (found.isEmpty()) return Optional.empty();
        Stored session = found.get();
        if (session.createdAt().plus(AGE_MAX).isBefore(now)
                || session.seenAt().plus(IDLE_MAX).isBefore(now)) {
            close(token);
            return Optional.empty();
        }
        if (session.seenAt().plus(NOTED_EVERY).isBefore(now))
            database.run("UPDATE sessions SET seen_at = ? WHERE token_hash = ?", now, hash);
        return people.find(session.person())
                .filter(person -> !person.disabled())
                .map(person -> principal(person, session.id(), session.csrf()));
    }

    /// Signed out, and a process that is killed in the next moment does not undo it.
    public void close(String token) {
        database.durably("DELETE FROM sessions WHERE token_hash = ?", Secrets.hash(token));
    }

    private static Principal principal(People.Person person, String id, String csrf) {
        return new Principal(
                person.id(), person.name(), person.roles(), Principal.Method.PASSWORD, id, csrf);
    }
}
