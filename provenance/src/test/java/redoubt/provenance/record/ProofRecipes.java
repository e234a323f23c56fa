package redoubt.provenance.record;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/// The folders of the corpus that hold a proof.
final class ProofRecipes {
    static final Map<String, AttackRecipe> ALL =
            Map.of(
                    "an-entry-behind-a-close-in-a-proof",
                    made(
                            forge ->
                                    forge.add(new Event.EpochClosed(2, "test"))
                                            .add(new Event.SignedIn()),
                            11,
                            12),
                    "an-entry-far-behind-a-close-in-a-proof",
                    made(
                            forge ->
                                    forge.add(new Event.EpochClosed(2, "test"))
                                            .add(new Event.SignedIn())
                                            .add(new Event.SignedIn()),
                            11,
                            13),
                    "an-epoch-without-a-close-in-a-proof",
                    made(forge -> forge.open(3), 10, 11),
                    "a-second-genesis-in-a-proof",
                    made(
                            forge ->
                                    forge.add(
                                            new Event.Genesis(
                                                    "site", forge.root.publicKey(), "again")),
                            11),
                    "a-node-as-a-leaf",
                    changed(items -> {
                        var four = items.get(3);
                        var path = four.path().subList(1, four.path().size());
                        items.set(3, new ProofFile.Item(4, four.cose(), path));
                    }),
                    "an-entry-in-the-place-of-another",
                    changed(items ->
                            items.set(
                                    4,
                                    new ProofFile.Item(
                                            5, items.get(3).cose(), items.get(4).path()))),
                    "an-epoch-left-out-of-a-proof",
                    changed(List::removeLast));

    private ProofRecipes() {}

    /// A proof of entries of a record that somebody with the site's keys wrote.
    private static AttackRecipe made(AttackRecipe.Step step, long... asked) {
        return folder -> {
            Forge forge = AttackRecipe.honest(folder);
            step.take(forge);
            long[] all = LongStream.concat(LongStream.of(0, 1, 7), LongStream.of(asked)).toArray();
            Files.write(folder.resolve("answer.proof"), forge.proof(all));
            AttackCorpusTest.forget(folder);
        };
    }

    private static AttackRecipe changed(Consumer<List<ProofFile.Item>> change) {
        return folder -> write(folder, change);
    }

    private static void write(Path folder, Consumer<List<ProofFile.Item>> change) throws Exception {
        Forge forge = AttackRecipe.honest(folder);
        ProofFile proof = ProofFile.decode(forge.proof(0, 1, 3, 4, 5, 7));
        var items = new ArrayList<>(proof.items());
        change.accept(items);
        Files.write(
                folder.resolve("answer.proof"),
                new ProofFile(proof.logId(), proof.checkpoint(), items).encode());
        AttackCorpusTest.forget(folder);
    }
}
