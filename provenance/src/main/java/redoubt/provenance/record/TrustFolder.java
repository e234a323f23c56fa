package redoubt.provenance.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import redoubt.provenance.anchor.AnchorTrust;

/// Reads the folder of what a checker believes: `record-root.pem`, `record-log-id`,
/// `witness-policy.txt`, `revocations/*.revocation`, `checkpoints/*`, `bitcoin-headers/*`, `tsa/*`.
/// Only the root must be there. What is there and is not what its name says stops the check before
/// it begins, because a checker who brings a broken file should not believe that it was used.
/// Source: docs/audit-record.md section 10.1.
final class TrustFolder {
    private static final long TEXT_BYTES_MAX = 64 << 10;
    private static final int FILES_MAX = 4_096;
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private final Path folder;

    private TrustFolder(Path folder) {
        this.folder = folder;
    }

    static RecordTrust read(Path folder) throws RecordException {
        var reader = new TrustFolder(folder);
        Bytes root = reader.root();
        return new RecordTrust(
                root,
                reader.logId(),
                WitnessPolicy.read(folder),
                reader.revocations(root),
                reader.checkpoints(),
                reader.anchors());
    }

    private AnchorTrust anchors() throws RecordException {
        try {
            return AnchorTrust.read(folder);
        } catch (IOException e) {
            throw unreadable("What anchors are judged by cannot be read: " + e.getMessage() + ".");
        }
    }

    private Bytes root() throws RecordException {
        Path pem = folder.resolve("record-root.pem");
        try {
            String text = text(pem);
            int begin = text.indexOf(BEGIN);
            int end = text.indexOf(END);
            if (begin < 0 || end < begin) throw unreadable(pem + " holds no public key.");
            byte[] der =
                    Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            return MlDsa.ML_DSA_87.raw(MlDsa.ML_DSA_87.publicKeyOf(der));
        } catch (RecordException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new RecordException(
                    RecordException.Reason.UNREADABLE,
                    "The trust folder "
                            + folder
                            + " cannot be used: "
                            + e.getMessage()
                            + ". Without the site's record-root.pem nothing can be verified; ask the"
                            + " site for its trust folder by a way that you believe.",
                    e);
        }
    }

    private Optional<Bytes> logId() throws RecordException {
        Path file = folder.resolve("record-log-id");
        if (!Files.exists(file)) return Optional.empty();
        try {
            Bytes given = Bytes.ofHex(text(file).strip());
            if (given.length() == Hashes.LENGTH) return Optional.of(given);
        } catch (IOException e) {
            throw unreadable(file + " cannot be read: " + e.getMessage() + ".");
        } catch (IllegalArgumentException notHex) {
            // Told below.
        }
        throw unreadable(file + " is not the 64 digits of a log id.");
    }

    private List<Revocation> revocations(Bytes root) throws RecordException {
        List<Revocation> all = new ArrayList<>();
        for (Path file : files("revocations")) {
            if (!file.toString().endsWith(Revocation.FILE_SUFFIX)) continue;
            try {
                var revocation = Revocation.decode(bytes(file, Revocation.FILE_BYTES_MAX));
                if (!revocation.isSignedBy(root))
                    throw unreadable(
                            file
                                    + " is not signed by the record root of this trust folder, so it"
                                    + " says nothing about this site. Take it out, or bring the right"
                                    + " root.");
                all.add(revocation);
            } catch (MalformedRecordException malformed) {
                throw unreadable(file + " cannot be used. " + malformed.getMessage());
            }
        }
        return all;
    }

    private List<Checkpoint> checkpoints() throws RecordException {
        List<Checkpoint> all = new ArrayList<>();
        for (Path file : files("checkpoints")) {
            try {
                all.add(Checkpoint.parse(bytes(file, SignedNote.NOTE_BYTES_MAX)));
            } catch (MalformedRecordException malformed) {
                throw unreadable(file + " is not a checkpoint. " + malformed.getMessage());
            }
        }
        return all;
    }

    /// The files of a folder inside, in order; hidden ones are left alone.
    private List<Path> files(String name) throws RecordException {
        Path inside = folder.resolve(name);
        if (!Files.exists(inside)) return List.of();
        try (var listed = Files.list(inside)) {
            List<Path> files =
                    listed.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                            .limit(FILES_MAX + 1L)
                            .sorted()
                            .toList();
            if (files.size() > FILES_MAX)
                throw unreadable(inside + " holds more than " + FILES_MAX + " files.");
            return files;
        } catch (UncheckedIOException | IOException e) {
            if (e instanceof RecordException told) throw told;
            throw unreadable(inside + " cannot be read: " + e.getMessage() + ".");
        }
    }

    private static byte[] bytes(Path file, int bytesMax) throws RecordException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length > bytesMax)
                throw unreadable(file + " is longer than such a file can be.");
            return bytes;
        } catch (RecordException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(file + " cannot be read: " + e.getMessage() + ".");
        }
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > TEXT_BYTES_MAX)
            throw new IOException(file.getFileName() + " is far too large");
        return Files.readString(file, StandardCharsets.US_ASCII);
    }

    private static RecordException unreadable(String sentence) {
        return new RecordException(RecordException.Reason.UNREADABLE, sentence);
    }
}
