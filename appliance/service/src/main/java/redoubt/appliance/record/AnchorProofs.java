package redoubt.appliance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.anchor.Anchor;
import redoubt.provenance.anchor.AnchorFile;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;

/// The proofs of anchors on disk, each of which is there exactly if the record says so, whatever
/// ends the process between the two: the proof lies beside first, then it is recorded, then it
/// takes its place. Guarded by its owner.
final class AnchorProofs {
    // Before which entry it was brought, the size that it is about, and its kind.
    private static final Pattern NEXT = Pattern.compile("([0-9]{16})-([0-9]{16})-([a-z]{3})\\.new");

    private final SiteRecord record;
    private final Path recordFolder;
    private final Path folder;

    AnchorProofs(SiteRecord record, Path recordFolder) {
        this.record = record;
        this.recordFolder = recordFolder;
        this.folder = AnchorFile.folder(recordFolder);
    }

    private Event anchored(Anchor anchor, long size, byte[] proof) {
        return new Event.Anchored(
                anchor.kind(), size, record.prover().root(size), Bytes.of(Secrets.sha256(proof)));
    }

    void keep(AnchorFile file, byte[] proof, Principal principal) throws IOException {
        Durable.folder(folder);
        Path next =
                folder.resolve(
                        "%016d-%016d-%s.new"
                                .formatted(record.size(), file.size(), file.anchor().suffix()));
        Durable.write(next, proof);
        boolean noted = false;
        try {
            record.note(anchored(file.anchor(), file.size(), proof), principal);
            noted = true;
        } finally {
            if (!noted) Durable.remove(next);
        }
        Durable.write(file.path(), proof);
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
            long from = Long.parseLong(name.group(1));
            long size = Long.parseLong(name.group(2));
            Optional<Anchor> anchor = Anchor.named(name.group(3));
            byte[] proof = Files.readAllBytes(next);
            if (anchor.isPresent()
                    && size <= record.size()
                    && record.holds(anchored(anchor.get(), size, proof), from))
                Durable.write(AnchorFile.of(recordFolder, size, anchor.get()).path(), proof);
            Durable.remove(next);
        }
    }
}
