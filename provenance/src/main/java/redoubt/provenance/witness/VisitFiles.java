package redoubt.provenance.witness;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Cosignature;
import redoubt.provenance.record.KeyProof;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.Witness;

/// The names on a visit's medium, and who writes what there. One thread. Source:
/// docs/audit-record.md section 12.2.
public final class VisitFiles {
    static final String KEYS = "keys.proof";
    static final String CHECKPOINT = "checkpoint";
    static final String CONSISTENCY = "consistency";
    static final String COSIGNATURES = "cosignatures";
    static final String WANTED = "wanted";
    static final String EVIDENCE = "evidence";

    private static final Pattern LINE = Pattern.compile("([0-9]{16})-([0-9a-f]{8})\\.cosignature");
    private static final Pattern WISH = Pattern.compile("[0-9a-f]{8}");
    private static final Pattern WISHED = Pattern.compile("old ([1-9][0-9]{0,17})\n");
    private static final int WISHES_MAX = 64;

    private VisitFiles() {}

    /// A line that a witness left, still to be believed.
    ///
    /// @param size of the checkpoint that it should be about
    public record Brought(String file, long size, Bytes line) {}

    /// What the appliance gives to the witness.
    public static void give(Medium medium, byte[] keys, List<Growth> growths)
            throws WitnessException {
        try {
            Checkpoint checkpoint = KeyProof.read(keys).checkpoint();
            for (Growth growth : growths) {
                medium.write(growth.file(), growth.encode());
            }
            medium.write(CHECKPOINT, checkpoint.note().getBytes(StandardCharsets.UTF_8));
            // The last, because a witness begins with it.
            medium.write(KEYS, keys);
        } catch (MalformedRecordException e) {
            throw new WitnessException(
                    "The proof of keys is not well formed: " + e.getMessage(), e);
        }
    }

    /// Sizes from which witnesses asked for a consistency proof.
    public static List<Long> wished(Medium medium) throws WitnessException {
        List<Long> sizes = new ArrayList<>();
        for (String name : medium.names(WANTED, WISH)) {
            Optional<byte[]> wish = medium.read(WANTED + "/" + name, 64);
            Matcher read =
                    WISHED.matcher(new String(wish.orElse(new byte[0]), StandardCharsets.US_ASCII));
            if (sizes.size() < WISHES_MAX && read.matches()) {
                sizes.add(Long.parseLong(read.group(1)));
            }
        }
        return sizes;
    }

    static void wish(Medium medium, Witness witness, long from) throws WitnessException {
        medium.write(
                WANTED + "/" + witness.keyId().hex(),
                ("old " + from + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /// The lines that witnesses left.
    public static List<Brought> brought(Medium medium) throws WitnessException {
        List<Brought> lines = new ArrayList<>();
        for (String name : medium.names(COSIGNATURES, LINE)) {
            Matcher parts = LINE.matcher(name);
            Optional<byte[]> line =
                    medium.read(COSIGNATURES + "/" + name, Cosignature.FILE_BYTES_MAX);
            if (parts.matches() && line.isPresent()) {
                lines.add(new Brought(name, Long.parseLong(parts.group(1)), Bytes.of(line.get())));
            }
        }
        return lines;
    }

    static void bring(Medium medium, long size, Cosignature line) throws WitnessException {
        medium.write(
                COSIGNATURES + "/%016d-%s.cosignature".formatted(size, line.keyId().hex()),
                line.text().getBytes(StandardCharsets.UTF_8));
    }

    /// Two notes that do not go together, for whoever reads the medium next.
    static void accuse(Medium medium, Checkpoint earlier, Checkpoint later)
            throws WitnessException {
        medium.write(EVIDENCE + "/" + evidence(earlier), bytes(earlier));
        medium.write(EVIDENCE + "/" + evidence(later), bytes(later));
    }

    /// Both sizes can be the same, so the name has the root too.
    static String evidence(Checkpoint note) {
        return "%016d-%s.note".formatted(note.size(), head(note.root()));
    }

    static byte[] bytes(Checkpoint note) {
        return note.note().getBytes(StandardCharsets.UTF_8);
    }

    private static String head(Bytes root) {
        return root.hex().substring(0, 16);
    }
}
