package redoubt.provenance.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/// Writes records by hand with real keys, so that a test can do what an attacker with those keys
/// could do, and what our writer never does.
final class Forge {
    static final Bytes ZEROS = Bytes.of(new byte[32]);

    private final Path home;
    final RecordRoot root;
    private final Bytes boot = Bytes.of(new byte[16]);
    final List<EpochKey> keys = new ArrayList<>();
    final List<byte[]> entries = new ArrayList<>();

    Forge(Path home) throws Exception {
        this(home, RecordRoot.install(home.resolve("keys"), home.resolve("trust")));
    }

    /// Another record under the root of the first.
    Forge(Path home, Forge first) throws Exception {
        this(Files.createDirectories(home.resolve("trust")).resolve(".."), first.root);
    }

    private Forge(Path home, RecordRoot root) throws Exception {
        this.home = home;
        this.root = root;
        keys.add(EpochKey.generate());
        add(new Event.Genesis("site", root.publicKey(), "forge"), entry -> entry);
        add(opened(1, root.endorse(logId(), 1, keys.getFirst())), entry -> entry);
        Files.writeString(home.resolve("trust/record-log-id"), logId().hex() + "\n");
    }

    Path folder() {
        return home.resolve("record");
    }

    Path trust() {
        return home.resolve("trust");
    }

    Bytes logId() {
        return entries.isEmpty()
                ? Bytes.of(new byte[0])
                : Bytes.of(Hashes.sha256(entries.getFirst()));
    }

    EpochKey key() {
        return keys.getLast();
    }

    long next() {
        return entries.size();
    }

    Event.EpochOpened opened(long epoch, Bytes endorsement) {
        return new Event.EpochOpened(
                epoch, key().publicKey(), key().notePublicKey(), epoch - 1, endorsement);
    }

    Forge add(Event event) throws GeneralSecurityException {
        return add(event, entry -> entry);
    }

    Forge add(Event event, long refersTo) throws GeneralSecurityException {
        return add(event, entry -> with(entry, entry.sequence(), OptionalLong.of(refersTo)));
    }

    /// Adds what `change` makes of the entry that should follow, signed by the present key.
    Forge add(Event event, UnaryOperator<Entry> change) throws GeneralSecurityException {
        return addPayload(change.apply(entry(event)).encode(), key());
    }

    Forge addPayload(byte[] payload, EpochKey signer) throws GeneralSecurityException {
        entries.add(signer.sign(payload).encode());
        return this;
    }

    /// Closes this epoch in order and opens the next.
    Forge turn() throws GeneralSecurityException {
        add(new Event.EpochClosed(keys.size(), "test"));
        return open(keys.size() + 1);
    }

    Forge open(int epoch) throws GeneralSecurityException {
        EpochKey outgoing = key();
        keys.add(EpochKey.generate());
        return add(
                opened(epoch, outgoing.endorse(logId(), epoch, key())),
                entry -> withEpoch(entry, epoch));
    }

    /// Opens the next epoch by the root, whatever became of the key before.
    Forge replace() throws GeneralSecurityException {
        keys.add(EpochKey.generate());
        long epoch = keys.size();
        Bytes signature =
                root.sign(
                        RootStatement.epochReplaced(
                                logId(),
                                epoch,
                                key().publicKey(),
                                key().notePublicKey(),
                                next(),
                                Bytes.of(Hashes.sha256(entries.getLast()))));
        return add(replacement(signature));
    }

    Event.EpochOpened replacement(Bytes signature) {
        return new Event.EpochOpened(
                keys.size(), key().publicKey(), key().notePublicKey(), 0, signature);
    }

    Event.Countersigned countersigned(long epoch, long size, Bytes treeRoot)
            throws GeneralSecurityException {
        return new Event.Countersigned(
                epoch,
                size,
                treeRoot,
                root.sign(RootStatement.countersigned(logId(), epoch, size, treeRoot)));
    }

    Event.EpochRevoked revoked(long epoch, long from) throws GeneralSecurityException {
        return new Event.EpochRevoked(epoch, from, "stolen", revocation(epoch, from).signature());
    }

    Revocation revocation(long epoch, long from) throws GeneralSecurityException {
        Bytes signature = root.sign(RootStatement.epochRevoked(logId(), epoch, from, "stolen"));
        return new Revocation(logId(), epoch, from, "stolen", signature);
    }

    /// A checkpoint of the entries so far, with these witnesses' lines.
    Checkpoint seenBy(WitnessKey... witnesses) throws GeneralSecurityException {
        Checkpoint note = checkpoint();
        for (WitnessKey witness : witnesses) note = note.with(witness.cosign(note, 1_763_000_000));
        return note;
    }

    Entry entry(Event event) {
        Bytes previous = entries.isEmpty() ? ZEROS : Bytes.of(Hashes.sha256(entries.getLast()));
        return new Entry(
                logId(),
                next(),
                previous,
                keys.size(),
                boot,
                1_000_000 + next(),
                next(),
                OptionalLong.empty(),
                new Actor("p-1", "password", "s-1", List.of("staff")),
                ZEROS,
                event);
    }

    static Entry with(Entry entry, long sequence, OptionalLong refersTo) {
        return new Entry(
                entry.logId(),
                sequence,
                entry.previousHash(),
                entry.epoch(),
                entry.bootId(),
                entry.wallClockUs(),
                entry.monotonicNs(),
                refersTo,
                entry.actor(),
                entry.policySha256(),
                entry.event());
    }

    static Entry withEpoch(Entry entry, long epoch) {
        return new Entry(
                entry.logId(),
                entry.sequence(),
                entry.previousHash(),
                epoch,
                entry.bootId(),
                entry.wallClockUs(),
                entry.monotonicNs(),
                entry.refersTo(),
                entry.actor(),
                entry.policySha256(),
                entry.event());
    }

    static Entry withMonotonic(Entry entry, long monotonicNs) {
        return new Entry(
                entry.logId(),
                entry.sequence(),
                entry.previousHash(),
                entry.epoch(),
                entry.bootId(),
                entry.wallClockUs(),
                monotonicNs,
                entry.refersTo(),
                entry.actor(),
                entry.policySha256(),
                entry.event());
    }

    static Entry withWallClock(Entry entry, long wallClockUs) {
        return new Entry(
                entry.logId(),
                entry.sequence(),
                entry.previousHash(),
                entry.epoch(),
                entry.bootId(),
                wallClockUs,
                entry.monotonicNs(),
                entry.refersTo(),
                entry.actor(),
                entry.policySha256(),
                entry.event());
    }

    static Entry withLogId(Entry entry, Bytes logId) {
        return new Entry(
                logId,
                entry.sequence(),
                entry.previousHash(),
                entry.epoch(),
                entry.bootId(),
                entry.wallClockUs(),
                entry.monotonicNs(),
                entry.refersTo(),
                entry.actor(),
                entry.policySha256(),
                entry.event());
    }

    static Entry withPrevious(Entry entry, byte[] previous) {
        return new Entry(
                entry.logId(),
                entry.sequence(),
                Bytes.of(previous),
                entry.epoch(),
                entry.bootId(),
                entry.wallClockUs(),
                entry.monotonicNs(),
                entry.refersTo(),
                entry.actor(),
                entry.policySha256(),
                entry.event());
    }

    /// What the record root signs under a name of section 6.1, made here from the document.
    byte[] byRoot(String statement, byte[]... parts) throws Exception {
        String pem = Files.readString(home.resolve("keys/offline/record-root.key"));
        byte[] pkcs8 =
                java.util.Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        var message = new ByteArrayOutputStream();
        message.writeBytes((statement + "\0").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        message.writeBytes(logId().toArray());
        for (byte[] part : parts) message.writeBytes(part);
        return MlDsa.ML_DSA_87.sign(MlDsa.ML_DSA_87.privateKey(pkcs8), message.toByteArray());
    }

    /// The root opens the next epoch without the key of this one.
    Forge replace(int epoch) throws Exception {
        keys.add(EpochKey.generate());
        byte[] endorsement =
                byRoot(
                        "redoubt/epoch-replaced/v1",
                        ByteBuffer.allocate(8).putLong(epoch).array(),
                        key().publicKey().toArray(),
                        key().notePublicKey().toArray(),
                        ByteBuffer.allocate(8).putLong(next()).array(),
                        Hashes.sha256(entries.getLast()));
        var opened =
                new Event.EpochOpened(
                        epoch, key().publicKey(), key().notePublicKey(), 0, Bytes.of(endorsement));
        return add(opened, entry -> withEpoch(entry, epoch));
    }

    /// Puts a file into what the auditor believes.
    void trust(String name, String content) throws IOException {
        Path file = trust().resolve(name);
        Files.createDirectories(file.resolve(".."));
        Files.writeString(file, content);
    }

    /// INTENT, OUTPUT and SEAL as they should be.
    Forge inference(String request) throws GeneralSecurityException {
        long intent = next();
        add(intent(request));
        add(output(request), intent);
        return add(seal(request), intent + 1);
    }

    static Event.Intent intent(String request) {
        return new Event.Intent(
                request, "/v1", "tiny", ZEROS, 1, java.util.Map.of("seed", "7", "n", "ü"), ZEROS);
    }

    static Event.Output output(String request) {
        return new Event.Output(request, "urn:c2pa:1", ZEROS, ZEROS, 1, 2, "stop");
    }

    static Event.ToolCalled toolCalled(String request) {
        return new Event.ToolCalled(request, "call-1", "weather", ZEROS);
    }

    static Event.ToolAnswered toolAnswered(String request) {
        return new Event.ToolAnswered(request, "call-0", "", ZEROS);
    }

    static Event.Seal seal(String request) {
        return new Event.Seal(request, "text", "urn:c2pa:1", ZEROS, ZEROS, ZEROS, ZEROS);
    }

    MerkleTree tree() {
        MerkleTree tree = new MerkleTree();
        entries.forEach(cose -> tree.append(Merkle.leafHash(cose)));
        return tree;
    }

    Checkpoint checkpoint(long size, Bytes treeRoot) throws GeneralSecurityException {
        return Checkpoint.sign(
                logId(),
                size,
                treeRoot,
                key().privateKey(),
                key().publicKey(),
                key().notePrivateKey(),
                key().notePublicKey(),
                Instant.EPOCH);
    }

    Checkpoint checkpoint() throws GeneralSecurityException {
        return checkpoint(entries.size(), tree().root());
    }

    Forge write() throws IOException, GeneralSecurityException {
        return write(checkpoint());
    }

    Forge write(Checkpoint checkpoint) throws IOException {
        return write(folder(), checkpoint);
    }

    Forge write(Path folder, Checkpoint checkpoint) throws IOException {
        Files.createDirectories(folder);
        var segment = new ByteArrayOutputStream();
        segment.writeBytes(SegmentFile.MAGIC);
        segment.writeBytes(ByteBuffer.allocate(8).putLong(0).array());
        for (byte[] cose : entries) segment.writeBytes(SegmentFile.frame(cose, false).array());
        Files.write(SegmentFile.name(folder, 0), segment.toByteArray());
        Files.writeString(folder.resolve("checkpoint"), checkpoint.note());
        return this;
    }

    byte[] proof(long... sequences) throws GeneralSecurityException {
        MerkleTree tree = tree();
        List<ProofFile.Item> items = new ArrayList<>();
        for (long s : sequences) {
            items.add(
                    new ProofFile.Item(
                            s, Bytes.of(entries.get((int) s)), tree.inclusion(s, tree.size())));
        }
        return new ProofFile(logId(), checkpoint(), items).encode();
    }
}
