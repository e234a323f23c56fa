package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.site.HomeLock;
import redoubt.appliance.site.HomeUse;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RootCarrying;
import redoubt.provenance.record.RootRefusedException;

/// Where an act of the console with the record root is noted: by the running appliance, or in the
/// record of a stopped one.
final class RootLedger implements RootCarrying.Ledger, AutoCloseable {
    private final @Nullable ConsoleClient console;
    private final @Nullable StoppedHome home;

    private RootLedger(@Nullable ConsoleClient console, @Nullable StoppedHome home) {
        this.console = console;
        this.home = home;
    }

    static RootLedger open(Path home) throws ConsoleClient.FailedException, IOException {
        Optional<RootLedger> running = ofRunning(home);
        return running.isPresent()
                ? running.get()
                : new RootLedger(null, StoppedHome.take(home, HomeUse.CARRY_ROOT));
    }

    static Optional<RootLedger> ofRunning(Path home)
            throws ConsoleClient.FailedException, IOException {
        return HomeLock.owner(home).isPresent()
                ? Optional.of(new RootLedger(ConsoleClient.open(home), null))
                : Optional.empty();
    }

    @Override
    public void note(Event.Ceremony ceremony) throws IOException {
        try {
            if (home != null) home.note(ceremony);
            else
                call(
                        "/api/record/root-ceremony",
                        Map.of("act", ceremony.act(), "detail", ceremony.detail()));
        } catch (ConsoleClient.FailedException refused) {
            throw new RootRefusedException(
                    refused.getMessage()
                            + " The act could not be noted in the record, so nothing was removed from this host.");
        }
    }

    /// Sends a file from a medium to the running appliance.
    JsonNode send(String path, byte[] file) throws ConsoleClient.FailedException, IOException {
        return call(path, Map.of("file", Base64.getEncoder().encodeToString(file)));
    }

    private JsonNode call(String path, Object body)
            throws ConsoleClient.FailedException, IOException {
        if (console == null) throw new IllegalStateException("no appliance is running");
        try {
            return console.call("POST", path, body);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    @Override
    public void close() throws IOException {
        if (console != null) console.close();
        if (home != null) home.close();
    }
}
