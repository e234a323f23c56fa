package redoubt.provenance.anchor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import redoubt.provenance.record.Bytes;

/// OpenTimestamps: many digests hashed together into one transaction of Bitcoin. Its proof leads
/// from the digest to the Merkle root in a block's header, which the checker brings.
///
/// Stateless, any thread. Source: the format as its reference implementation (opentimestamps 0.4)
/// writes it; docs/audit-record.md section 13.
final class OpenTimestamps implements Anchor {
    @Override
    public String kind() {
        return "opentimestamps";
    }

    @Override
    public String suffix() {
        return "ots";
    }

    @Override
    public Request request(String checkpointText) {
        return new Request(
                "checkpoint.txt",
                checkpointText.getBytes(StandardCharsets.UTF_8),
                "ots stamp checkpoint.txt; some hours later: ots upgrade checkpoint.txt.ots; bring"
                        + " back checkpoint.txt.ots");
    }

    @Override
    public AnchorFinding check(byte[] proof, Bytes digest, AnchorTrust trust)
            throws MalformedAnchorException {
        List<Attestation> attestations = OtsReader.read(proof, digest);
        Optional<AnchorFinding.Proven> best = Optional.empty();
        String missing = "";
        String pending = "";
        for (Attestation attestation : attestations) {
            switch (attestation) {
                case Attestation.Bitcoin bitcoin -> {
                    Optional<BlockHeader> header = trust.header(bitcoin.height());
                    if (header.isEmpty()) missing = "block " + bitcoin.height();
                    else best = earlier(best, proven(bitcoin, header.get()));
                }
                case Attestation.Pending waiting -> pending = waiting.calendar();
                case Attestation.Unknown _ -> {}
            }
        }
        if (best.isPresent()) return best.get();
        if (!missing.isEmpty())
            return new AnchorFinding.Unchecked(
                    "bring the header of Bitcoin's %s in bitcoin-headers/ of the trust folder"
                            .formatted(missing));
        if (!pending.isEmpty()) return new AnchorFinding.Pending(pending);
        throw new MalformedAnchorException(
                "The OpenTimestamps proof ends in nothing that is known here: neither in a block of"
                        + " Bitcoin nor at a calendar.");
    }

    private static AnchorFinding.Proven proven(Attestation.Bitcoin bitcoin, BlockHeader header)
            throws MalformedAnchorException {
        if (!Arrays.equals(header.merkleRoot(), bitcoin.commitment().toArray()))
            throw new MalformedAnchorException(
                    "The OpenTimestamps proof names Bitcoin's block %d, but does not lead to the header of it that you brought: one of the two is false."
                            .formatted(bitcoin.height()));
        return new AnchorFinding.Proven(
                header.time(),
                "Bitcoin's block %d (%s)"
                        .formatted(bitcoin.height(), HexFormat.of().formatHex(header.hash())));
    }

    private static Optional<AnchorFinding.Proven> earlier(
            Optional<AnchorFinding.Proven> before, AnchorFinding.Proven other) {
        return before.isPresent() && before.get().at().isBefore(other.at())
                ? before
                : Optional.of(other);
    }

    /// Where a path through a proof ends.
    sealed interface Attestation {
        /// The commitment is the Merkle root of this block.
        record Bitcoin(int height, Bytes commitment) implements Attestation {}

        /// A calendar has promised to finish it.
        record Pending(String calendar) implements Attestation {}

        /// Of a kind that is not known here.
        record Unknown() implements Attestation {}
    }
}
