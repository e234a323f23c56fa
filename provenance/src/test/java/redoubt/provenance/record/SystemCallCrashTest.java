package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each system call with which the record changes a file is a point at which the process can end,
/// the disk can be full or fail. After every one of them the record opens, verifies, and holds what
/// was acknowledged, in its place. How many points are tried: [CrashTrials].
class SystemCallCrashTest {
    @TempDir Path folder;
    private CrashPoint crash;

    @BeforeEach
    void compile() throws Exception {
        crash = CrashPoint.compiled(folder);
    }

    /// The process that is stopped: opens the record, appends from two threads, closes it, and says
    /// what was acknowledged.
    static final class Writer {
        private Writer() {}

        public static void main(String[] words) throws Exception {
            try (AuditRecord record =
                    AuditRecord.open(RecordCrashTest.settings(Path.of(words[0])))) {
                List<Thread> writers = new ArrayList<>();
                for (int i = 0; i < 2; i++)
                    writers.add(Thread.ofPlatform().start(() -> appendTo(record)));
                for (Thread writer : writers) writer.join();
            } catch (RecordException refused) {
                System.out.println("refused");
            }
        }

        private static void appendTo(AuditRecord record) {
            try {
                for (int i = 0; i < 2; i++) {
                    Pending one = record.append(Forge.intent("r"), Actor.SYSTEM, none());
                    Pending two = record.append(new Event.SignedIn(), Actor.SYSTEM, none());
                    if (i % 2 == 0) two.awaitDurable();
                    else two.awaitCheckpoint();
                    // After a full disk the second may have got a place and the first not.
                    one.awaitDurable();
                    say(one);
                    say(two);
                }
            } catch (RecordException refused) {
                System.out.println("refused");
            }
        }

        private static java.util.OptionalLong none() {
            return java.util.OptionalLong.empty();
        }

        static void say(Pending durable) {
            Appended place = durable.appended();
            System.out.println(place.sequence() + " " + place.entrySha256());
        }
    }

    @Test
    void at_every_call_of_an_installation() throws Exception {
        tryAll(folder.resolve("nothing"));
    }

    @Test
    void at_every_call_of_a_later_start() throws Exception {
        Path before = folder.resolve("before");
        AuditRecord.open(RecordCrashTest.settings(before)).close();
        tryAll(before);
    }

    private void tryAll(Path before) throws Exception {
        var trials =
                new CrashTrials(folder, crash, Writer.class, List.of(), SystemCallCrashTest::holds);
        trials.tryEachWay(before, 12);
    }

    /// The record opens, verifies, and holds what was acknowledged.
    static void holds(Path home, CrashPoint.Outcome outcome, String what) throws Exception {
        try {
            AuditRecord.open(RecordCrashTest.settings(home)).close();
        } catch (RecordException refused) {
            throw new AssertionError(what + refused.sentence(), refused);
        }
        verifies(home, outcome, what);
    }

    /// The record verifies, and holds what was acknowledged.
    static void verifies(Path home, CrashPoint.Outcome outcome, String what) throws Exception {
        var report =
                new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                        .verify(home.resolve("record"), size -> {});
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), what + report.checks());
        List<String> found = RecordCrashTest.hashes(home);
        acknowledged(outcome.said())
                .forEach((sequence, hash) ->
                        assertEquals(hash, found.get(sequence), what + "entry " + sequence));
    }

    private static Map<Integer, String> acknowledged(List<String> said) {
        Map<Integer, String> entries = new HashMap<>();
        for (String line : said) {
            String[] parts = line.split(" ");
            // The last line may be cut short.
            if (parts.length == 2 && parts[1].length() == 64)
                entries.put(Integer.parseInt(parts[0]), parts[1]);
        }
        return entries;
    }
}
