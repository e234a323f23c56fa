package redoubt.provenance.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How the files of a visit are named on a medium: after the first digits of the log id, so that
/// one medium can serve many sites. Stateless, any thread. Source: docs/audit-record.md section
/// 6.2.
public final class RootMedia {
    private static final int NAME_DIGITS = 16;
    private static final String REQUEST = ".root-request";
    private static final String ANSWER = ".root-answer";
    private static final int REVOCATIONS_MAX = 16;

    private RootMedia() {}

    /// The one request on a medium.
    public static byte[] request(Path medium) throws IOException {
        var all = named(medium, "redoubt-", REQUEST);
        if (all.size() != 1)
            throw new RootRefusedException(
                    all.isEmpty()
                            ? "There is no request on %s. Make one at the appliance: redoubt record root out --to MEDIUM."
                                    .formatted(medium)
                            : "There are %d requests on %s. Leave only the one that is to be signed."
                                    .formatted(all.size(), medium));
        return MediaFile.read(all.getFirst(), RootRequest.FILE_BYTES_MAX);
    }

    /// @return where it was written
    public static Path writeRequest(Path medium, byte[] request) throws IOException {
        return write(medium, file(medium, RootRequest.decode(request).logId(), REQUEST), request);
    }

    public static Path writeAnswer(Path medium, RootAnswer answer) throws IOException {
        return write(medium, file(medium, answer.logId(), ANSWER), answer.encode());
    }

    public static Path writeRevocation(Path medium, Revocation revocation) throws IOException {
        return write(
                medium,
                medium.resolve(
                        prefix(revocation.logId())
                                + "-epoch-"
                                + revocation.epoch()
                                + Revocation.FILE_SUFFIX),
                revocation.encode());
    }

    /// The answer for a log, if the medium has one.
    public static Optional<byte[]> answer(Path medium, Bytes logId) throws IOException {
        MediaFile.requireFolder(medium);
        var file = file(medium, logId, ANSWER);
        return MediaFile.exists(file)
                ? Optional.of(MediaFile.read(file, RootAnswer.FILE_BYTES_MAX))
                : Optional.empty();
    }

    /// The revocations for a log.
    public static List<byte[]> revocations(Path medium, Bytes logId) throws IOException {
        var found = new java.util.ArrayList<byte[]>();
        for (var file : named(medium, prefix(logId) + "-epoch-", Revocation.FILE_SUFFIX))
            found.add(MediaFile.read(file, Revocation.FILE_BYTES_MAX));
        if (found.size() > REVOCATIONS_MAX)
            throw new RootRefusedException(
                    "There are %d revocations on %s. Leave only those that are to be taken in."
                            .formatted(found.size(), medium));
        return List.copyOf(found);
    }

    private static Path write(Path medium, Path file, byte[] bytes) throws IOException {
        MediaFile.requireFolder(medium);
        MediaFile.write(file, bytes);
        return file;
    }

    private static Path file(Path medium, Bytes logId, String suffix) {
        return medium.resolve(prefix(logId) + suffix);
    }

    private static String prefix(Bytes logId) {
        return "redoubt-" + logId.hex().substring(0, NAME_DIGITS);
    }

    private static List<Path> named(Path medium, String begins, String ends) throws IOException {
        MediaFile.requireFolder(medium);
        try (var files = Files.list(medium)) {
            return files.filter(
                            file -> {
                                String name = String.valueOf(file.getFileName());
                                return name.startsWith(begins) && name.endsWith(ends);
                            })
                    .limit(1_024)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }
}
