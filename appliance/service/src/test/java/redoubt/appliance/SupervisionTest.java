package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.provenance.record.Event;

/// What the supervisor of engines writes down, read from the record afterwards.
class SupervisionTest {
    private static long count(List<Event> events, Class<? extends Event> type) {
        return events.stream().filter(type::isInstance).count();
    }

    private static String health(RunningAppliance appliance) {
        return appliance.send("GET", "/health", null).body();
    }

    @Nested
    class An_engine_that_cannot_be_started_again {
        @Test
        void is_tried_again_and_again_and_refused_in_the_record_once() throws Exception {
            Path home = RunningAppliance.temporaryHome();
            try (var appliance = RunningAppliance.start(home)) {
                ProcessHandle engine = appliance.engines().getFirst();
                // Engines work in this folder.
                assertTrue(health(appliance).contains("answers"), health(appliance));
                Files.move(home.resolve("run"), home.resolve("elsewhere"));
                new ProcessBuilder("kill", "-SEGV", String.valueOf(engine.pid())).start().waitFor();
                engine.onExit().join();
                RunningAppliance.await(
                        () -> health(appliance).contains("tried again"), () -> health(appliance));
                // Three more tries, after one, two and four seconds.
                TimeUnit.SECONDS.sleep(4);
            }
            List<Event> events = Records.events(home);
            assertEquals(1, count(events, Event.EngineCrashed.class));
            assertEquals(1, count(events, Event.ModelRefused.class));
            assertEquals(0, count(events, Event.ModelUnloaded.class));
        }
    }

    @Nested
    class An_orderly_stop {
        @Test
        void unloads_the_model_in_the_record_and_leaves_no_engine() throws Exception {
            Path home = RunningAppliance.temporaryHome();
            ProcessHandle engine;
            try (var appliance = RunningAppliance.start(home)) {
                engine = appliance.engines().getFirst();
            }
            // Whoever reaps it may need a moment longer.
            engine.onExit().get(60, TimeUnit.SECONDS);
            List<Event> events = Records.events(home);
            assertEquals(1, count(events, Event.ModelLoaded.class));
            assertEquals(1, count(events, Event.ModelUnloaded.class));
            assertEquals(0, count(events, Event.EngineCrashed.class));
        }
    }
}
