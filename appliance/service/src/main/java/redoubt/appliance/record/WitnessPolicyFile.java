package redoubt.appliance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.WitnessPolicy;

/// The site's witness policy on disk, which is replaced exactly if the record says so, whatever
/// ends the process between the two: the new text lies beside first, then it is recorded, then it
/// takes its place. Guarded by its owner.
final class WitnessPolicyFile {
    private static final Pattern NEXT = Pattern.compile("witness-policy-([0-9]{16})\\.new");

    private final SiteRecord record;
    private final Path folder;
    private final Path file;

    WitnessPolicyFile(SiteRecord record, Path recordFolder, Path trust) {
        this.record = record;
        this.folder = recordFolder.resolve("witnessed");
        this.file = trust.resolve(WitnessPolicy.FILE);
    }

    private static Event changed(byte[] text) {
        return new Event.PolicyChanged("witnesses", Bytes.of(Secrets.sha256(text)));
    }

    void replace(byte[] text, Principal principal) throws IOException {
        Durable.folder(folder);
        Path next = folder.resolve("witness-policy-%016d.new".formatted(record.size()));
        Durable.write(next, text);
        boolean noted = false;
        try {
            record.note(changed(text), principal);
            noted = true;
        } finally {
            if (!noted) Durable.remove(next);
        }
        Durable.write(file, text);
        Durable.remove(next);
    }

    /// Ends what a process that was ended had begun.
    void settle() throws IOException {
        if (!Files.isDirectory(folder)) return;
        List<Path> begun;
        try (var files = Files.list(folder)) {
            begun = files.sorted().toList();
        }
        for (Path next : begun) {
            Matcher name = NEXT.matcher(String.valueOf(next.getFileName()));
            if (!name.matches()) continue;
            byte[] text = Files.readAllBytes(next);
            if (record.holds(changed(text), Long.parseLong(name.group(1))))
                Durable.write(file, text);
            Durable.remove(next);
        }
    }
}
