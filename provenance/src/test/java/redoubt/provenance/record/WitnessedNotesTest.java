package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static redoubt.provenance.record.Auditor.ANNA;
import static redoubt.provenance.record.Auditor.BEN;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which of the notes that witnesses saw go along with a proof or a package.
class WitnessedNotesTest {
    @TempDir Path home;
    private Forge forge;
    private WitnessedNotes notes;

    @BeforeEach
    void begin() throws Exception {
        forge = new Forge(home);
        notes = new WitnessedNotes(Files.createDirectories(forge.folder()));
    }

    private void visit(WitnessKey... witnesses) throws Exception {
        forge.add(new Event.SignedIn());
        notes.keep(forge.seenBy(witnesses));
    }

    private List<Long> chosen(long over, int most) throws Exception {
        Bytes root = forge.tree().root();
        return notes
                .newestOfEach(over, forge.next(), most, note -> !note.root().equals(root))
                .stream()
                .map(Checkpoint::size)
                .toList();
    }

    @Test
    void one_who_came_once_is_heard_behind_many_visits_of_another() throws Exception {
        visit(BEN);
        for (int i = 0; i < 4; i++) visit(ANNA);
        forge.add(new Event.SignedIn());
        assertEquals(List.of(3L, 7L), chosen(2, 2));
    }

    @Test
    void the_newest_ones_are_taken_where_there_is_no_room_for_all() throws Exception {
        visit(BEN);
        visit(ANNA);
        forge.add(new Event.SignedIn());
        assertEquals(List.of(4L), chosen(2, 1));
    }

    @Test
    void what_says_nothing_of_the_entries_is_left_out() throws Exception {
        visit(BEN);
        visit(ANNA);
        forge.add(new Event.SignedIn());
        assertEquals(List.of(4L), chosen(3, 2));
    }

    @Test
    void what_is_malformed_or_of_another_tree_is_left_out() throws Exception {
        visit(ANNA);
        visit(BEN);
        Files.writeString(
                forge.folder().resolve("witnessed/%016d.note".formatted(3)), "nothing of the kind");
        assertEquals(List.of(), chosen(2, 2));
    }
}
