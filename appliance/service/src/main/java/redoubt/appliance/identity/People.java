package redoubt.appliance.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import redoubt.appliance.site.Secrets;

/// The people of this site. Every change is on disk when its method returns. Thread safe.
public final class People {
    private final Database database;
    private final InstantSource clock;

    /// Somebody who can sign in.
    public record Person(
            String id, String name, Set<Role> roles, boolean disabled, Instant createdAt) {}

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

    public People(Database database, InstantSource clock) {
        this.database = database;
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

    public Person create(String name, String password, Set<Role> roles) throws RefusedException {
        checkName(name);
        checkRoles(roles);
        if (byName(name).isPresent())
            throw new RefusedException(
                    "name_taken",
                    "There is already somebody called %s. Choose another name.".formatted(name));
        Person person = new Person(Secrets.id(), name, roles, false, clock.instant());
        database.durably(
                "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)",
                person.id(),
                name,
                hash(password),
                Role.text(roles),
                false,
                person.createdAt());
        return person;
    }

    public void changePassword(String id, String password) throws RefusedException {
        String hash = hash(password);
        // In this order no session that the old password opened survives.
        database.durably("UPDATE people SET password_hash = ? WHERE id = ?", hash, id);
        database.run("DELETE FROM sessions WHERE person = ?", id);
    }

    public void changeRoles(String id, Set<Role> roles) throws RefusedException {
        checkRoles(roles);
        if (!roles.contains(Role.ADMINISTRATOR)) keepAnAdministrator(id);
        database.durably("UPDATE people SET roles = ? WHERE id = ?", Role.text(roles), id);
    }

    /// Takes the right to sign in away or gives it back; open sessions end at once.
    public void disable(String id, boolean disabled) throws RefusedException {
        if (disabled) keepAnAdministrator(id);
        database.durably("UPDATE people SET disabled = ? WHERE id = ?", disabled, id);
        if (disabled) database.run("DELETE FROM sessions WHERE person = ?", id);
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
