package redoubt.foreign.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SystemCallTest {
    private static final Pattern DEFINE =
            Pattern.compile("#define\\s+__NR(?:3264)?_(\\w+)\\s+(\\d+)\\b.*");

    @Test
    void numbers_on_x86_are_those_of_the_kernel_headers() throws IOException {
        compare(Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Architecture.X86_64);
    }

    @Test
    void numbers_on_aarch64_are_those_of_the_kernel_headers() throws IOException {
        compare(Path.of("/usr/include/asm-generic/unistd.h"), Architecture.AARCH64);
    }

    private static void compare(Path header, Architecture architecture) throws IOException {
        assumeTrue(Files.isReadable(header), "the kernel headers are not installed");
        Map<String, Integer> numbers = new HashMap<>();
        for (String line : Files.readAllLines(header)) {
            Matcher define = DEFINE.matcher(line);
            if (define.matches()) {
                numbers.putIfAbsent(define.group(1), Integer.parseInt(define.group(2)));
            }
        }
        int compared = 0;
        for (SystemCall call : SystemCall.values()) {
            Integer there = numbers.get(call.name().toLowerCase(Locale.ROOT));
            if (there != null) {
                assertEquals(there, call.number(architecture), call.name());
                compared++;
            }
        }
        assertTrue(compared > 100, "only " + compared + " calls were found in " + header);
    }
}
