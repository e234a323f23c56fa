package redoubt.provenance.evidence;

import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.provenance.record.Refusal;

/// The names that a file of a package can have; all others are refused. Stateless. Source:
/// docs/audit-record.md section 11.1.
final class PackageNames {
    static final String MANIFEST = "manifest.json";
    static final String RANGE = "range.json";
    static final String CHECKPOINT = "checkpoint";
    static final String POLICY = "policy.txt";
    static final String ROOT = "root.pem";
    static final String SPECIFICATION = "SPEC.md";
    static final String VERIFIER = "verify.py";
    static final Set<String> ALWAYS =
            Set.of(MANIFEST, RANGE, CHECKPOINT, POLICY, ROOT, SPECIFICATION, VERIFIER);
    static final Set<String> FOLDERS =
            Set.of(
                    "anchors",
                    "checkpoints",
                    "epochs",
                    "entries",
                    "proofs",
                    "outputs",
                    "disclosures");
    static final int NAME_BYTES_MAX = 64;
    private static final Pattern NUMBERED =
            Pattern.compile(
                    "(anchors/([0-9]{16})\\.(checkpoint|consistency|ots|tsr)"
                            + "|checkpoints/([0-9]{16})\\.(note|consistency)"
                            + "|epochs/([0-9]{16})\\.cose"
                            + "|entries/([0-9]{16})\\.(cose|json|tbs|sig)"
                            + "|proofs/([0-9]{16})\\.tlog-proof"
                            + "|outputs/([0-9]{16})\\.(c2pa|txt)"
                            + "|disclosures/([0-9]{16})\\.(input|input\\.key|output\\.key|tool|tool\\.key))");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{16}");

    private PackageNames() {}

    static String of(String folder, long number, String ending) {
        return "%s/%016d.%s".formatted(folder, number, ending);
    }

    /// The number in a name of `folder` with this ending; empty for every other name.
    static OptionalLong number(String name, String folder, String ending) {
        if (!name.startsWith(folder + "/") || !name.endsWith("." + ending))
            return OptionalLong.empty();
        String digits = name.substring(folder.length() + 1, name.length() - ending.length() - 1);
        return DIGITS.matcher(digits).matches()
                ? OptionalLong.of(Long.parseLong(digits))
                : OptionalLong.empty();
    }

    static void require(String name) throws Refusal {
        Matcher numbered = NUMBERED.matcher(name);
        if (!ALWAYS.contains(name) && !numbered.matches())
            throw new Refusal(
                    "files",
                    "There is a file that no package has: \""
                            + shown(name)
                            + "\". A package is refused whole when anything is in it that nobody"
                            + " would look at.");
    }

    /// A name from outside, so that it can be printed.
    static String shown(String name) {
        String plain = name.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() > 80 ? plain.substring(0, 80) + "..." : plain;
    }
}
