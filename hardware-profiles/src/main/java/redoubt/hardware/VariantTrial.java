package redoubt.hardware;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One variant's child process, from its start to what is made of its end. Blocks the calling
/// thread for at most the time limit.
final class VariantTrial {
    private static final Pattern WORKS = Pattern.compile("works ([0-9.]+) ([0-9.]+)");
    private static final Pattern SIGNAL = Pattern.compile("#\\s+(SIG[A-Z]+) .*");
    private static final Pattern SCORE = Pattern.compile("score (\\d{1,9}) (\\w+)");
    private static final int OUTPUT_BYTES_MAX = 1 << 20;
    private static final int SIGNAL_EXIT = 128;

    private VariantTrial() {}

    /// What came of a child: its exit status, or nothing where it ran out of time, and what it
    /// said.
    private record End(OptionalInt exit, List<String> lines) {}

    static VariantResult run(ProbeLaunch launch, String variant)
            throws IOException, InterruptedException {
        String types = launch.types().stream().map(GgmlType::name).collect(Collectors.joining(","));
        End end = child(launch, List.of(variant, Integer.toString(launch.threads()), types));
        return end.exit().isPresent()
                ? judge(variant, end.exit().getAsInt(), end.lines())
                : new VariantResult.Fails(
                        variant,
                        "took longer than %d s".formatted(launch.perVariantMax().toSeconds()));
    }

    /// The variants that the processor claims to run, most promising first.
    static List<String> claimed(ProbeLaunch launch) throws IOException, InterruptedException {
        record Claim(int score, String variant) {}
        List<Claim> claims = new ArrayList<>();
        for (String line : child(launch, List.of()).lines()) {
            Matcher score = SCORE.matcher(line);
            if (score.matches() && Integer.parseInt(score.group(1)) > 0) {
                claims.add(new Claim(Integer.parseInt(score.group(1)), score.group(2)));
            }
        }
        claims.sort(Comparator.comparingInt(Claim::score).reversed());
        return claims.stream().map(Claim::variant).toList();
    }

    private static End child(ProbeLaunch launch, List<String> arguments)
            throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("redoubt-probe");
        try {
            return child(launch, arguments, scratch);
        } finally {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(scratch)) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(scratch);
        }
    }

    private static End child(ProbeLaunch launch, List<String> arguments, Path scratch)
            throws IOException, InterruptedException {
        Path said = scratch.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(command(launch, arguments, scratch));
        builder.directory(scratch.toFile());
        builder.redirectErrorStream(true).redirectOutput(said.toFile());
        Process process = builder.start();
        try {
            boolean ended =
                    process.waitFor(launch.perVariantMax().toMillis(), TimeUnit.MILLISECONDS);
            return new End(
                    ended ? OptionalInt.of(process.exitValue()) : OptionalInt.empty(), lines(said));
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> command(ProbeLaunch launch, List<String> arguments, Path scratch) {
        List<String> command = new ArrayList<>();
        command.add(launch.javaHome().resolve("bin").resolve("java").toString());
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + scratch.resolve("crash"),
                        "--enable-native-access=redoubt.foreign",
                        "--illegal-native-access=deny",
                        "--module-path",
                        launch.modulePath(),
                        "--module",
                        "redoubt.hardware/redoubt.hardware.probe.ProbeMain",
                        launch.nativeDir().toString()));
        command.addAll(arguments);
        return command;
    }

    private static List<String> lines(Path said) throws IOException {
        try (var in = Files.newInputStream(said)) {
            return new String(in.readNBytes(OUTPUT_BYTES_MAX), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    /// What a child's end means. A crash of the virtual machine names its signal in the output.
    static VariantResult judge(String variant, int exit, List<String> lines) {
        String last = lines.isEmpty() ? "" : lines.getLast();
        Matcher works = WORKS.matcher(last);
        if (exit == 0 && works.matches()) {
            return new VariantResult.Works(
                    variant,
                    Double.parseDouble(works.group(1)),
                    Double.parseDouble(works.group(2)));
        }
        if (exit == 0 && last.startsWith("fails ")) {
            return new VariantResult.Fails(variant, last.substring("fails ".length()));
        }
        String during =
                lines.stream()
                        .filter(line -> line.startsWith("product "))
                        .reduce((before, after) -> after)
                        .map(line -> ", after: " + line)
                        .orElse(", at its first product");
        for (String line : lines) {
            Matcher signal = SIGNAL.matcher(line);
            if (signal.matches()) {
                return new VariantResult.Fails(variant, "died of " + signal.group(1) + during);
            }
        }
        return new VariantResult.Fails(
                variant,
                exit > SIGNAL_EXIT
                        ? "died of signal %d%s".formatted(exit - SIGNAL_EXIT, during)
                        : "ended with status %d: %s".formatted(exit, last));
    }
}
