package redoubt.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantProbeTest {
    private static final SortedSet<GgmlType> TYPES = new TreeSet<>(List.of(GgmlType.Q4_K));

    @TempDir Path folder;

    private static VariantResult judge(int exit, String... lines) {
        return VariantTrial.judge("haswell", exit, List.of(lines));
    }

    private static String why(VariantResult result) {
        return assertInstanceOf(VariantResult.Fails.class, result).why();
    }

    @Nested
    class A_childs_end {
        @Test
        void in_good_health_gives_its_times() {
            assertEquals(
                    new VariantResult.Works("haswell", 1.5, 20.25),
                    judge(0, "product Q4_K rows 1 1.5 ms", "works 1.5000 20.2500"));
        }

        @Test
        void by_an_illegal_instruction_names_the_signal_and_the_last_product() {
            String why =
                    why(
                            judge(
                                    134,
                                    "product Q4_K rows 1 1.0 ms error 1e-5 in AMX",
                                    "#",
                                    "#  SIGILL (0x4) at pc=0x00007f, pid=1, tid=2"));
            assertTrue(why.startsWith("died of SIGILL, after: product Q4_K rows 1"), why);
        }

        @Test
        void by_a_signal_without_words_gives_its_number() {
            assertEquals("died of signal 9, at its first product", why(judge(137)));
        }

        @Test
        void with_wrong_numbers_gives_its_reason() {
            assertEquals("it multiplies wrong", why(judge(0, "fails it multiplies wrong")));
        }

        @Test
        void without_an_answer_is_a_failure() {
            assertTrue(why(judge(0)).startsWith("ended with status 0"));
            assertTrue(why(judge(1, "Error: no module")).contains("no module"));
        }
    }

    @Nested
    class The_choice {
        @Test
        void is_the_fastest_that_survives() {
            List<VariantResult> results =
                    List.of(
                            new VariantResult.Works("x64", 10, 100),
                            new VariantResult.Fails("sapphirerapids", "died of SIGILL"),
                            new VariantResult.Works("zen4", 2, 20),
                            new VariantResult.Works("haswell", 2, 40));
            assertEquals(Optional.of("zen4"), VariantProbe.best(results));
        }

        @Test
        void among_equals_is_the_one_with_the_highest_score_whoever_was_luckier() {
            assertEquals(
                    Optional.of("zen4"),
                    VariantProbe.best(
                            List.of(
                                    new VariantResult.Works("zen4", 2.04, 20.5),
                                    new VariantResult.Works("icelake", 2.00, 20.0),
                                    new VariantResult.Works("haswell", 2.5, 40))));
            assertEquals(
                    Optional.of("icelake"),
                    VariantProbe.best(
                            List.of(
                                    new VariantResult.Works("zen4", 2.3, 22),
                                    new VariantResult.Works("icelake", 2.00, 20.0))));
        }

        @Test
        void is_made_among_a_few_that_came_near_the_fastest() {
            var fast = new VariantResult.Works("zen4", 2, 20);
            var near = new VariantResult.Works("icelake", 2.6, 24);
            var far = new VariantResult.Works("x64", 10, 100);
            assertEquals(List.of(fast, near), VariantProbe.contenders(List.of(far, near, fast)));
            assertEquals(List.of(), VariantProbe.contenders(List.of(far, fast)));
        }

        @Test
        void judges_a_repetition_by_the_better_time_and_by_any_failure() {
            var before = new VariantResult.Works("zen4", 2, 30);
            assertEquals(
                    new VariantResult.Works("zen4", 2, 20),
                    VariantProbe.better(before, new VariantResult.Works("zen4", 3, 20)));
            var died = new VariantResult.Fails("zen4", "died of SIGILL");
            assertEquals(died, VariantProbe.better(before, died));
        }

        @Test
        void is_none_where_nothing_survives() {
            assertEquals(
                    Optional.empty(),
                    VariantProbe.best(List.of(new VariantResult.Fails("x64", "died"))));
        }
    }

    @Nested
    class The_memory {
        private ProbeLaunch launch(int threads) throws IOException {
            Path natives = Files.createDirectories(folder.resolve("native"));
            Files.writeString(natives.resolve("libggml.so"), "one");
            return new ProbeLaunch(folder, "", natives, TYPES, threads, Duration.ofSeconds(20));
        }

        private final List<VariantResult> results =
                List.of(
                        new VariantResult.Works("zen4", 1.25, 30.5),
                        new VariantResult.Fails("x64", "died of SIGILL, at its first product"));

        @Test
        void brings_back_what_was_put_in() throws IOException {
            Host host = HostTree.large(folder.resolve("host")).detect();
            VariantMemory memory = new VariantMemory(folder.resolve("profiles"));
            assertEquals(Optional.empty(), memory.recall(launch(2), host));
            memory.remember(launch(2), host, results);
            assertEquals(Optional.of(results), memory.recall(launch(2), host));
        }

        @Test
        void forgets_when_host_build_or_threads_change() throws IOException {
            HostTree tree = HostTree.large(folder.resolve("host"));
            VariantMemory memory = new VariantMemory(folder.resolve("profiles"));
            memory.remember(launch(2), tree.detect(), results);
            assertEquals(Optional.empty(), memory.recall(launch(3), tree.detect()));
            Host other = tree.with("proc/self/status", "Cpus_allowed_list: 0\n").detect();
            assertEquals(Optional.empty(), memory.recall(launch(2), other));
            ProbeLaunch launch = launch(2);
            Files.writeString(launch.nativeDir().resolve("libggml.so"), "another");
            assertEquals(
                    Optional.empty(),
                    memory.recall(launch, HostTree.large(folder.resolve("host")).detect()));
        }

        @Test
        void takes_a_damaged_file_for_none() throws IOException {
            Host host = HostTree.large(folder.resolve("host")).detect();
            VariantMemory memory = new VariantMemory(folder.resolve("profiles"));
            memory.remember(launch(2), host, results);
            try (var files = Files.list(folder.resolve("profiles"))) {
                for (Path file : files.toList()) {
                    Files.writeString(file, "something else\n");
                }
            }
            assertEquals(Optional.empty(), memory.recall(launch(2), host));
        }
    }

    @Nested
    class On_this_host {
        private ProbeLaunch launch(Path natives) {
            Path classes = Path.of("target", "classes").toAbsolutePath();
            String modules =
                    System.getProperty("jdk.module.path", "")
                            + java.io.File.pathSeparator
                            + classes
                            + java.io.File.pathSeparator
                            + Path.of("..", "native", "target", "classes").toAbsolutePath();
            return new ProbeLaunch(
                    Path.of(System.getProperty("java.home")),
                    modules,
                    natives,
                    TYPES,
                    2,
                    Duration.ofMinutes(3));
        }

        @Test
        void at_least_the_plainest_variant_multiplies_right() throws IOException {
            Path natives = Path.of(System.getProperty("redoubt.native", ""));
            assumeTrue(
                    Files.exists(natives.resolve("libredoubt_llama.so")),
                    "the native libraries are not built");
            VariantReport report = VariantProbe.probe(launch(natives), 2, result -> {});
            assertFalse(report.remembered());
            assertTrue(
                    report.results().stream()
                            .anyMatch(result ->
                                    result instanceof VariantResult.Works works
                                            && works.oneRowMs() > 0),
                    report.toString());
            assertTrue(report.results().size() >= 2, report.toString());
        }

        @Test
        void a_folder_without_libraries_is_an_error_in_words() {
            IOException none =
                    assertThrows(
                            IOException.class,
                            () -> VariantProbe.probe(launch(folder), 2, result -> {}));
            assertTrue(String.valueOf(none.getMessage()).contains("No CPU variant"));
        }
    }
}
