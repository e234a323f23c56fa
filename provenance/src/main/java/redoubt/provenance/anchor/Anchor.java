package redoubt.provenance.anchor;

import java.util.List;
import redoubt.provenance.record.Bytes;

/// An outside keeper of time: a request about a checkpoint goes out on media, a proof comes back,
/// and the proof is checked offline. What is anchored is always the SHA-256 of a checkpoint's three
/// lines of text.
///
/// Another kind is another class of this interface in [#KINDS]. Stateless, any thread. Source:
/// docs/audit-record.md section 13.
public interface Anchor {
    /// Every kind there is.
    List<Anchor> KINDS = List.of(new OpenTimestamps(), new Rfc3161());

    /// How the record names this kind.
    String kind();

    /// What the name of a proof file ends in, without a dot.
    String suffix();

    /// What is carried out to get a proof.
    Request request(String checkpointText);

    /// Whether these bytes are a proof of this kind for this digest, and what it proves to somebody
    /// who brings this trust.
    ///
    /// @param digest SHA-256 of a checkpoint's text
    /// @throws MalformedAnchorException when the bytes are no proof, a proof about something else,
    ///   or one that is false
    AnchorFinding check(byte[] proof, Bytes digest, AnchorTrust trust)
            throws MalformedAnchorException;

    /// One file for the medium.
    ///
    /// @param name of the file
    /// @param advice one sentence: what to do with it on a machine that has a network
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record Request(String name, byte[] content, String advice) {}

    /// The kind that the record or a file's suffix names.
    static java.util.Optional<Anchor> named(String kindOrSuffix) {
        return KINDS.stream()
                .filter(anchor ->
                        anchor.kind().equals(kindOrSuffix) || anchor.suffix().equals(kindOrSuffix))
                .findFirst();
    }
}
