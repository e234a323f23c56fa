package redoubt.provenance.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import redoubt.provenance.record.PythonVerifier;
import redoubt.provenance.record.Verdict;

/// `verify.py` over the same packages, where a Python for it can be had.
final class SecondVerifier {
    private SecondVerifier() {}

    static void agrees(Path place, Path trust, Verdict verdict) throws Exception {
        if (!PythonVerifier.isPresent()) return;
        var said = PythonVerifier.run("package", place, trust);
        assertEquals(verdict.exitStatus(), said.status(), said.text());
        assertTrue(
                said.text().contains(verdict.label() + ":")
                        || said.text().contains(verdict.label() + "\n"),
                said.text());
    }
}
