package redoubt.appliance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.provenance.anchor.Anchor;
import redoubt.provenance.anchor.AnchorChecks;
import redoubt.provenance.anchor.AnchorFile;
import redoubt.provenance.anchor.AnchorFinding;
import redoubt.provenance.anchor.AnchorTrust;
import redoubt.provenance.anchor.MalformedAnchorException;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.RecordProver;

/// The site's side of outside anchors: what is carried out, and the proofs that come back. A proof
/// is hostile until it has been read to its end and is about a checkpoint of this record. Any
/// thread; one proof at a time. Source: docs/audit-record.md section 13.
public final class Anchoring {
    private final AnchorProofs proofs;
    private final RecordProver record;
    private final Path folder;
    private final Path trust;

    /// What is carried out.
    ///
    /// @param text the three lines of the checkpoint
    public record Packet(long size, String text, List<Anchor.Request> requests) {}

    /// A proof that lies with the record.
    public record Kept(long size, String kind, String sentence) {}

    public Anchoring(SiteRecord siteRecord, Path recordFolder, Path trust) throws IOException {
        this.proofs = new AnchorProofs(siteRecord, recordFolder);
        proofs.settle();
        this.record = siteRecord.prover();
        this.folder = recordFolder;
        this.trust = trust;
    }

    /// Requests to anchor the last checkpoint.
    public Packet give() {
        Checkpoint last = record.checkpoint();
        return new Packet(
                last.size(),
                last.text(),
                Anchor.KINDS.stream().map(kind -> kind.request(last.text())).toList());
    }

    /// Takes a proof, if it is one for a checkpoint of this record. One that is there already for
    /// the same checkpoint gives way, because a proof is completed in time; one that proves a time
    /// gives way only to another that does.
    ///
    /// @param text the three lines of the checkpoint that it is about
    public synchronized Kept take(String text, Anchor anchor, byte[] proof, Principal principal)
            throws IOException {
        Checkpoint about = ours(text);
        AnchorFinding finding;
        try {
            finding = anchor.check(proof, AnchorChecks.digest(text), AnchorTrust.read(trust));
        } catch (MalformedAnchorException malformed) {
            throw RefusedException.invalid(
                    "malformed_anchor", "proof", malformed.getMessage() + " Nothing was taken.");
        }
        AnchorFile file = AnchorFile.of(folder, about.size(), anchor);
        Kept kept = new Kept(about.size(), anchor.kind(), finding.sentence());
        if (Files.exists(file.path())) {
            byte[] before = read(file);
            if (Arrays.equals(before, proof)) return kept;
            if (!(finding instanceof AnchorFinding.Proven) && proves(anchor, before, text))
                throw RefusedException.conflict(
                        "anchor_proven",
                        "The proof of this checkpoint that is here proves a time, and this one %s. Nothing was taken."
                                .formatted(finding.sentence()));
        }
        proofs.keep(file, proof, principal);
        return kept;
    }

    private boolean proves(Anchor anchor, byte[] proof, String text) throws IOException {
        try {
            return anchor.check(proof, AnchorChecks.digest(text), AnchorTrust.read(trust))
                    instanceof AnchorFinding.Proven;
        } catch (MalformedAnchorException damaged) {
            return false;
        }
    }

    private Checkpoint ours(String text) {
        Checkpoint last = record.checkpoint();
        String[] lines = text.split("\n", -1);
        if (lines.length != 4 || !lines[1].matches("[1-9][0-9]{0,17}"))
            throw RefusedException.invalid(
                    "malformed_checkpoint",
                    "text",
                    "That is not the checkpoint.txt that `redoubt record anchor out` wrote. Bring it back with the proof, as it was.");
        long size = Long.parseLong(lines[1]);
        if (size <= last.size()) {
            Checkpoint own = new Checkpoint(last.origin(), size, record.root(size), "");
            if (own.text().equals(text)) return own;
        }
        throw RefusedException.invalid(
                "foreign_checkpoint",
                "text",
                "The checkpoint of %d entries is not one of this record, which has %d. It is another site's, or this record was put back from a backup. Nothing was taken."
                        .formatted(size, last.size()));
    }

    /// Every proof that lies with the record, as this site can judge it.
    public List<Kept> all() throws IOException {
        List<Kept> all = new ArrayList<>();
        AnchorTrust by = AnchorTrust.read(trust);
        for (AnchorFile file : AnchorFile.in(folder)) {
            if (file.size() <= record.size()) all.add(kept(file, by));
        }
        return all;
    }

    /// How many proofs lie with the record, and what the one of the largest checkpoint says.
    public Overview overview() throws IOException {
        List<AnchorFile> all = new ArrayList<>();
        for (AnchorFile file : AnchorFile.in(folder))
            if (file.size() <= record.size()) all.add(file);
        Optional<AnchorFile> last = all.stream().max(Comparator.comparingLong(AnchorFile::size));
        return new Overview(
                all.size(),
                last.isEmpty()
                        ? Optional.empty()
                        : Optional.of(kept(last.get(), AnchorTrust.read(trust))));
    }

    /// The anchors in short.
    public record Overview(int count, Optional<Kept> last) {}

    private Kept kept(AnchorFile file, AnchorTrust by) throws IOException {
        String text =
                new Checkpoint(
                                record.checkpoint().origin(),
                                file.size(),
                                record.root(file.size()),
                                "")
                        .text();
        String sentence;
        try {
            sentence = file.anchor().check(file.read(), AnchorChecks.digest(text), by).sentence();
        } catch (MalformedAnchorException wrong) {
            sentence = "DOES NOT HOLD: " + wrong.getMessage();
        }
        return new Kept(file.size(), file.anchor().kind(), sentence);
    }

    private static byte[] read(AnchorFile file) throws IOException {
        try {
            return file.read();
        } catch (MalformedAnchorException tooLong) {
            return new byte[0];
        }
    }
}
