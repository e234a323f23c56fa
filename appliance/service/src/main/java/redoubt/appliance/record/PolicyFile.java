package redoubt.appliance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// A rule that the site lives by, as a file that is replaced exactly if the record says so
/// (POLICY_CHANGED), whatever ends the process between the two: the new text lies beside first,
/// then it is recorded, then it takes its place. Guarded by its owner.
public final class PolicyFile {
    private final Ledger ledger;
    private final String policy;
    private final Path file;
    private final Pattern next;

    /// @param policy as the record names it
    public PolicyFile(Ledger ledger, String policy, Path file) {
        this.ledger = ledger;
        this.policy = policy;
        this.file = file;
        this.next = Pattern.compile(Pattern.quote(policy) + "-([0-9]{16})\\.next");
    }

    private Event changed(byte[] text) {
        return new Event.PolicyChanged(policy, Bytes.of(Secrets.sha256(text)));
    }

    /// @throws RecordException when it cannot be recorded; then the old one stays
    public void replace(byte[] text, Actor by) throws IOException {
        settle();
        Path prepared = file.resolveSibling("%s-%016d.next".formatted(policy, ledger.size()));
        Durable.write(prepared, text);
        try {
            ledger.note(changed(text), by);
        } catch (RecordException closed) {
            Durable.remove(prepared);
            throw closed;
        }
        Durable.write(file, text);
        Durable.remove(prepared);
    }

    /// Ends what a process that was ended, or a disk that was full, had begun.
    public void settle() throws IOException {
        List<Path> begun;
        try (var files = Files.list(file.resolveSibling("."))) {
            begun = files.sorted().toList();
        }
        for (Path prepared : begun) {
            Matcher name = next.matcher(String.valueOf(prepared.getFileName()));
            if (!name.matches()) continue;
            byte[] text = Files.readAllBytes(prepared);
            if (ledger.holds(changed(text), Long.parseLong(name.group(1))))
                Durable.write(file, text);
            Durable.remove(prepared);
        }
    }
}
