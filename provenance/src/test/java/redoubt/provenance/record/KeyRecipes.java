package redoubt.provenance.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import redoubt.provenance.cbor.CborWriter;

/// The folders of the corpus that are about keys: of epochs, of the record root, of witnesses.
final class KeyRecipes {
    private static final String WITNESSES = "record/witnessed";

    static final Map<String, AttackRecipe> ALL =
            Map.ofEntries(
                    Map.entry(
                            "reseal-history-with-todays-key",
                            AttackRecipe.of(KeyRecipes::resealHistory)),
                    Map.entry(
                            "skip-an-empty-epoch",
                            AttackRecipe.of(
                                    forge -> forge.add(new Event.EpochClosed(2, "test")).open(4))),
                    Map.entry("a-first-epoch-of-another-log", KeyRecipes::firstOfAnother),
                    Map.entry(
                            "an-epoch-of-another-log",
                            AttackRecipe.of(KeyRecipes::openedInAnother)),
                    Map.entry(
                            "a-stolen-key-after-its-close",
                            AttackRecipe.of(forge -> {
                                Entry late = Forge.withEpoch(forge.entry(new Event.SignedIn()), 1);
                                forge.addPayload(late.encode(), forge.keys.getFirst());
                            })),
                    Map.entry(
                            "a-stolen-key-that-was-revoked",
                            AttackRecipe.of(forge -> bringRevocation(forge, "stolen"))),
                    Map.entry(
                            "text-that-would-take-over-a-terminal",
                            AttackRecipe.of(forge ->
                                    bringRevocation(
                                            forge,
                                            "it cannot hide\u001b[2J\u001b[H\nVALID\n\u202ecba"))),
                    Map.entry(
                            "a-stolen-key-that-the-record-revokes",
                            AttackRecipe.of(KeyRecipes::revokedInside)),
                    Map.entry(
                            "a-replaced-key-that-its-thief-opened",
                            AttackRecipe.of(KeyRecipes::openedByAThief)),
                    Map.entry("honest-and-witnessed", folder -> seen(folder, 1, 2)),
                    Map.entry("a-witness-short-of-the-quorum", folder -> seen(folder, 1, 1)),
                    Map.entry("a-witness-that-nobody-named", folder -> seen(folder, 4, 5, 6)),
                    Map.entry("a-stranger-in-a-witnesss-name", KeyRecipes::inAnothersName),
                    Map.entry("a-witness-saw-another-history", KeyRecipes::sawAnother));

    private KeyRecipes() {}

    private static void firstOfAnother(Path folder) throws Exception {
        Forge forge = new Forge(folder);
        Entry old = Entry.decode(CoseSign1.decode(forge.entries.removeLast()).payload().toArray());
        forge.add(old.event(), entry -> Forge.withLogId(entry, Forge.ZEROS)).write();
        AttackCorpusTest.forget(folder);
    }

    private static void openedInAnother(Forge forge) throws Exception {
        EpochKey outgoing = forge.add(new Event.EpochClosed(2, "test")).key();
        forge.keys.add(EpochKey.generate());
        Bytes endorsement = outgoing.endorse(forge.logId(), 3, forge.key());
        forge.add(forge.opened(3, endorsement), entry -> Forge.withLogId(entry, Forge.ZEROS));
    }

    private static void resealHistory(Forge forge) throws Exception {
        EpochKey today = forge.key();
        for (int i = 2; i < forge.entries.size(); i++) {
            Entry old = Entry.decode(CoseSign1.decode(forge.entries.get(i)).payload().toArray());
            Entry entry =
                    Forge.withEpoch(
                            Forge.withPrevious(old, Hashes.sha256(forge.entries.get(i - 1))), 2);
            forge.entries.set(i, today.sign(entry.encode()).encode());
        }
    }

    private static byte[] revoked(Forge forge, long epoch, long from, String reason)
            throws Exception {
        byte[] why = Hashes.sha256(reason.getBytes(StandardCharsets.UTF_8));
        return forge.byRoot(
                "redoubt/epoch-revoked/v1",
                ByteBuffer.allocate(16).putLong(epoch).putLong(from).array(),
                why);
    }

    /// The file of section 6.1.
    static byte[] revocation(Forge forge, long epoch, long from, String reason) throws Exception {
        return new CborWriter()
                .map(6)
                .uint(1)
                .text("redoubt-revocation/1")
                .uint(2)
                .bytes(forge.logId().toArray())
                .uint(3)
                .uint(epoch)
                .uint(4)
                .uint(from)
                .uint(5)
                .text(reason)
                .uint(6)
                .bytes(revoked(forge, epoch, from, reason))
                .toByteArray();
    }

    private static void bringRevocation(Forge forge, String reason) throws Exception {
        Path folder = Files.createDirectories(forge.trust().resolve("revocations"));
        Files.write(folder.resolve("epoch.revocation"), revocation(forge, 2, 8, reason));
    }

    private static void revokedInside(Forge forge) throws Exception {
        forge.replace(3);
        forge.add(new Event.EpochRevoked(2, 8, "stolen", Bytes.of(revoked(forge, 2, 8, "stolen"))));
    }

    private static void openedByAThief(Forge forge) throws Exception {
        EpochKey stolen = forge.key();
        forge.keys.add(EpochKey.generate());
        Bytes endorsement = stolen.endorse(forge.logId(), 3, forge.key());
        var opened =
                new Event.EpochOpened(
                        3, forge.key().publicKey(), forge.key().notePublicKey(), 0, endorsement);
        forge.add(opened, entry -> Forge.withEpoch(entry, 3));
    }

    private static WitnessKey witness(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        return WitnessKey.ofSeed("witness.example/" + number, seed);
    }

    private static void policy(Forge forge) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 3; i++)
            text.append("witness w%d %s\n".formatted(i, witness(i).witness().vkey()));
        forge.trust(WitnessPolicy.FILE, text + "group two 2 w1 w2 w3\nquorum two\n");
    }

    /// The honest record with lines of these witnesses under its checkpoint.
    private static void seen(Path folder, int... numbers) throws Exception {
        Forge forge = AttackRecipe.honest(folder);
        policy(forge);
        Checkpoint note = forge.checkpoint();
        long at = 1_790_000_000;
        StringBuilder text = new StringBuilder(note.note());
        for (int number : numbers) text.append(witness(number).cosign(note, at++).text());
        forge.write(Checkpoint.parse(text.toString().getBytes(StandardCharsets.UTF_8)));
        if (numbers[0] > 3)
            Files.writeString(
                    forge.folder().resolve(WitnessPolicy.FILE),
                    "witness w " + witness(numbers[0]).witness().vkey() + "\nquorum w\n");
        AttackCorpusTest.forget(folder);
    }

    private static void inAnothersName(Path folder) throws Exception {
        Forge forge = AttackRecipe.honest(folder);
        policy(forge);
        Checkpoint note = forge.checkpoint();
        WitnessKey named = witness(3);
        byte[] seed = new byte[32];
        seed[0] = 9;
        Cosignature by = WitnessKey.ofSeed(named.witness().name(), seed).cosign(note, 1);
        Cosignature stranger =
                new Cosignature(by.name(), named.witness().keyId(), by.atSeconds(), by.signature());
        String text = note.note() + stranger.text();
        for (int i = 1; i <= 2; i++) text += witness(i).cosign(note, 2).text();
        forge.write(Checkpoint.parse(text.getBytes(StandardCharsets.UTF_8)));
        AttackCorpusTest.forget(folder);
    }

    private static void sawAnother(Path folder) throws Exception {
        Forge forge = AttackRecipe.honest(folder);
        policy(forge);
        forge.add(new Event.SignedIn());
        Checkpoint seen = forge.checkpoint();
        String text = seen.note();
        for (int i = 1; i <= 2; i++) text += witness(i).cosign(seen, 2).text();
        forge.entries.removeLast();
        forge.add(new Event.SignedOut()).write();
        Path witnessed = Files.createDirectories(folder.resolve(WITNESSES));
        Files.writeString(witnessed.resolve("%016d.note".formatted(seen.size())), text);
        AttackCorpusTest.forget(folder);
    }
}
