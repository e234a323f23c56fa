package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the built libraries are: closed to the network, laid out as Java believes, of the version
/// it was written for.
class LibrariesTest {
    /// Functions that open, use or resolve a socket, or start a program. No library that is shipped
    /// imports one.
    private static final Set<String> REFUSED =
            Set.of(
                    "socket",
                    "socketpair",
                    "connect",
                    "bind",
                    "listen",
                    "accept",
                    "accept4",
                    "send",
                    "sendto",
                    "sendmsg",
                    "sendmmsg",
                    "recv",
                    "recvfrom",
                    "recvmsg",
                    "recvmmsg",
                    "getaddrinfo",
                    "gethostbyname",
                    "res_query",
                    "popen",
                    "system",
                    "execve",
                    "execv",
                    "execvp",
                    "execl",
                    "execlp",
                    "posix_spawn",
                    "posix_spawnp");

    @Nested
    class A_shipped_library {
        @Test
        void imports_no_function_of_a_socket_or_of_another_program() throws Exception {
            List<Path> libraries = libraries();
            assertTrue(libraries.size() >= 5, "libraries found: " + libraries);
            for (Path library : libraries) {
                Set<String> imported = imports(library);
                assertFalse(imported.isEmpty(), library + " imports nothing: nm did not work");
                Set<String> refused = new TreeSet<>(imported);
                refused.retainAll(REFUSED);
                assertTrue(refused.isEmpty(), library.getFileName() + " imports " + refused);
            }
        }

        private static List<Path> libraries() throws IOException {
            try (Stream<Path> files = Files.list(OpenLlama.directory())) {
                return files.filter(file -> file.toString().endsWith(".so")).toList();
            }
        }

        private static Set<String> imports(Path library) throws Exception {
            Process nm;
            try {
                nm =
                        new ProcessBuilder("nm", "-D", "--undefined-only", library.toString())
                                .redirectErrorStream(true)
                                .start();
            } catch (IOException absent) {
                assumeTrue(false, "nm is not installed (binutils)");
                throw absent;
            }
            String out = new String(nm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, nm.waitFor(), out);
            Set<String> names = new TreeSet<>();
            for (String line : out.split("\n")) {
                String symbol = line.strip().replaceFirst("^[UwvB] ", "");
                names.add(symbol.replaceFirst("@.*", ""));
            }
            return names;
        }
    }

    @Nested
    class A_struct {
        @Test
        void is_laid_out_as_the_compiler_does() {
            String compiler = CText.read(new ShimLibrary(OpenLlama.directory()).layouts.call());
            assertEquals(compiler, Structs.describe());
        }

        @Test
        void of_another_layout_is_noticed_when_the_libraries_are_opened() {
            String changed = Structs.describe().replace("n_batch:4", "n_batch:8");
            assertFalse(changed.equals(Structs.describe()));
            assertThrows(
                    NativeException.class, () -> Llama.check(ShimLibrary.BUILD, "0.5.0", changed));
        }
    }

    @Nested
    class The_version {
        @Test
        void is_the_one_that_this_program_was_written_for() {
            assertEquals("0.5.0", OpenLlama.get().version());
        }

        @Test
        void is_refused_when_it_is_another() {
            String layouts = Structs.describe();
            assertThrows(NativeException.class, () -> Llama.check("2 0.5.0", "0.5.0", layouts));
            assertThrows(
                    NativeException.class, () -> Llama.check(ShimLibrary.BUILD, "0.6.0", layouts));
        }
    }

    @Nested
    class A_folder_without_the_libraries {
        @Test
        void is_refused_with_what_to_do(@TempDir Path empty) {
            NativeException open =
                    assertThrows(NativeException.class, () -> Llama.open(empty, "x64"));
            assertTrue(open.getMessage().contains("native/build"), open.getMessage());
            NativeException variants =
                    assertThrows(NativeException.class, () -> Llama.cpuVariants(empty));
            assertTrue(variants.getMessage().contains("native/build"), variants.getMessage());
        }
    }

    @Nested
    class The_variants_of_the_processor {
        @Test
        void hold_the_one_in_use_and_are_listed_once() {
            List<String> variants = Llama.cpuVariants(OpenLlama.directory());
            assertTrue(variants.contains(OpenLlama.get().cpuVariant()), variants.toString());
            assertEquals(variants.size(), Set.copyOf(variants).size());
        }
    }
}
