package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import redoubt.appliance.http.Route;
import redoubt.fixtures.TinyEmbedder;
import redoubt.provenance.record.Entry;

/// Uses each route of vectors once, on an appliance with a model for it, and says what it left in
/// the record.
final class VectorRoutes {
    private final Map<Route, List<Entry>> left = new EnumMap<>(Route.class);

    private VectorRoutes() {}

    static Map<Route, List<Entry>> used() throws Exception {
        var routes = new VectorRoutes();
        routes.useOn(
                Route.V1_EMBEDDINGS,
                TinyEmbedder.Pooling.MEAN,
                "{\"model\":\"default\",\"input\":\"Hello\"}");
        routes.useOn(
                Route.V1_RERANK,
                TinyEmbedder.Pooling.RANK,
                "{\"model\":\"default\",\"query\":\"Hello\",\"documents\":[\"a\"]}");
        return routes.left;
    }

    private void useOn(Route route, TinyEmbedder.Pooling pooling, String body) throws Exception {
        Path home = RunningAppliance.temporaryHome();
        Path model = TinyEmbedder.write(Files.createTempFile("embedder", ".gguf"), pooling, 128, 1);
        long from;
        long to;
        try (var appliance = RunningAppliance.start(home, model)) {
            appliance.staffKey();
            from = RecordedRoutesTest.size(appliance);
            var response = appliance.keySend(route.method(), route.path(), body);
            assertEquals(200, response.statusCode(), response.body());
            to = RecordedRoutesTest.size(appliance);
        }
        left.put(route, Records.entries(home).subList((int) from, (int) to));
    }
}
