package redoubt.appliance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import redoubt.appliance.Policy;
import redoubt.appliance.Version;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.HomeLock;
import redoubt.appliance.site.HomeUse;
import redoubt.appliance.site.Installation;
import redoubt.appliance.site.ShellWord;
import redoubt.appliance.site.Site;
import redoubt.appliance.site.SiteException;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordSettings;
import redoubt.provenance.record.RootInstallation;
import redoubt.provenance.record.RootMedia;
import redoubt.provenance.record.RootRefusedException;
import redoubt.provenance.record.RootReplacement;
import redoubt.provenance.record.RootVisit;

/// The home of an appliance that does not run, held by its lock while the console works on the
/// record in it.
final class StoppedHome implements AutoCloseable {
    private static final Actor CONSOLE =
            new Actor("console", "console", "", List.of("administrator"));

    private final Home home;
    private final HomeLock lock;

    private StoppedHome(Home home, HomeLock lock) {
        this.home = home;
        this.lock = lock;
    }

    /// @param use a home that does not exist yet can only be begun
    static StoppedHome take(Path root, HomeUse use) throws ConsoleClient.FailedException {
        if (use != HomeUse.BEGIN_UNDER_ROOT && !Files.exists(root.resolve("record")))
            throw new ConsoleClient.FailedException(
                    "There is no Redoubt home at %s. Give the right --home.".formatted(root));
        try {
            Home home = Home.open(root);
            return new StoppedHome(home, HomeLock.take(root, use));
        } catch (SiteException refused) {
            throw new ConsoleClient.FailedException(
                    refused.exitCode() == SiteException.LOCKED
                            ? "The appliance runs. This is done while it is stopped: redoubt stop --home %s."
                                    .formatted(ShellWord.of(root))
                            : String.valueOf(refused.getMessage()));
        }
    }

    private RecordSettings settings() throws ConsoleClient.FailedException {
        try {
            return new RecordSettings(
                    home.record(),
                    home.keys(),
                    home.trust(),
                    Site.openOrCreate(home.trust()).name(),
                    Version.SOFTWARE,
                    Policy.sha256(),
                    InstantSource.system());
        } catch (SiteException refused) {
            throw new ConsoleClient.FailedException(String.valueOf(refused.getMessage()));
        }
    }

    byte[] beginUnderRoot(Path publicHalf) throws IOException, ConsoleClient.FailedException {
        if (!home.fresh())
            throw new RootRefusedException(
                    "There is a site in %s already. A record keeps its root for ever; take an empty --home for a new site."
                            .formatted(home.root()));
        Installation.begin(home);
        return new RootInstallation(settings()).begin(publicHalf);
    }

    RootReplacement.Request replaceKey(long since)
            throws IOException, ConsoleClient.FailedException {
        return new RootReplacement(settings()).request(since);
    }

    void takeIn(Path medium) throws IOException, ConsoleClient.FailedException {
        Bytes log =
                RootVisit.waitingLog(home.keys())
                        .orElseThrow(() ->
                                new RootRefusedException(
                                        "Nothing waits for the record root while the appliance is stopped. A countersignature, or the revocation of an earlier epoch, is taken in while it runs: redoubt run."));
        RootVisit.take(
                settings(), RootMedia.answer(medium, log), RootMedia.revocations(medium, log));
    }

    boolean cancel() throws IOException, ConsoleClient.FailedException {
        return new RootReplacement(settings()).cancel();
    }

    /// Opens the record for this one entry, as an epoch of its own.
    void note(Event event) throws IOException, ConsoleClient.FailedException {
        try (AuditRecord record = AuditRecord.open(settings())) {
            record.appendDurably(event, CONSOLE);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
