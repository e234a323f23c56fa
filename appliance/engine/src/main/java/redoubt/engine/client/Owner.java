package redoubt.engine.client;

/// Whose a request is.
///
/// @param person who gets a fair share: turns go round over people first, then over the requests of
///   each
/// @param tenant whose text it is: nothing computed for one tenant is ever reused for another. Put
///   the person and the label of the text into it
/// @param priority which queue it waits in
public record Owner(String person, String tenant, Priority priority) {
    /// What is more urgent is served first; within one priority turns are fair.
    public enum Priority {
        /// Somebody is looking at the page or waiting for a program.
        INTERACTIVE,
        /// Work that may take its time.
        BATCH,
        /// The appliance's own: probes, replays, warm-ups.
        SYSTEM
    }

    public Owner {
        if (person.isEmpty()) {
            throw new IllegalArgumentException("person must not be empty");
        }
        if (tenant.isEmpty()) {
            throw new IllegalArgumentException("tenant must not be empty");
        }
    }

    /// A person who waits for the answer, whose texts are reused only for that person.
    public static Owner interactive(String person) {
        return new Owner(person, person, Priority.INTERACTIVE);
    }
}
