package redoubt.appliance.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTest {
    @TempDir Path folder;

    @Nested
    class A_sign_out {
        /// What is on disk at this moment is what a killed process leaves.
        private int sessionsOnDisk(Path database) throws Exception {
            Path copy = folder.resolve("copy.mv.db");
            Files.copy(database.resolveSibling(database.getFileName() + ".mv.db"), copy);
            try (Database left = Database.open(folder.resolve("copy"))) {
                return left.all("SELECT id FROM sessions", row -> row.getString("id")).size();
            }
        }

        @Test
        void is_on_disk_when_it_is_acknowledged() throws Exception {
            Path file = folder.resolve("site");
            try (Database database = Database.open(file)) {
                database.run(
                        "INSERT INTO people VALUES ('p1', 'ada', 'none', 'staff', FALSE, ?)",
                        Instant.EPOCH);
                Sessions sessions = new Sessions(database, InstantSource.system());
                var opened =
                        sessions.open(
                                new People.Person(
                                        "p1", "ada", Set.of(Role.STAFF), false, Instant.EPOCH));
                database.durably("UPDATE sessions SET seen_at = created_at");
                assertTrue(opened.token().length() > 20);
                sessions.close(opened.token());
                assertEquals(0, sessionsOnDisk(file));
            }
        }
    }
}
