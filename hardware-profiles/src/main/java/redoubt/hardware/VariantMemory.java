package redoubt.hardware;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Remembers probes in files, one for each host, native build, set of number formats and count of
/// threads; the name is a digest of these, so that any change of them asks for a new probe. A file
/// that does not read as one is as good as none.
record VariantMemory(Path folder) {
    private static final String HEAD = "redoubt-variants 1";

    Optional<List<VariantResult>> recall(ProbeLaunch launch, Host host) throws IOException {
        Path file = file(launch, host);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (lines.isEmpty() || !lines.getFirst().equals(HEAD)) {
            return Optional.empty();
        }
        List<VariantResult> results = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ", 3);
            if (words.length < 3) {
                return Optional.empty();
            }
            VariantResult result =
                    VariantTrial.judge(words[1], 0, List.of(words[0] + " " + words[2]));
            results.add(result);
        }
        return results.isEmpty() ? Optional.empty() : Optional.of(results);
    }

    void remember(ProbeLaunch launch, Host host, List<VariantResult> results) throws IOException {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        for (VariantResult result : results) {
            text.append(
                    switch (result) {
                        case VariantResult.Works(var variant, var one, var many) ->
                                String.format(
                                        Locale.ROOT, "works %s %.4f %.4f%n", variant, one, many);
                        case VariantResult.Fails(var variant, var why) ->
                                String.format(
                                        Locale.ROOT,
                                        "fails %s %s%n",
                                        variant,
                                        why.replaceAll("\\p{Cntrl}", " "));
                    });
        }
        Files.createDirectories(folder);
        Path file = file(launch, host);
        Path aside = Files.createTempFile(folder, "variants", ".new");
        Files.writeString(aside, text);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(ProbeLaunch launch, Host host) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
        add(digest, host.fingerprint());
        add(digest, launch.types().toString());
        add(digest, Integer.toString(launch.threads()));
        List<Path> libraries = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(launch.nativeDir(), "{libggml*.so,build.json}")) {
            files.forEach(libraries::add);
        }
        libraries.sort(null);
        for (Path library : libraries) {
            add(digest, library.getFileName() + " " + Files.size(library));
            if (library.endsWith("build.json")) {
                digest.update(Files.readAllBytes(library));
            }
        }
        return folder.resolve(
                "variants-" + HexFormat.of().formatHex(digest.digest(), 0, 16) + ".txt");
    }

    private static void add(MessageDigest digest, String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
