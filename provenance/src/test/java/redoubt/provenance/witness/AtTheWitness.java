package redoubt.provenance.witness;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.WitnessKey;

/// A witness at home, and a medium before him, for tests.
abstract class AtTheWitness {
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    static final WitnessKey KEY = WitnessKey.ofSeed("auditor.example/1", new byte[32]);

    @TempDir Path home;
    Path medium;

    @BeforeEach
    void prepare() {
        medium = home.resolve("medium");
    }

    Path site(String name) {
        return home.resolve(name);
    }

    WitnessVisit.Outcome visit(Optional<Path> trust) throws Exception {
        return visit(KEY, home.resolve("state"), trust, NOON);
    }

    WitnessVisit.Outcome visit(WitnessKey key, Path folder, Optional<Path> trust, Instant at)
            throws Exception {
        try (WitnessState state = WitnessState.open(folder)) {
            return new WitnessVisit(new Medium(medium), state, key, InstantSource.fixed(at))
                    .make(trust);
        }
    }

    WitnessVisit.Outcome.Signed signed(Optional<Path> trust) throws Exception {
        WitnessVisit.Outcome outcome = visit(trust);
        return assertInstanceOf(
                WitnessVisit.Outcome.Signed.class, outcome, () -> outcome.sentence());
    }

    String refused(Optional<Path> trust) throws Exception {
        return assertInstanceOf(WitnessVisit.Outcome.Refused.class, visit(trust)).sentence();
    }

    List<VisitFiles.Brought> brought() throws Exception {
        return VisitFiles.brought(new Medium(medium));
    }

    long remembered() throws Exception {
        try (WitnessState state = WitnessState.open(home.resolve("state"))) {
            return state.last(state.logs().getFirst()).orElseThrow().checkpoint().size();
        }
    }
}
