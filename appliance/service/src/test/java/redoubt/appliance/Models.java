package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import redoubt.fixtures.TinyAdapter;
import redoubt.fixtures.TinyModel;

/// Models of a running appliance, for tests.
final class Models {
    /// So large and with so much room that an answer that nobody stops takes the better part of a
    /// minute: whatever is to happen to it in the middle of it, happens in the middle of it.
    private static final TinyModel.Options ENDLESS =
            TinyModel.Options.chat().withContextTokens(16_384).withSize(8, 512);

    /// Never the token that ends an answer.
    static final String GOES_ON = "\"logit_bias\":{\"2\":-100}";

    private static @Nullable Path endless;

    private Models() {}

    /// A model whose answers do not end by themselves, under the usual name. One file for all, for
    /// it is not small; nobody changes it.
    static synchronized Path endless() {
        Path known = endless;
        if (known != null) return known;
        try {
            Path folder = Files.createTempDirectory("redoubt-model-");
            Path file = folder.resolve(RunningAppliance.MODEL + ".gguf");
            folder.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            endless = TinyModel.write(file, ENDLESS);
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// An appliance with further models in its folder.
    static RunningAppliance beside(String... more) {
        Path home = RunningAppliance.temporaryHome();
        RunningAppliance appliance = RunningAppliance.start(home);
        for (String id : more) bring(home, id);
        return appliance;
    }

    /// Puts a tiny chat model of this name into the home.
    static Path bring(Path home, String id) {
        try {
            Path folder = Files.createDirectories(home.resolve("models"));
            return TinyModel.write(
                    folder.resolve(id + ".gguf"), TinyModel.Options.chat().withContextTokens(2048));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Puts a tiny adapter of this name into the home, for every tiny chat model.
    static Path bringAdapter(Path home, String name) {
        try {
            Path folder = Files.createDirectories(home.resolve("models/adapters"));
            return TinyAdapter.write(
                    folder.resolve(name + ".gguf"),
                    TinyAdapter.Options.of(TinyModel.Options.chat().withContextTokens(2048), 5));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static JsonNode plan(RunningAppliance appliance) {
        return ok(appliance.consoleSend("GET", "/api/models/plan", null));
    }

    static JsonNode of(RunningAppliance appliance, String id) {
        for (JsonNode model : plan(appliance).path("models"))
            if (model.path("id").asText().equals(id)) return model;
        throw new AssertionError("no model " + id);
    }

    /// Waits until the model is in this state.
    static JsonNode await(RunningAppliance appliance, String id, String state) {
        JsonNode model = of(appliance, id);
        for (int i = 0; i < 3000 && !model.path("state").asText().equals(state); i++) {
            try {
                Thread.sleep(100);
            } catch (InterruptedException stop) {
                throw new AssertionError(stop);
            }
            model = of(appliance, id);
        }
        assertEquals(state, model.path("state").asText(), model.toString());
        return model;
    }

    static JsonNode load(RunningAppliance appliance, String id) {
        ok(appliance.consoleSend("POST", "/api/models/" + id + "/load", "{}"));
        return await(appliance, id, "ready");
    }
}
