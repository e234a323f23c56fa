package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.ConsistencyVerifier;
import redoubt.provenance.record.Cosignature;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Kept;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.Verdict;
import redoubt.provenance.record.WitnessKey;
import redoubt.provenance.record.WitnessPolicy;
import redoubt.provenance.record.WitnessedNotes;
import redoubt.provenance.witness.Medium;
import redoubt.provenance.witness.WitnessState;
import redoubt.provenance.witness.WitnessVisit;

/// Visits of media from the appliance to witnesses and back, with the real commands.
class WitnessesTest {
    private static final String IN = "/api/record/witnesses/in";
    private static final WitnessKey ONE = key("one.example/w", 1);
    private static final WitnessKey TWO = key("two.example/w", 2);
    private static final WitnessKey THREE = key("three.example/w", 3);
    private static final WitnessKey STRANGER = key("one.example/w", 9);

    @TempDir static Path folder;
    private RunningAppliance appliance = RunningAppliance.shared();

    private static WitnessKey key(String name, int seed) {
        byte[] bytes = new byte[32];
        bytes[1] = (byte) seed;
        return WitnessKey.ofSeed(name, bytes);
    }

    private RunningAppliance.Ran run(String... words) {
        List<String> command = new ArrayList<>(List.of("record"));
        command.addAll(List.of(words));
        command.addAll(List.of("--home", appliance.home().toString()));
        return RunningAppliance.run(command.toArray(String[]::new));
    }

    private RunningAppliance.Ran done(String... words) {
        var ran = run(words);
        assertEquals(0, ran.status(), ran.err());
        return ran;
    }

    private static Path medium(String name) throws Exception {
        return Files.createDirectories(folder.resolve(name));
    }

    private Checkpoint visit(Path medium, WitnessKey key, String memory) throws Exception {
        try (WitnessState state = WitnessState.open(folder.resolve(memory))) {
            var outcome =
                    new WitnessVisit(new Medium(medium), state, key, InstantSource.system())
                            .make(Optional.of(appliance.trust()));
            return assertInstanceOf(
                            WitnessVisit.Outcome.Signed.class, outcome, () -> outcome.sentence())
                    .checkpoint();
        }
    }

    private static void leave(Path medium, long size, String line) throws Exception {
        String name = "cosignatures/%016d-%s.cosignature";
        new Medium(medium)
                .write(
                        name.formatted(size, ONE.witness().keyId().hex()),
                        line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void two_of_three_witnesses_on_different_days_make_the_record_witnessed() throws Exception {
        appliance = RunningAppliance.start(RunningAppliance.temporaryHome());
        assertTrue(done("witness", "list").err().contains("No witness policy"));
        Path policy =
                Files.writeString(
                        folder.resolve("policy"),
                        "witness one %s\nwitness two %s\nwitness three %s\ngroup g 2 one two three\nquorum g\n"
                                .formatted(
                                        ONE.witness().vkey(),
                                        TWO.witness().vkey(),
                                        THREE.witness().vkey()));
        assertTrue(
                done("witness", "policy", "set", policy.toString())
                        .out()
                        .contains("2 of (one, two, three)"));
        assertEquals(
                Files.readString(policy),
                Files.readString(appliance.trust().resolve(WitnessPolicy.FILE)));

        Path first = medium("first");
        done("witness", "out", "--to", first.toString());
        long seenByOne = visit(first, ONE, "memory-one").size();
        assertTrue(
                done("witness", "in", "--from", first.toString())
                        .out()
                        .contains("Nothing is witnessed yet"));

        Path second = medium("second");
        done("witness", "out", "--to", second.toString(), "--witness", "two");
        long seenByTwo = visit(second, TWO, "memory-two").size();
        assertTrue(seenByTwo > seenByOne);
        assertTrue(
                done("witness", "in", "--from", second.toString())
                        .out()
                        .contains("Witnessed up to entry " + seenByOne));

        // The same witness again, with a proof from what it saw, though it is not asked for.
        Path third = medium("third");
        done("witness", "out", "--to", third.toString());
        long seenAgain = visit(third, ONE, "memory-one").size();
        assertTrue(
                done("witness", "in", "--from", third.toString())
                        .out()
                        .contains("Witnessed up to entry " + seenByTwo));
        assertTrue(
                done("witness", "in", "--from", third.toString()).err().contains("known already"));

        var listed = done("witness", "list");
        assertTrue(listed.out().contains(ONE.witness().keyId().hex()), listed.out());
        String status = appliance.consoleSend("GET", "/api/status", null).body();
        for (String said :
                List.of(
                        "up to entry " + seenByTwo + " of",
                        "Last checkpoint",
                        "Epoch of the signing key",
                        "Clock jumps",
                        "Anchors")) assertTrue(status.contains(said), status);
        Checkpoint kept =
                new WitnessedNotes(appliance.home().resolve("record")).of(seenAgain).orElseThrow();
        assertEquals(
                List.of(ONE.witness().name()),
                kept.cosignatures().stream().map(Cosignature::name).toList());
        refusals(seenByOne);
        leadsOn(kept, seenByOne);
        appliance.close();
        List<Event.Witnessed> entries =
                Records.entries(appliance.home()).stream()
                        .map(entry -> entry.event())
                        .filter(Event.Witnessed.class::isInstance)
                        .map(Event.Witnessed.class::cast)
                        .toList();
        assertEquals(
                List.of(seenByOne, seenByTwo, seenAgain),
                entries.stream().map(Event.Witnessed::size).toList(),
                "and nothing that a hostile medium brought");
    }

    /// To a checkpoint that witnesses saw, not to the last one.
    private void leadsOn(Checkpoint seen, long from) throws Exception {
        Path file = folder.resolve("way.consistency");
        String[] words = {
            "consistency",
            "--from",
            Long.toString(from),
            "--to",
            Long.toString(seen.size()),
            "--out",
            file.toString()
        };
        done(words);
        var old = new WitnessedNotes(appliance.home().resolve("record")).of(from).orElseThrow();
        var report =
                new ConsistencyVerifier(RecordTrust.read(appliance.trust()), Kept.of(List.of(old)))
                        .verify(Bytes.of(Files.readAllBytes(file)));
        assertEquals(Verdict.VALID, report.verdict(), report.checks().toString());
        assertEquals(2, run(words).status(), "and replaces nothing");
        words[4] = Long.toString(seen.size() - 1);
        words[6] = folder.resolve("none").toString();
        assertTrue(run(words).err().contains("keeps no checkpoint of"));
    }

    /// What a hostile medium brings back; the policy of the test above is in force.
    private void refusals(long size) throws Exception {
        Path hostile = medium("hostile");
        done("witness", "out", "--to", hostile.toString());
        Checkpoint given = checkpointOn(hostile);
        Checkpoint another =
                new Checkpoint(given.origin(), given.size(), Bytes.of(new byte[32]), given.note());
        String good = ONE.cosign(given, 1_790_000_000).text();
        for (String line :
                List.of(
                        STRANGER.cosign(given, 1_790_000_000).text(),
                        ONE.cosign(another, 1_790_000_000).text(),
                        THREE.cosign(another, 1_790_000_000).text(),
                        good.strip(),
                        "x".repeat(4_000))) assertFalse(isTaken(given.size(), line), line);
        for (long other : new long[] {size, size + 1, 1_000_000})
            assertFalse(isTaken(other, good), "about " + other);
        for (String line : List.of(good + good, "x".repeat(100_000))) {
            leave(hostile, given.size(), line);
            var ran = run("witness", "in", "--from", hostile.toString());
            assertEquals(1, ran.status(), line);
            assertTrue(ran.err().contains("REFUSED") || ran.err().contains("longer"), ran.err());
        }
    }

    private boolean isTaken(long size, String line) {
        var answer = appliance.consoleSend("POST", IN, Visits.line(size, line));
        return RunningAppliance.ok(answer).at("/lines/0/good").asBoolean();
    }

    private static Checkpoint checkpointOn(Path medium) throws Exception {
        return Checkpoint.parse(Files.readAllBytes(medium.resolve("checkpoint")));
    }

    @Test
    void a_policy_that_is_malformed_changes_nothing() throws Exception {
        Path policy = Files.writeString(folder.resolve("bad"), "quorum nobody\n");
        var ran = run("witness", "policy", "set", policy.toString());
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("Line 1"), ran.err());
    }

    @Test
    void a_wrong_command_says_how_it_should_be() {
        assertEquals(2, run("witness", "dance").status());
        assertEquals(1, run("witness", "out", "--to", "/nowhere").status());
    }

    @Test
    void the_checkpoint_on_paper_is_read_by_another_implementation() throws Exception {
        Path file = folder.resolve("checkpoint.svg");
        done("checkpoint", "--qr", file.toString());
        String text = CheckpointPictures.read(Files.readString(file));
        assertTrue(text.matches("redoubt/[0-9a-f]{64}\n[1-9][0-9]*\n[A-Za-z0-9+/]{43}=\n"), text);
        assertTrue(done("checkpoint", "--text").out().startsWith(text.substring(0, 72)));
        Checkpoint.parse(
                done("checkpoint").out().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
