package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// On which cores the threads of a context compute.
class CoresTest extends TinyDecoding {
    private static final Path PROCESS = Path.of("/proc/self");

    private int usable;

    // The cores of each thread of this process, as the kernel lists them.
    private static List<String> cores() throws IOException {
        try (Stream<Path> threads = Files.list(PROCESS.resolve("task"))) {
            return threads.map(CoresTest::coresOf).filter(cores -> !cores.isEmpty()).toList();
        }
    }

    private static String coresOf(Path thread) {
        try (Stream<String> lines = Files.lines(thread.resolve("status"))) {
            return lines.filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException | UncheckedIOException unreadable) {
            // It has ended, perhaps while it was being read.
            if (Files.exists(thread)) throw new AssertionError(unreadable);
            return "";
        }
    }

    private static long onOneCore() throws IOException {
        return cores().stream().filter(cores -> cores.matches("\\d+")).count();
    }

    private void decodeWith(int threads) {
        context.setThreads(threads, threads);
        prompt(0, 0, 1, 2, 3);
        context.removeSequence(0);
    }

    private void assumeSeveralCores() {
        usable = Runtime.getRuntime().availableProcessors();
        // The JVM counts a quota too; the kernel's list is of cores.
        String all = coresOf(PROCESS);
        assumeTrue(usable > 1 && all.equals("0-" + (usable - 1)), "cores of this machine: " + all);
    }

    @Nested
    class Threads_as_many_as_cores {
        @Test
        void have_one_each_and_the_caller_only_while_it_computes() throws Exception {
            assumeSeveralCores();
            long before = onOneCore();
            String caller = coresOf(Path.of("/proc/thread-self"));
            decodeWith(usable);
            assertEquals(before + usable - 1, onOneCore());
            assertEquals(caller, coresOf(Path.of("/proc/thread-self")));
        }

        @Test
        void are_shared_by_contexts_that_one_thread_uses() throws Exception {
            assumeSeveralCores();
            decodeWith(usable);
            long before = onOneCore();
            try (LlamaContext second = model.newContext(ContextOptions.of(64, 1, usable), context);
                    TokenBatch tokens = second.newBatch()) {
                int _ = tokens.add(1, 0, 0, true);
                assertEquals(DecodeResult.DONE, second.decode(tokens));
                assertEquals(before, onOneCore());
            }
            decodeWith(usable);
        }

        @Test
        void end_with_the_context() throws Exception {
            assumeSeveralCores();
            long before = onOneCore();
            try (LlamaContext other = model.newContext(ContextOptions.of(64, 1, usable));
                    TokenBatch tokens = other.newBatch()) {
                int _ = tokens.add(1, 0, 0, true);
                assertEquals(DecodeResult.DONE, other.decode(tokens));
                assertTrue(onOneCore() > before);
            }
            assertEquals(before, onOneCore());
        }
    }

    @Nested
    class Fewer_threads_than_cores {
        @Test
        void go_where_the_kernel_sends_them() throws Exception {
            assumeSeveralCores();
            long before = onOneCore();
            decodeWith(usable - 1);
            assertEquals(before, onOneCore());
        }
    }
}
