package redoubt.provenance.record;

import java.nio.file.Path;

/// How one folder of the corpus is made.
@FunctionalInterface
public interface AttackRecipe {
    /// Writes `record/` or `answer.proof`, and `trust/`, into the folder.
    void make(Path folder) throws Exception;

    /// A step that changes a record before it is written.
    @FunctionalInterface
    interface Step {
        void take(Forge forge) throws Exception;
    }

    /// The record that most attacks start from: a sign-in and an inference in epoch 1, an inference
    /// in epoch 2.
    static Forge honest(Path folder) throws Exception {
        Forge forge = new Forge(folder);
        return forge.add(new Event.SignedIn()).inference("r1").turn().inference("r2");
    }

    /// Changes the honest record and writes it with a checkpoint that fits.
    static AttackRecipe of(Step step) {
        return folder -> {
            Forge forge = honest(folder);
            step.take(forge);
            forge.write();
            AttackCorpusTest.forget(folder);
        };
    }
}
