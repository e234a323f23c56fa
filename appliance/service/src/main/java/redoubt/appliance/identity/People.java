package redoubt.appliance.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.RecordException;

/// The people of this site. Every change is on disk when its method returns. Thread safe.
public final class People {
    private final Database database;
    private final Acts acts;
    private final InstantSource clock;

    /// Somebody who can sign in.
    public record Person(
            String id, String name, Set<Role> roles, boolean disabled, Instant createdAt) {}

    /// What is to be changed of somebody; empty keeps.
    public record Wanted(
            Optional<String> password, Optional<Set<Role>> roles, Optional<Boolean> disabled) {}

    record Credentials(Person person, String passwordHash) {}

    /// What was asked for is not possible; the sentence says why and what is.
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String code;

        RefusedException(String code, String sentence) {
            super(sentence);
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    public People(Database database, Acts acts, InstantSource clock) {
        this.database = database;
        this.acts = acts;
        this.clock = clock;
    }

    public boolean none() {
        return all().isEmpty();
    }

    public List<Person> all() {
        return database.all("SELECT * FROM people ORDER BY name", row -> credentials(row).person());
    }

    public Optional<Person> find(String id) {
        return database.one(
                "SELECT * FROM people WHERE id = ?", row -> credentials(row).person(), id);
    }

    public Optional<Person> named(String name) {
        return byName(name).map(Credentials::person);
    }

    Optional<Credentials> byName(String name) {
        return database.one("SELECT * FROM people WHERE name = ?", People::credentials, name);
    }

    /// @throws RecordException when it cannot be recorded; then nobody is added
    public Person create(String name, String password, Set<Role> roles, Actor by)
            throws RefusedException, RecordException {
        checkName(name);
        checkRoles(roles);
        String hash = hash(password);
        return acts.perform(by, () -> creation(name, hash, roles)).orElseThrow().person();
    }

    private Optional<Act.PersonCreated> creation(String name, String hash, Set<Role> roles)
            throws RefusedException {
        if (byName(name).isPresent())
            throw new RefusedException(
                    "name_taken",
                    "There is already somebody called %s. Choose another name.".formatted(name));
        return Optional.of(
                new Act.PersonCreated(
                        Secrets.id(), name, hash, roles, Act.micros(clock.instant())));
    }

    /// Changes all that is wanted or nothing of it. A new password and the end of the right to sign
    /// in end open sessions at once.
    ///
    /// @throws RecordException when it cannot be recorded; then nothing is changed
    public void change(String id, Wanted wanted, Actor by)
            throws RefusedException, RecordException {
        if (wanted.roles().isPresent()) checkRoles(wanted.roles().get());
        String hash = wanted.password().isPresent() ? hash(wanted.password().get()) : null;
        acts.perform(by, () -> changed(id, wanted, hash));
    }

    private Optional<Act.PersonChanged> changed(String id, Wanted wanted, @Nullable String hash)
            throws RefusedException {
        Optional<Person> found = find(id);
        if (found.isEmpty()) return Optional.empty();
        Person before = found.get();
        Set<Role> roles = wanted.roles().orElse(before.roles());
        boolean disabled = wanted.disabled().orElse(before.disabled());
        List<String> what = new ArrayList<>();
        if (hash != null) what.add("password");
        if (!roles.equals(before.roles())) what.add("roles");
        if (disabled != before.disabled()) what.add(disabled ? "disabled" : "enabled");
        if (what.isEmpty()) return Optional.empty();
        if (disabled || !roles.contains(Role.ADMINISTRATOR)) keepAnAdministrator(id);
        return Optional.of(
                new Act.PersonChanged(id, String.join(", ", what), hash, roles, disabled));
    }

    /// Forgets who this is: from here on nobody can tell whom the pseudonym named, and sessions and
    /// keys of theirs let nobody in. Their content is the next step's:
    /// [redoubt.appliance.conversations.PersonErasures].
    ///
    /// @return false when there is nobody with this identifier
    /// @throws RecordException when it cannot be recorded; then nothing is changed
    public boolean erase(String id, boolean withKeys, Actor by)
            throws RefusedException, RecordException {
        return acts.perform(by, () -> erasure(id, withKeys)).isPresent();
    }

    private Optional<Act.PersonErased> erasure(String id, boolean withKeys)
            throws RefusedException {
        if (find(id).isEmpty()) return Optional.empty();
        keepAnAdministrator(id);
        return Optional.of(new Act.PersonErased(id, acts.recorded(), withKeys));
    }

    private void keepAnAdministrator(String id) throws RefusedException {
        boolean another =
                all().stream()
                        .anyMatch(person ->
                                !person.id().equals(id)
                                        && !person.disabled()
                                        && person.roles().contains(Role.ADMINISTRATOR));
        if (!another)
            throw new RefusedException(
                    "last_administrator",
                    "This is the last administrator. Make somebody else administrator first, otherwise nobody could administer this site.");
    }

    private static void checkName(String name) throws RefusedException {
        if (!name.matches("[\\p{L}\\p{N}][\\p{L}\\p{N} ._@'-]{0,98}[\\p{L}\\p{N}.]|[\\p{L}\\p{N}]"))
            throw new RefusedException(
                    "invalid_name",
                    "A name has 1 to 100 letters, digits, spaces and . _ @ ' - and begins with a letter or digit.");
    }

    private static void checkRoles(Set<Role> roles) throws RefusedException {
        if (roles.isEmpty())
            throw new RefusedException(
                    "invalid_roles", "Give at least one role: staff, compliance or administrator.");
    }

    private static String hash(String password) throws RefusedException {
        int length = password.codePointCount(0, password.length());
        if (length < Passwords.LENGTH_MIN || length > Passwords.LENGTH_MAX)
            throw new RefusedException(
                    "invalid_password",
                    "A password has %d to %d characters. A sentence is easy to remember."
                            .formatted(Passwords.LENGTH_MIN, Passwords.LENGTH_MAX));
        try {
            return Passwords.hash(password);
        } catch (Passwords.BusyException busy) {
            throw new RefusedException(
                    "busy", "Too many people are signing in at this moment. Try again shortly.");
        }
    }

    private static Credentials credentials(ResultSet row) throws SQLException {
        return new Credentials(
                new Person(
                        row.getString("id"),
                        row.getString("name"),
                        Role.parse(row.getString("roles")),
                        row.getBoolean("disabled"),
                        Objects.requireNonNull(Database.instant(row, "created_at"))),
                row.getString("password_hash"));
    }
}
