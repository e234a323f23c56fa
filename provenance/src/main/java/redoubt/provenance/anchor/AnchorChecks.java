package redoubt.provenance.anchor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Check;

/// Looks at every anchor that lies with a record. One that cannot be told, or is not finished, is
/// noted and takes nothing from the record; one that is false does not belong there. Stateless, any
/// thread. Source: docs/audit-record.md section 13.
public final class AnchorChecks {
    private static final String NAME = "anchor";

    private AnchorChecks() {}

    /// @param files as they lie with the record
    /// @param checkpointText the three lines of the record's own checkpoint of a size; empty where
    ///   the record is shorter
    public static List<Check> of(
            List<AnchorFile> files,
            AnchorTrust trust,
            LongFunction<Optional<String>> checkpointText)
            throws IOException {
        List<Check> checks = new ArrayList<>();
        for (AnchorFile file : files) {
            Optional<String> text = checkpointText.apply(file.size());
            checks.add(
                    text.isPresent()
                            ? check(file, text.get(), trust)
                            : Check.bad(
                                    NAME,
                                    "%s is about %d entries, and the record has fewer: its tail was cut off, or the anchor is another record's."
                                            .formatted(file.path().getFileName(), file.size())));
        }
        return List.copyOf(checks);
    }

    private static Check check(AnchorFile file, String text, AnchorTrust trust) throws IOException {
        String name = String.valueOf(file.path().getFileName());
        try {
            return one(file.anchor(), name, file.read(), file.size(), text, trust);
        } catch (MalformedAnchorException tooLong) {
            return Check.bad(NAME, name + ": " + tooLong.getMessage());
        }
    }

    /// One proof about one checkpoint.
    ///
    /// @param name what the proof is called in a report
    /// @param text the three lines that it should be about
    public static Check one(
            Anchor anchor, String name, byte[] proof, long size, String text, AnchorTrust trust) {
        try {
            AnchorFinding finding = anchor.check(proof, digest(text), trust);
            String sentence =
                    "the first %d entries (%s): %s"
                            .formatted(size, anchor.kind(), finding.sentence());
            return finding instanceof AnchorFinding.Proven
                    ? Check.good(NAME, sentence)
                    : Check.note(NAME, sentence);
        } catch (MalformedAnchorException wrong) {
            return Check.bad(NAME, name + ": " + wrong.getMessage());
        }
    }

    /// What is anchored of a checkpoint: SHA-256 of its three lines.
    public static Bytes digest(String checkpointText) {
        try {
            return Bytes.of(
                    MessageDigest.getInstance("SHA-256")
                            .digest(checkpointText.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}
