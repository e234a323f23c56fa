package redoubt.provenance.record;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What tests of witnesses begin with: a forged record of two epochs with two inferences, and an
/// auditor who trusts two of three witnesses.
abstract class Witnessed {
    @TempDir Path home;
    @TempDir Path elsewhere;
    Forge forge;
    Auditor auditor;

    @BeforeEach
    void begin() throws Exception {
        forge = new Forge(home);
        forge.add(new Event.SignedIn()).inference("r1").turn().inference("r2");
        auditor = new Auditor(forge);
    }

    RecordTrust trust() throws Exception {
        return auditor.trust();
    }

    RecordReport verify(RecordVerifier.KeptProof... proofs) throws Exception {
        return auditor.verify(proofs);
    }

    void keep(Checkpoint note) throws Exception {
        auditor.keep(note);
    }

    void bring(String name, Checkpoint note) throws Exception {
        auditor.bring(name, note);
    }
}
