package redoubt.provenance.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.anchor.Anchor;
import redoubt.provenance.anchor.AnchorChecks;
import redoubt.provenance.anchor.AnchorFile;
import redoubt.provenance.anchor.AnchorTrust;
import redoubt.provenance.anchor.MalformedAnchorException;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.Merkle;
import redoubt.provenance.record.PaperCheckpoint;
import redoubt.provenance.record.RecordExcerpt;
import redoubt.provenance.record.Refusal;

/// The outside anchors of a package: which of the record's are put in, and what they come to for
/// somebody who brings headers and authorities. One thread. Source: docs/audit-record.md sections
/// 11.1, 11.7 and 13.
final class PackageAnchors {
    static final String FOLDER = "anchors";
    private static final String NAME = "anchor";
    private static final int SIZES_MAX = 16;
    private static final int CONSISTENCY_MAX = 128;

    private final RecordExcerpt excerpt;
    private final long first;
    private final long last;

    /// Kept from the first making to the second: an anchor that comes in between would change the
    /// package after it was recorded.
    private @Nullable SortedMap<String, byte[]> files;

    /// @param first the first entry of the package
    /// @param last the last one
    PackageAnchors(RecordExcerpt excerpt, long first, long last) {
        this.excerpt = excerpt;
        this.first = first;
        this.last = last;
    }

    void write(PackageSink out) throws IOException {
        SortedMap<String, byte[]> all = files;
        if (all == null) files = all = gather();
        for (var file : all.entrySet()) out.file(file.getKey(), file.getValue());
    }

    private SortedMap<String, byte[]> gather() throws IOException {
        SortedMap<Long, List<AnchorFile>> bySize = new TreeMap<>();
        for (AnchorFile anchor : excerpt.anchors())
            if (anchor.size() > first)
                bySize.computeIfAbsent(anchor.size(), _ -> new ArrayList<>()).add(anchor);
        SortedMap<String, byte[]> gathered = new TreeMap<>();
        for (long size : chosen(new TreeSet<>(bySize.keySet()))) {
            String text =
                    new PaperCheckpoint(excerpt.checkpoint().origin(), size, excerpt.root(size))
                            .text();
            boolean any = false;
            for (AnchorFile anchor : bySize.getOrDefault(size, List.of())) {
                try {
                    byte[] proof = anchor.read();
                    // A false one would only break the package; the record's own check tells of it.
                    anchor.anchor().check(proof, AnchorChecks.digest(text), AnchorTrust.none());
                    gathered.put(PackageNames.of(FOLDER, size, anchor.anchor().suffix()), proof);
                    any = true;
                } catch (MalformedAnchorException _) {
                    // Left out.
                }
            }
            if (!any) continue;
            gathered.put(
                    PackageNames.of(FOLDER, size, "checkpoint"),
                    text.getBytes(StandardCharsets.US_ASCII));
            gathered.put(
                    PackageNames.of(FOLDER, size, "consistency"),
                    TlogProof.lines(excerpt.consistency(size)).getBytes(StandardCharsets.US_ASCII));
        }
        return gathered;
    }

    /// The earliest that cover all entries say most about their age; then those between, which say
    /// it of the earlier entries.
    private List<Long> chosen(NavigableSet<Long> sizes) {
        List<Long> chosen = new ArrayList<>(sizes.tailSet(last, false));
        chosen.addAll(sizes.headSet(last, true).descendingSet());
        return chosen.stream().limit(SIZES_MAX).toList();
    }

    /// Section 11.7, 11.
    static List<Check> check(PackageReader files, Checkpoint checkpoint, AnchorTrust trust)
            throws IOException, Refusal {
        List<Check> checks = new ArrayList<>();
        var sizes = files.numbered(FOLDER, "checkpoint");
        if (sizes.size() > SIZES_MAX) throw new Refusal(NAME, "More anchors than a package has.");
        for (var size : sizes.entrySet()) {
            String text = anchored(files, size.getKey(), size.getValue(), checkpoint);
            int proofs = 0;
            for (var anchor : Anchor.KINDS) {
                String name = PackageNames.of(FOLDER, size.getKey(), anchor.suffix());
                if (!files.has(name)) continue;
                proofs++;
                Check check =
                        AnchorChecks.one(
                                anchor, name, files.read(name), size.getKey(), text, trust);
                if (check.outcome() == Check.Outcome.BAD) throw new Refusal(NAME, check.detail());
                checks.add(check);
            }
            if (proofs == 0)
                throw new Refusal(NAME, size.getValue() + " is there, and no proof about it.");
        }
        return checks;
    }

    /// @return the text that was anchored, which is of the package's own tree
    private static String anchored(
            PackageReader files, long size, String name, Checkpoint checkpoint)
            throws IOException, Refusal {
        byte[] bytes = files.read(name);
        PaperCheckpoint said;
        try {
            said = PaperCheckpoint.parse(bytes);
        } catch (MalformedRecordException malformed) {
            throw new Refusal(NAME, name + ": " + malformed.getMessage());
        }
        String text = said.text();
        if (said.size() != size
                || !said.origin().equals(checkpoint.origin())
                || bytes.length != text.length())
            throw new Refusal(
                    NAME, name + " is not the three lines of a checkpoint of its size and log.");
        String way = PackageNames.of(FOLDER, size, "consistency");
        List<Bytes> path =
                TlogProof.hashes(
                        way,
                        new String(files.read(way), StandardCharsets.ISO_8859_1),
                        CONSISTENCY_MAX);
        if (!Merkle.isConsistent(size, said.root(), checkpoint.size(), checkpoint.root(), path))
            throw new Refusal(
                    NAME,
                    way + " does not show that the checkpoint only adds to what was anchored.");
        return text;
    }
}
