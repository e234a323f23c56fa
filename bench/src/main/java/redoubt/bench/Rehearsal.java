package redoubt.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import redoubt.engine.client.AotCache;
import redoubt.fixtures.TinyModel;

/// Starts the appliance once in an empty home with a tiny model, uses it a little, and makes
/// ahead-of-time caches of what its two Java processes did, so that later starts find their classes
/// parsed. Done when Redoubt is built; a failure costs nothing but time at each start. Source: JEP
/// 483, JEP 515.
final class Rehearsal {
    private static final int ANSWERS = 12;
    private static final int TOKENS = 48;

    private final List<String> gateway;
    private final Path nativeDir;
    private final Path work;

    /// @param gateway the command that starts a gateway; its first word is this JVM's own Java
    Rehearsal(List<String> gateway, Path nativeDir, Path work) {
        this.gateway = List.copyOf(gateway);
        this.nativeDir = nativeDir;
        this.work = work;
    }

    /// Leaves `gateway.aot` and `engine.aot` in `out`.
    void run(Path out) throws IOException, InterruptedException, BenchException {
        Files.createDirectories(out);
        Path gatewaySeen = work.resolve("gateway.aotconf");
        perform(gatewaySeen);
        assemble(
                with(
                        List.of(
                                "-XX:AOTMode=create",
                                "-XX:AOTConfiguration=" + gatewaySeen,
                                "-XX:AOTCache=" + work.resolve("gateway.aot"))),
                out.resolve("gateway.aot"));
        assemble(
                new AotCache.Assemble(work.resolve("engine.aotconf"), work.resolve("engine.aot"))
                        .command(Path.of(System.getProperty("java.home")), modulePath()),
                out.resolve("engine.aot"));
    }

    private void perform(Path gatewaySeen)
            throws IOException, InterruptedException, BenchException {
        Path model =
                TinyModel.write(
                        work.resolve("tiny.gguf"),
                        TinyModel.Options.chat().withContextTokens(2048));
        var parts =
                new Appliance.Parts(
                        with(
                                List.of(
                                        "-XX:AOTMode=record",
                                        "-XX:AOTConfiguration=" + gatewaySeen,
                                        "-D" + AotCache.REHEARSAL + "=" + work)),
                        nativeDir,
                        model);
        try (Appliance appliance = Appliance.start(parts, work.resolve("home"))) {
            for (int i = 0; i < ANSWERS; i++) {
                appliance.client().complete(appliance.model(), "Once upon a time", TOKENS);
            }
        }
    }

    private void assemble(List<String> command, Path cache)
            throws IOException, InterruptedException, BenchException {
        Path log = work.resolve(cache.getFileName() + ".log");
        Process process =
                ChildProcesses.start(
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(log.toFile()));
        int status = process.waitFor();
        Path made = work.resolve(cache.getFileName());
        if (status != 0 || !Files.isRegularFile(made)) {
            throw new BenchException(
                    "This Java made no cache of what it saw (status %d): %s"
                            .formatted(status, ChildProcesses.tail(log)));
        }
        Files.move(made, cache, StandardCopyOption.REPLACE_EXISTING);
    }

    private List<String> with(List<String> options) {
        List<String> words = new ArrayList<>(gateway);
        words.addAll(1, options);
        return words;
    }

    private String modulePath() throws BenchException {
        int at = gateway.indexOf("-p");
        if (at < 0 || at + 1 >= gateway.size()) {
            throw new BenchException("The gateway's command has no module path (-p).");
        }
        return gateway.get(at + 1);
    }
}
