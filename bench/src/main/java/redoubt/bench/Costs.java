package redoubt.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What is paid for nothing: a request that is refused, and a conversation that nobody goes on
/// with.
final class Costs {
    private static final int WARM = 200;
    private static final int REFUSED = 200;

    /// Requests that [#refused] sends in all.
    static final int ASKED = WARM + REFUSED;

    private static final int CONVERSATIONS = 200;
    private static final int CONVERSATION_WORDS = 180;
    private static final int CONVERSATION_TOKENS = 8;

    // USER_HZ, which the kernel never changes for programs.
    private static final double MS_A_TICK = 10;

    private Costs() {}

    /// Milliseconds until a person is told that a parameter is not known, each.
    static List<Double> refused(Target target)
            throws IOException, InterruptedException, BenchException {
        target.connect(1);
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < ASKED; i++) {
            long start = System.nanoTime();
            int status = target.person(0).refused();
            if (status != 400) {
                throw new BenchException(
                        "A parameter that does not exist was answered with " + status);
            }
            if (i >= WARM) {
                millis.add((System.nanoTime() - start) / 1e6);
            }
        }
        return millis;
    }

    /// KiB that both processes together grow by, for each of many short conversations that stay.
    ///
    /// @return the growth and how many tokens a conversation has
    static Idle idle(Target target, Appliance appliance, long seed)
            throws IOException, InterruptedException, BenchException {
        converse(target, seed, CONVERSATIONS / 4);
        double before = appliance.residentMib();
        long tokens = converse(target, seed + 1, CONVERSATIONS);
        double after = appliance.residentMib();
        return new Idle(Math.max(0, after - before) * 1024 / CONVERSATIONS, tokens / CONVERSATIONS);
    }

    record Idle(double kib, long tokens) {}

    private static long converse(Target target, long seed, int conversations)
            throws IOException, InterruptedException, BenchException {
        long tokens = 0;
        for (int i = 0; i < conversations; i++) {
            Session.Asked asked =
                    target.person(i % OpenLoop.PEOPLE)
                            .complete(
                                    Prompts.story(seed * 1000 + i, CONVERSATION_WORDS),
                                    CONVERSATION_TOKENS);
            asked.answer().checkEnded();
            tokens += asked.answer().promptTokens() + asked.answer().completionTokens();
        }
        return tokens;
    }

    /// Milliseconds of processor time that the compilers of a Java process have used.
    static double compilerMs(long pid) throws IOException {
        long ticks = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                ticks += compilerTicks(thread.resolve("stat"));
            }
        }
        return ticks * MS_A_TICK;
    }

    // proc(5): after the name, which may hold anything, user and system time are fields 14 and 15.
    private static long compilerTicks(Path stat) throws IOException {
        String line;
        try {
            line = Files.readString(stat, StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return 0;
        }
        int end = line.lastIndexOf(')');
        if (!line.substring(line.indexOf('(') + 1, end).matches("C[12] CompilerThre.*")) {
            return 0;
        }
        List<String> fields = List.of(line.substring(end + 2).split(" "));
        return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
    }

    /// Milliseconds of processor time that a process has used, without its children.
    static double processorMs(long pid) throws IOException {
        return ProcessHandle.of(pid)
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElseThrow(() ->
                                new IOException(
                                        "the kernel does not say what process " + pid + " used"))
                        .toNanos()
                / 1e6;
    }
}
