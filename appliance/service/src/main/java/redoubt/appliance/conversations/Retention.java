package redoubt.appliance.conversations;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.FormerKeys;
import redoubt.appliance.identity.Role;
import redoubt.appliance.record.Ledger;
import redoubt.appliance.record.PolicyFile;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.RecordException;

/// Erases content that is older than the site's rules say, at the start and once an hour; each
/// ERASED names the rule. The rules are a text in the home, whose SHA-256 is in the record with
/// each change. Nothing of the record itself is ever removed. Owns a thread. Thread safe.
public final class Retention implements AutoCloseable {
    private static final Duration EVERY = Duration.ofHours(1);

    private final PolicyFile file;
    private final Items items;
    private final Database database;
    private final Erasures erasures;
    private final InstantSource clock;
    private final Consumer<String> damaged;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile RetentionRules rules;

    private record Old(String id, String kind, String owner, Instant at) {}

    /// @param file the rules; none where there is none
    /// @param damaged told the identifier of what cannot be read, and so does not go by age
    /// @throws IOException when they cannot be read, or are none: nothing is erased by what nobody
    ///   can read
    public Retention(
            Path file,
            Items items,
            Database database,
            Erasures erasures,
            Ledger ledger,
            InstantSource clock,
            Consumer<String> damaged)
            throws IOException {
        this.file = new PolicyFile(ledger, "retention", file);
        this.file.settle();
        this.items = items;
        this.database = database;
        this.erasures = erasures;
        this.damaged = damaged;
        this.clock = clock;
        this.rules = read(file);
    }

    private static RetentionRules read(Path file) throws IOException {
        if (!Files.exists(file)) return RetentionRules.FOR_EVER;
        try {
            return RetentionRules.parse(Files.readString(file));
        } catch (IllegalArgumentException none) {
            throw new IOException(
                    "%s holds no rules of retention: %s Correct it, or remove it to keep all for ever"
                            .formatted(file, none.getMessage()),
                    none);
        }
    }

    public RetentionRules rules() {
        return rules;
    }

    /// Begins to apply them, now and every hour.
    public void start(Consumer<String> trouble) {
        Thread.ofPlatform()
                .daemon()
                .name("retention")
                .start(() -> {
                    try {
                        do {
                            attempt(trouble);
                        } while (!closed.await(EVERY.toSeconds(), TimeUnit.SECONDS));
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private void attempt(Consumer<String> trouble) {
        try {
            apply();
        } catch (IOException | RuntimeException failed) {
            trouble.accept("Retention stopped in the middle, and goes on in an hour: " + failed);
        }
    }

    /// Sets other rules: recorded first, then in force.
    ///
    /// @throws RecordException when it cannot be recorded; then the old ones stay
    public synchronized void set(RetentionRules wanted, Actor by)
            throws IOException, RecordException {
        file.replace(wanted.text().getBytes(StandardCharsets.UTF_8), by);
        rules = wanted;
    }

    /// Erases what is too old now.
    ///
    /// @return how many conversations, responses and requests went
    public synchronized int apply() throws IOException, RecordException {
        RetentionRules now = rules;
        if (now.rules().isEmpty()) return 0;
        int least = now.rules().stream().mapToInt(RetentionRules.Rule::days).min().orElseThrow();
        Map<String, Set<Role>> roles = new HashMap<>();
        int erased = 0;
        for (Old old : olderThan(clock.instant().minus(Duration.ofDays(least)))) {
            Optional<RetentionRules.Rule> rule =
                    now.of(
                            kind(old),
                            roles.computeIfAbsent(
                                    old.owner(), owner -> FormerKeys.rolesOf(database, owner)));
            if (rule.isPresent() && attempt(old, rule.get())) erased++;
        }
        return erased;
    }

    /// What is damaged keeps nothing else from going.
    private boolean attempt(Old old, RetentionRules.Rule rule) throws IOException {
        boolean due;
        try {
            due = due(old, rule);
        } catch (IOException unreadable) {
            damaged.accept(old.id());
            return false;
        }
        return due && erase(old, rule);
    }

    /// A question goes with its answer, where it has one.
    private List<Old> olderThan(Instant limit) {
        return database.all(
                "SELECT * FROM items WHERE created_at < ? AND conversation IS NULL AND NOT EXISTS (SELECT 1 FROM items AS answers WHERE answers.question = items.id) ORDER BY kind, created_at",
                row ->
                        new Old(
                                row.getString("id"),
                                row.getString("kind"),
                                row.getString("owner"),
                                row.getTimestamp("created_at").toInstant()),
                limit);
    }

    private static RetentionRules.Kind kind(Old old) {
        return switch (old.kind()) {
            case "conversation" -> RetentionRules.Kind.CONVERSATIONS;
            case "response" -> RetentionRules.Kind.RESPONSES;
            default -> RetentionRules.Kind.REQUESTS;
        };
    }

    /// A conversation is as old as its last turn.
    private boolean due(Old old, RetentionRules.Rule rule) throws IOException {
        Instant limit = clock.instant().minus(Duration.ofDays(rule.days()));
        if (!old.at().isBefore(limit)) return false;
        if (!old.kind().equals("conversation")) return items.read(old.id()).isPresent();
        return items.conversation(old.id())
                .map(whole -> Items.instant(whole.updatedAt()).isBefore(limit))
                .orElse(false);
    }

    private boolean erase(Old old, RetentionRules.Rule rule) throws IOException {
        return switch (erasures.erase(old.id(), Actor.SYSTEM, " (retention: " + rule + ")")) {
            case ERASED -> true;
            case HELD, OCCUPIED -> false;
        };
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
