package redoubt.provenance.credentials;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// A manifest store with one manifest, by the places of its parts.
///
/// Immutable, any thread. Source: C2PA 2.4 section 11.1.
final class ManifestStore {
    private final byte[] bytes;
    private final JumbfBox store;
    private final JumbfBox manifest;
    private final JumbfBox claim;
    private final JumbfBox signature;

    private ManifestStore(
            byte[] bytes, JumbfBox store, JumbfBox manifest, JumbfBox claim, JumbfBox signature) {
        this.bytes = bytes;
        this.store = store;
        this.manifest = manifest;
        this.claim = claim;
        this.signature = signature;
    }

    static ManifestStore read(byte[] bytes) throws MalformedManifestException {
        JumbfBox store = JumbfBox.read(bytes);
        if (!store.label().equals("c2pa") || store.children().size() != 1) {
            throw new MalformedManifestException(
                    "this is not a C2PA manifest store with one manifest");
        }
        JumbfBox manifest = store.children().getFirst();
        return new ManifestStore(
                bytes,
                store,
                manifest,
                manifest.child("c2pa.claim.v2"),
                manifest.child("c2pa.signature"));
    }

    /// Refuses a store with anything in it that no signature covers and that ours do not have, so
    /// that no byte of a credential can be changed unseen.
    void requireExact() throws MalformedManifestException {
        JumbfBox assertions = manifest.child("c2pa.assertions");
        boolean ours = manifest.children().equals(List.of(assertions, claim, signature));
        byte[] cose = content(signature.cbor());
        if (!ours || !CoseEnvelope.read(cose).isExactly(cose)) {
            throw new MalformedManifestException(
                    "The credential holds something that its signature does not cover.");
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /// Label of the manifest.
    String urn() {
        return manifest.label();
    }

    ManifestHashes hashes(byte[] asset) throws MalformedManifestException {
        return new ManifestHashes(
                Hex.sha256(bytes),
                Hex.sha256(content(claim.cbor())),
                Hex.sha256(content(signature.cbor())),
                Hex.sha256(asset));
    }

    CoseEnvelope envelope() throws MalformedManifestException {
        return CoseEnvelope.read(content(signature.cbor()));
    }

    /// The same store with another COSE_Sign1, which must carry the same signature.
    byte[] withSignature(byte[] cose) throws MalformedManifestException {
        JumbfBox box = signature.cbor();
        int change = cose.length - (box.end() - box.contentStart());
        ByteBuffer out = ByteBuffer.allocate(bytes.length + change);
        out.put(bytes, 0, box.contentStart()).put(cose);
        out.put(bytes, box.end(), bytes.length - box.end());
        for (JumbfBox holder : new JumbfBox[] {store, manifest, signature, box}) {
            out.putInt(holder.start(), holder.end() - holder.start() + change);
        }
        return out.array();
    }

    private byte[] content(JumbfBox box) {
        return Arrays.copyOfRange(bytes, box.contentStart(), box.end());
    }
}
