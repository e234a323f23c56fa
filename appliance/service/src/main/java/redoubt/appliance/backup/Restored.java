package redoubt.appliance.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import redoubt.appliance.record.Ledger;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Home;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// What a restore has left for the first start to put into the record: `restored.json`, removed
/// once RESTORED, and ERASED for what the operator named, are durable. One thread.
public final class Restored {
    private static final String FILE = "restored.json";
    private static final JsonMapper JSON = new JsonMapper();

    private Restored() {}

    static void mark(
            Home home, String name, long size, String sha256, int erasedAgain, Set<String> erased)
            throws IOException {
        ObjectNode mark =
                JSON.createObjectNode()
                        .put("backup", name)
                        .put("size", size)
                        .put("sha256", sha256)
                        .put("erasedAgain", erasedAgain);
        erased.stream().sorted().forEach(mark.putArray("erased")::add);
        Durable.write(home.root().resolve(FILE), JSON.writeValueAsBytes(mark));
    }

    /// Notes a restore that was not noted yet; nothing where there was none.
    public static void note(Home home, Ledger ledger) throws IOException, RecordException {
        Path file = home.root().resolve(FILE);
        if (!Files.exists(file)) return;
        JsonNode mark = JSON.readTree(Files.readAllBytes(file));
        var restored =
                new Event.Restored(
                        mark.path("backup").asText(),
                        mark.path("size").asLong(),
                        Bytes.ofHex(mark.path("sha256").asText()),
                        mark.path("erasedAgain").asLong());
        Set<String> recorded = ledger.erasedSince(0);
        List<Ledger.Noted> all = new ArrayList<>();
        if (!ledger.holds(restored, mark.path("size").asLong()))
            all.add(new Ledger.Noted(restored, OptionalLong.empty()));
        for (JsonNode item : mark.path("erased"))
            if (!recorded.contains(item.asText()))
                all.add(
                        new Ledger.Noted(
                                new Event.Erased(item.asText(), "before the restore"),
                                OptionalLong.empty()));
        ledger.noteAll(all, Actor.SYSTEM);
        Durable.remove(file);
    }
}
