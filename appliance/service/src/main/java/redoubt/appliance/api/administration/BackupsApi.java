package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import redoubt.appliance.backup.BackupJob;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.record.SiteRecord;

/// Backups: begun at the console of the host, whose folders they name, and looked after until they
/// are whole.
public final class BackupsApi {
    private static final int PATH_CHARACTERS_MAX = 4096;

    private final BackupJob job;

    public BackupsApi(BackupJob job) {
        this.job = job;
    }

    public void begin(Exchange exchange) {
        if (exchange.principal().method() != Principal.Method.CONSOLE)
            throw RefusedException.forbidden(
                    "console_only",
                    "A backup is made at the appliance's own console only: redoubt backup.");
        Fields fields = exchange.fields();
        Optional<Path> to = path(fields, "to");
        Optional<Path> keysTo = path(fields, "keysTo");
        fields.end();
        if (to.isEmpty() && keysTo.isEmpty()) throw Fields.wrong("to", "is missing");
        if (!job.begin(to, keysTo, SiteRecord.actor(exchange.principal())))
            throw RefusedException.conflict(
                    "backup_running",
                    "A backup is being made already. Nothing was begun. Wait for its end.");
        exchange.json(202, json(job.state()));
    }

    private static Optional<Path> path(Fields fields, String name) {
        Optional<String> text = fields.text(name, PATH_CHARACTERS_MAX);
        if (text.isEmpty()) return Optional.empty();
        try {
            Path path = Path.of(text.get());
            if (!path.isAbsolute()) throw Fields.wrong(name, "must be an absolute path");
            return Optional.of(path);
        } catch (InvalidPathException none) {
            throw Fields.wrong(name, "must be a path");
        }
    }

    public void show(Exchange exchange) {
        exchange.json(200, json(job.state()));
    }

    private static ObjectNode json(BackupJob.State state) {
        ObjectNode json = StrictJson.MAPPER.createObjectNode();
        return switch (state) {
            case BackupJob.State.Nothing _ -> json.put("state", "none");
            case BackupJob.State.Running running ->
                    json.put("state", "running")
                            .put("what", running.what())
                            .put("done", running.done())
                            .put("all", running.all());
            case BackupJob.State.Done done -> {
                done.sameDisk().forEach(json.putArray("sameDisk")::add);
                yield json.put("state", "done")
                        .put("name", done.name())
                        .put("size", done.size())
                        .put("sha256", done.sha256())
                        .put("files", done.files())
                        .put("bytes", done.bytes())
                        .put("written", done.written())
                        .put("keys", done.keys());
            }
            case BackupJob.State.Failed failed ->
                    json.put("state", "failed").put("message", failed.sentence());
        };
    }
}
