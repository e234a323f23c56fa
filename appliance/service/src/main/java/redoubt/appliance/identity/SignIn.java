package redoubt.appliance.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// A name and a password against the people of this site. The same work and the same answer for a
/// wrong password, a name that does not exist and a person who may not sign in. Thread safe.
public final class SignIn {
    private final People people;
    private final Sessions sessions;
    private final LockOut lockOut;

    /// What became of an attempt.
    public sealed interface Outcome {
        record SignedIn(Sessions.Opened session) implements Outcome {}

        record WrongCredentials() implements Outcome {}

        /// Nothing was looked at.
        record TooMany(Duration pause) implements Outcome {}
    }

    public SignIn(People people, Sessions sessions, InstantSource clock) {
        this.people = people;
        this.sessions = sessions;
        this.lockOut = new LockOut(clock);
    }

    /// @param address where the attempt comes from
    public Outcome attempt(String name, String password, String address) {
        Duration wait = lockOut.admit(name, address);
        if (!wait.isZero()) return new Outcome.TooMany(wait);
        Optional<People.Credentials> found = people.byName(name);
        try {
            if (found.isEmpty()) {
                Passwords.matchNobody(password);
                return new Outcome.WrongCredentials();
            }
            if (!Passwords.matches(password, found.get().passwordHash())
                    || found.get().person().disabled()) return new Outcome.WrongCredentials();
        } catch (Passwords.BusyException busy) {
            return new Outcome.TooMany(Duration.ofSeconds(5));
        }
        lockOut.success(name, address);
        return new Outcome.SignedIn(sessions.open(found.get().person()));
    }
}
