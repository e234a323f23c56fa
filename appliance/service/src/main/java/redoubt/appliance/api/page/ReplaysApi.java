package redoubt.appliance.api.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import redoubt.appliance.answers.Replays;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.StrictJson;

/// Whether an answer comes out the same when it is generated once more.
public final class ReplaysApi {
    private final Replays replays;

    public ReplaysApi(Replays replays) {
        this.replays = replays;
    }

    /// Answers when the verdict is there; who goes away stops it.
    public void replay(Exchange exchange) throws IOException, InterruptedException {
        exchange.fields().end();
        Replays.Running running = new Replays.Running();
        try (Exchange.Presence _ = exchange.watch(running::cancel)) {
            Replays.Report report =
                    replays.replay(exchange.part("id"), exchange.principal(), running);
            ObjectNode body =
                    StrictJson.MAPPER
                            .createObjectNode()
                            .put("verdict", report.verdict().word())
                            .put("difference", report.difference())
                            .put("entry", report.entry());
            report.differsAt().ifPresent(at -> body.put("differsAt", at));
            exchange.json(200, body);
        }
    }
}
