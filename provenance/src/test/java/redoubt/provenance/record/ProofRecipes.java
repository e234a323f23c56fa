package redoubt.provenance.record;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The folders of the corpus that hold a proof.
final class ProofRecipes {
    static final Map<String, AttackRecipe> ALL =
            Map.of(
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
