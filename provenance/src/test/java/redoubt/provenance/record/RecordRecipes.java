package redoubt.provenance.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import redoubt.provenance.anchor.AnchorChecks;
import redoubt.provenance.anchor.OtsProof;

/// The folders of the corpus in which entries were changed, left out, or put in.
final class RecordRecipes {
    static final Map<String, AttackRecipe> ALL =
            Map.ofEntries(
                    Map.entry("honest", AttackRecipe.of(forge -> {})),
                    Map.entry("edit-an-entry", AttackRecipe.of(RecordRecipes::editAnEntry)),
                    Map.entry(
                            "edit-a-segment-and-rebuild-the-index",
                            AttackRecipe.of(RecordRecipes::editAndChain)),
                    Map.entry("cut-the-tail", folder -> cutTheTail(folder, true)),
                    Map.entry(
                            "cut-the-tail-and-the-checkpoint", folder -> cutTheTail(folder, false)),
                    Map.entry("roll-the-disk-back", RecordRecipes::rollBack),
                    Map.entry("a-tail-that-takes-for-ever", RecordRecipes::longTail),
                    Map.entry("start-again-with-another-root", folder -> startAgain(folder, false)),
                    Map.entry("start-again-with-the-same-root", folder -> startAgain(folder, true)),
                    Map.entry("two-histories", RecordRecipes::twoHistories),
                    Map.entry(
                            "the-wall-clock-set-back",
                            AttackRecipe.of(forge ->
                                    forge.add(
                                            new Event.SignedOut(),
                                            entry -> Forge.withWallClock(entry, 999_999)))),
                    Map.entry(
                            "the-monotonic-clock-set-back",
                            AttackRecipe.of(forge ->
                                    forge.add(
                                            new Event.SignedOut(),
                                            entry -> Forge.withMonotonic(entry, 1)))),
                    Map.entry(
                            "suppress-an-intent",
                            AttackRecipe.of(forge -> forge.add(Forge.output("r3"), 2))),
                    Map.entry(
                            "an-intent-without-a-seal",
                            AttackRecipe.of(forge -> {
                                long intent = forge.next();
                                forge.add(Forge.intent("r3")).add(Forge.output("r3"), intent);
                            })),
                    Map.entry(
                            "a-sealed-answer-is-called-aborted",
                            AttackRecipe.of(forge ->
                                    forge.add(new Event.Aborted("r2", "no"), forge.next() - 3))),
                    Map.entry(
                            "a-tool-called-after-the-seal",
                            AttackRecipe.of(
                                    forge -> forge.add(Forge.toolCalled("r2"), forge.next() - 2))),
                    Map.entry("an-entry-of-another-appliance", RecordRecipes::ofAnother),
                    Map.entry("an-anchor-that-leads-elsewhere", RecordRecipes::anchoredElsewhere),
                    Map.entry(
                            "another-algorithm-in-the-header",
                            AttackRecipe.of(forge -> forge.entries.get(4)[6] = 0x2f)),
                    Map.entry(
                            "a-key-id-in-the-header",
                            AttackRecipe.of(forge ->
                                    forge.entries.set(
                                            4,
                                            Mutations.replaced(
                                                    forge.entries.get(4),
                                                    7,
                                                    8,
                                                    new byte[] {(byte) 0xa1, 4, 0x41, 0})))),
                    Map.entry(
                            "a-map-key-twice",
                            AttackRecipe.of(forge -> encoded(forge, 0, 1, 0xad, 0x01, 0x01))),
                    Map.entry(
                            "a-number-longer-than-it-needs-to-be",
                            AttackRecipe.of(forge -> encoded(forge, 2, 1, 0x18, 0x01))),
                    Map.entry(
                            "a-map-of-indefinite-length",
                            AttackRecipe.of(RecordRecipes::indefinite)),
                    Map.entry("map-keys-out-of-order", AttackRecipe.of(RecordRecipes::outOfOrder)));

    private RecordRecipes() {}

    private static void editAnEntry(Forge forge) {
        renamePerson(forge.entries.get(2));
    }

    /// `p-1` becomes `q-1`.
    private static void renamePerson(byte[] entry) {
        byte[] name = "p-1".getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at + 3 < entry.length; at++) {
            if (Arrays.equals(entry, at, at + 3, name, 0, 3)) {
                entry[at] = 'q';
                return;
            }
        }
        throw new AssertionError("the entry names nobody");
    }

    private static void editAndChain(Forge forge) throws Exception {
        renamePerson(forge.entries.get(2));
        for (int i = 3; i < forge.entries.size(); i++) {
            byte[] before = Hashes.sha256(forge.entries.get(i - 1));
            CoseSign1 old = CoseSign1.decode(forge.entries.get(i));
            Entry entry = Forge.withPrevious(Entry.decode(old.payload().toArray()), before);
            forge.entries.set(i, new CoseSign1(Bytes.of(entry.encode()), old.signature()).encode());
        }
    }

    private static void anchoredElsewhere(Path folder) throws Exception {
        Forge forge = AttackRecipe.honest(folder).write();
        byte[] digest = AnchorChecks.digest(forge.checkpoint().text()).toArray();
        OtsProof proof = OtsProof.of(digest).hash();
        Path anchors = Files.createDirectories(forge.folder().resolve("anchors"));
        Files.write(
                anchors.resolve("%016d.ots".formatted(forge.next())), proof.bitcoin(5).toArray());
        forge.trust("bitcoin-headers/some", "5 " + OtsProof.header(digest, 1_700_000_000) + "\n");
        AttackCorpusTest.forget(folder);
    }

    private static void cutTheTail(Path folder, boolean leavesCheckpoint) throws Exception {
        Forge forge = AttackRecipe.honest(folder);
        Checkpoint whole = forge.checkpoint();
        forge.entries.removeLast();
        forge.write(whole);
        if (!leavesCheckpoint) Files.delete(forge.folder().resolve("checkpoint"));
        AttackCorpusTest.forget(folder);
    }

    private static void rollBack(Path folder) throws Exception {
        Forge forge = AttackRecipe.honest(folder);
        forge.write();
        forge.add(new Event.SignedOut());
        forge.trust("checkpoints/later", forge.checkpoint().note());
        AttackCorpusTest.forget(folder);
    }

    /// A torn frame, and behind it many places where a long entry might begin.
    private static void longTail(Path folder) throws Exception {
        Forge forge = AttackRecipe.honest(folder).write();
        int length = SegmentFile.ENTRY_BYTES_MAX;
        ByteBuffer tail = ByteBuffer.allocate(length + 512).putInt(0);
        for (int i = 0; i < 20; i++) tail.putInt(length).put(StoredEntry.HEAD);
        Files.write(SegmentFile.name(forge.folder(), 0), tail.array(), StandardOpenOption.APPEND);
        AttackCorpusTest.forget(folder);
    }

    private static void startAgain(Path folder, boolean hasTheRoot) throws Exception {
        Forge first = AttackRecipe.honest(folder);
        Path elsewhere = folder.resolve("keys/again");
        Forge again = hasTheRoot ? new Forge(elsewhere, first) : new Forge(elsewhere);
        again.add(new Event.SignedIn());
        again.write(first.folder(), again.checkpoint());
        AttackCorpusTest.forget(folder);
    }

    private static void twoHistories(Path folder) throws Exception {
        Forge forge = AttackRecipe.honest(folder);
        forge.add(new Event.SignedIn());
        forge.trust("checkpoints/of-another-auditor", forge.checkpoint().note());
        forge.entries.removeLast();
        forge.add(new Event.SignedOut()).write();
        AttackCorpusTest.forget(folder);
    }

    private static void ofAnother(Path folder) throws Exception {
        Forge forge = AttackRecipe.honest(folder);
        Forge other = AttackRecipe.honest(folder.resolve("keys/other"));
        forge.entries.set(2, other.entries.get(2));
        forge.write();
        AttackCorpusTest.forget(folder);
    }

    /// Adds an entry whose payload has some bytes replaced.
    private static void encoded(Forge forge, int at, int taken, int... bytes) throws Exception {
        byte[] by = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) by[i] = (byte) bytes[i];
        byte[] old = forge.entry(new Event.SignedIn()).encode();
        forge.addPayload(Mutations.replaced(old, at, at + taken, by), forge.key());
    }

    private static void indefinite(Forge forge) throws Exception {
        byte[] old = forge.entry(new Event.SignedIn()).encode();
        byte[] made = Arrays.copyOf(old, old.length + 1);
        made[0] = (byte) 0xbf;
        made[old.length] = (byte) 0xff;
        forge.addPayload(made, forge.key());
    }

    private static void outOfOrder(Forge forge) throws Exception {
        byte[] old = forge.entry(new Event.SignedIn()).encode();
        // 12: 32 bytes behind three of head, then 13: {}.
        int at = old.length - 2 - 35;
        if (old[at] != 12 || old[at + 35] != 13) throw new AssertionError("another payload");
        byte[] made = Mutations.replaced(old, at, at + 35, new byte[0]);
        made =
                Mutations.replaced(
                        made, made.length, made.length, Arrays.copyOfRange(old, at, at + 35));
        forge.addPayload(made, forge.key());
    }
}
