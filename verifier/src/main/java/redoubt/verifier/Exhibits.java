package redoubt.verifier;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import redoubt.provenance.credentials.Form;
import redoubt.provenance.record.ProofVerifier;

/// The files that were handed in, sorted by what they are: an answer, perhaps its manifest, a
/// proof, perhaps what leads from it to a later checkpoint. Zips are looked into once, in memory,
/// within bounds. Immutable, any thread.
final class Exhibits {
    private static final int BYTES_MAX = 96 << 20;
    private static final int FILES_MAX = 32;
    private static final int JUMBF = 0x6a756d62;

    private final Optional<Named> answer;
    private final Optional<Named> manifest;
    private final Optional<Named> proof;
    private final Optional<Named> consistency;

    /// One file. The array is read only.
    @SuppressWarnings("ArrayRecordComponent")
    record Named(String name, byte[] bytes) {}

    private Exhibits(
            Optional<Named> answer,
            Optional<Named> manifest,
            Optional<Named> proof,
            Optional<Named> consistency) {
        this.answer = answer;
        this.manifest = manifest;
        this.proof = proof;
        this.consistency = consistency;
    }

    Optional<Named> answer() {
        return answer;
    }

    Optional<Named> manifest() {
        return manifest;
    }

    Optional<Named> proof() {
        return proof;
    }

    /// What leads from the proof's checkpoint to a later one.
    Optional<Named> consistency() {
        return consistency;
    }

    /// In which form the answer came.
    Form form() {
        if (manifest.isPresent()) {
            return Form.DETACHED;
        }
        String name = answer.map(Named::name).orElse("").toLowerCase(Locale.ROOT);
        return name.endsWith(".md") || name.endsWith(".markdown") ? Form.MARKDOWN : Form.TEXT;
    }

    /// @throws UsageException when two files claim the same part, or there are too many or too much
    static Exhibits read(List<Path> files) throws IOException, UsageException {
        List<Named> all = new ArrayList<>();
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                throw new UsageException("There is no file " + file + ".");
            }
            if (Files.size(file) > BYTES_MAX) {
                throw new UsageException(file + " is larger than 96 MiB, too large to check here.");
            }
            byte[] bytes = Files.readAllBytes(file);
            if (isZip(bytes)) {
                unpack(file, bytes, all);
            } else {
                all.add(new Named(String.valueOf(file.getFileName()), bytes));
            }
        }
        if (all.size() > FILES_MAX) {
            throw new UsageException("More than " + FILES_MAX + " files cannot be one answer.");
        }
        return sorted(all);
    }

    private static Exhibits sorted(List<Named> all) throws UsageException {
        Optional<Named> answer = Optional.empty();
        Optional<Named> manifest = Optional.empty();
        Optional<Named> proof = Optional.empty();
        Optional<Named> consistency = Optional.empty();
        for (Named file : all) {
            if (ProofVerifier.isProof(file.bytes())) {
                proof = only("proof", proof, file);
            } else if (ProofVerifier.isConsistency(file.bytes())) {
                consistency = only("consistency file", consistency, file);
            } else if (isManifest(file)) {
                manifest = only("manifest", manifest, file);
            } else {
                answer = only("answer", answer, file);
            }
        }
        return new Exhibits(answer, manifest, proof, consistency);
    }

    private static Optional<Named> only(String what, Optional<Named> before, Named file)
            throws UsageException {
        if (before.isPresent()) {
            throw new UsageException(
                    "Both "
                            + before.get().name()
                            + " and "
                            + file.name()
                            + " look like the "
                            + what
                            + ". Check one answer at a time.");
        }
        return Optional.of(file);
    }

    private static boolean isManifest(Named file) {
        // The length too: an answer may well begin with "The jumble".
        byte[] bytes = file.bytes();
        ByteBuffer box = ByteBuffer.wrap(bytes);
        return (bytes.length > 8 && box.getInt(0) == bytes.length && box.getInt(4) == JUMBF)
                || file.name().toLowerCase(Locale.ROOT).endsWith(".c2pa");
    }

    private static boolean isZip(byte[] bytes) {
        return bytes.length > 4
                && bytes[0] == 'P'
                && bytes[1] == 'K'
                && bytes[2] == 3
                && bytes[3] == 4;
    }

    private static void unpack(Path file, byte[] bytes, List<Named> all)
            throws IOException, UsageException {
        long left = BYTES_MAX;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.isDirectory()) {
                    continue;
                }
                byte[] content = in.readNBytes((int) Math.min(left + 1, Integer.MAX_VALUE));
                left -= content.length;
                if (left < 0 || all.size() >= FILES_MAX) {
                    throw new UsageException(file + " unpacks to more than one answer can be.");
                }
                all.add(new Named(entry.getName(), content));
            }
        } catch (java.util.zip.ZipException e) {
            throw new UsageException(file + " is a broken zip: " + e.getMessage() + ".");
        }
    }
}
