package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Carries the private half of the record root from the host to media. The order is: every copy is
/// written, read back and tried; the record says so, durably; then the host's file is overwritten
/// and removed. Whatever ends it in between, doing it again with the same media and passphrase goes
/// on where it stopped: nothing is removed before all copies were opened. One thread. Source:
/// docs/ceremonies.md.
public final class RootCarrying {
    /// What has been done so far.
    public enum Step {
        COPIED,
        NOTED,
        OVERWRITTEN,
        REMOVED
    }

    /// Notes the act in the record, durably.
    public interface Ledger {
        void note(Event.Ceremony ceremony) throws IOException;
    }

    private final Path keys;
    private final Bytes publicKey;
    private final Ledger ledger;
    private final Consumer<Step> progress;

    /// @param keys `HOME/keys`
    /// @param trust `HOME/trust`
    public RootCarrying(Path keys, Path trust, Ledger ledger, Consumer<Step> progress)
            throws IOException {
        this.keys = keys;
        this.publicKey = RecordTrust.read(trust).rootPublicKey();
        this.ledger = ledger;
        this.progress = progress;
    }

    /// @param media where the media are mounted, each one another medium
    /// @param keeps whether the host's file stays for now
    public List<RootCopy> carry(List<Path> media, char[] passphrase, boolean keeps)
            throws IOException {
        requireDifferent(media);
        if (!RootOnHost.isThere(keys))
            throw new RootRefusedException(
                    "The private half of the record root (%s) does not lie on this host. There is nothing to carry; the media that have it can be copied among themselves."
                            .formatted(RecordRoot.name(publicKey)));
        var root = onHost();
        var copies = new ArrayList<RootCopy>();
        for (var medium : media) {
            copies.add(
                    root == null
                            ? RootCopy.verify(medium, publicKey, passphrase)
                            : RootCopy.write(medium, root, passphrase));
            progress.accept(Step.COPIED);
        }
        ledger.note(new Event.Ceremony(keeps ? "root-copied" : "root-carried-away", said(copies)));
        progress.accept(Step.NOTED);
        if (!keeps) {
            RootOnHost.overwrite(keys);
            progress.accept(Step.OVERWRITTEN);
            RootOnHost.remove(keys);
            progress.accept(Step.REMOVED);
        }
        return List.copyOf(copies);
    }

    /// Nothing where the file holds no key any more: an earlier carrying ended after it had
    /// overwritten it, and the copies must prove themselves.
    private @Nullable RecordRoot onHost() throws IOException {
        try {
            return RootOnHost.read(keys, publicKey);
        } catch (GeneralSecurityException | RootRefusedException unusable) {
            return null;
        }
    }

    private static void requireDifferent(List<Path> media) throws IOException {
        if (media.isEmpty()) throw new IllegalArgumentException("no medium");
        var seen = new HashSet<Path>();
        for (var medium : media) {
            MediaFile.requireFolder(medium);
            if (!seen.add(medium.toRealPath()))
                throw new RootRefusedException(
                        "%s was named twice. A second copy belongs on a second medium, which can be kept in another place."
                                .formatted(medium));
        }
    }

    private String said(List<RootCopy> copies) {
        return "root %s, %d copies under a passphrase, read back and tried; SHA-256 of the key files: %s"
                .formatted(
                        RecordRoot.name(publicKey),
                        copies.size(),
                        copies.stream()
                                .map(copy -> copy.sha256().hex())
                                .collect(Collectors.joining(", ")));
    }
}
