package redoubt.provenance.witness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Cosignature;
import redoubt.provenance.record.WitnessPolicy;

class WitnessVisitTest extends AtTheWitness {
    @Nested
    class a_visit {
        @Test
        void brings_a_line_that_a_policy_counts() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                site.work(3);
                Checkpoint given = site.out(medium);
                signed(Optional.of(site.trust()));
                Cosignature line = Cosignature.parse(brought().getFirst().line().toArray());
                assertEquals(given.size(), brought().getFirst().size());
                assertEquals(NOON.getEpochSecond(), line.atSeconds());
                byte[] policy =
                        "witness w %s\nquorum w\n"
                                .formatted(KEY.witness().vkey())
                                .getBytes("UTF-8");
                assertTrue(WitnessPolicy.parse(policy).verdict(given.with(line)).quorumMet());
            }
        }

        @Test
        void remembers_of_the_trust_folder_the_root_and_nothing_else() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                Path root = site.trust().resolve("record-root.pem");
                String pem = Files.readString(root);
                Files.writeString(root, pem + "and whatever else lies there\n");
                site.out(medium);
                signed(Optional.of(site.trust()));
                try (WitnessState state = WitnessState.open(home.resolve("state"))) {
                    Path log = home.resolve("state").resolve(state.logs().getFirst().hex());
                    assertEquals(pem, Files.readString(log.resolve("record-root.pem")));
                }
            }
        }

        @Test
        void follows_the_log_over_epochs_without_its_trust_folder() throws Exception {
            long first;
            try (var site = new WitnessedSite(site("a"))) {
                first = site.out(medium).size();
                signed(Optional.of(site.trust()));
            }
            try (var site = new WitnessedSite(site("a"))) {
                site.work(5);
                Checkpoint later = site.out(medium, first);
                assertEquals(later.size(), signed(Optional.empty()).checkpoint().size());
                assertEquals(2, brought().size());
            }
        }

        @Test
        void wishes_for_the_consistency_proof_that_it_lacks() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                long first = site.out(medium).size();
                signed(Optional.of(site.trust()));
                site.work(4);
                site.out(medium);
                assertTrue(refused(Optional.empty()).contains("lacks the consistency proof"));
                assertEquals(List.of(first), VisitFiles.wished(new Medium(medium)));
                site.out(medium, first);
                signed(Optional.empty());
            }
        }

        @Test
        void may_bring_the_trust_folder_again_though_it_has_got_a_policy_since() throws Exception {
            try (var site = new WitnessedSite(site("a"));
                    var other = new WitnessedSite(site("b"))) {
                site.out(medium);
                signed(Optional.of(site.trust()));
                Files.writeString(
                        site.trust().resolve(WitnessPolicy.FILE),
                        "witness w %s\nquorum w\n".formatted(KEY.witness().vkey()));
                signed(Optional.of(site.trust()));
                assertTrue(refused(Optional.of(other.trust())).contains("not the one"));
            }
        }

        @Test
        void of_the_same_medium_again_signs_the_same_again() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                site.out(medium);
                signed(Optional.of(site.trust()));
                signed(Optional.empty());
                assertEquals(1, brought().size());
            }
        }

        @Test
        void gives_the_request_that_online_witnesses_take() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                long first = site.record.checkpoint().size();
                site.work(2);
                site.out(medium, first);
                String request =
                        Files.readString(medium.resolve("consistency/%016d".formatted(first)))
                                + Files.readString(medium.resolve("checkpoint"));
                assertTrue(
                        Pattern.compile(
                                        "old %d\n([A-Za-z0-9+/]{43}=\n)+\nredoubt/[0-9a-f]{64}\n%d\n"
                                                .formatted(first, first + 2))
                                .matcher(request)
                                .lookingAt(),
                        request);
            }
        }
    }

    @Nested
    class a_first_visit {
        @Test
        void needs_a_trust_folder_that_names_this_log() throws Exception {
            try (var site = new WitnessedSite(site("a"));
                    var other = new WitnessedSite(site("b"))) {
                site.out(medium);
                assertTrue(refused(Optional.empty()).contains("never saw the log"));
                assertTrue(refused(Optional.of(other.trust())).contains("the trust folder names"));
                Path rootOnly = Files.createDirectories(home.resolve("root-only"));
                Files.copy(
                        site.trust().resolve("record-root.pem"),
                        rootOnly.resolve("record-root.pem"));
                assertTrue(refused(Optional.of(rootOnly)).contains("no record-log-id"));
                Path forged = Files.createDirectories(home.resolve("forged"));
                Files.copy(
                        other.trust().resolve("record-root.pem"),
                        forged.resolve("record-root.pem"));
                Files.copy(site.trust().resolve("record-log-id"), forged.resolve("record-log-id"));
                assertTrue(refused(Optional.of(forged)).contains("another root"));
                assertTrue(brought().isEmpty());
            }
        }
    }

    @Nested
    class a_log_that_bends_its_past {
        @Test
        void is_caught_at_the_same_size_and_both_notes_are_kept() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                site.work(1);
            }
            WitnessedSite.copy(site("a"), site("b"));
            Checkpoint seen;
            try (var site = new WitnessedSite(site("a"))) {
                site.work(3);
                seen = site.out(medium);
                signed(Optional.of(site.trust()));
            }
            try (var fork = new WitnessedSite(site("b"))) {
                fork.work(3);
                Checkpoint other = fork.out(medium);
                assertEquals(seen.size(), other.size());
                var outcome =
                        assertInstanceOf(
                                WitnessVisit.Outcome.Contradiction.class, visit(Optional.empty()));
                assertTrue(outcome.sentence().startsWith("FORK."), outcome.sentence());
                Medium read = new Medium(medium);
                List<String> names = read.names("evidence", Pattern.compile(".*"));
                assertEquals(2, names.size());
                for (String name : names)
                    Checkpoint.parse(read.read("evidence/" + name, 1 << 20).orElseThrow());
                try (var state = WitnessState.open(home.resolve("state"))) {
                    assertEquals(2, state.evidence(fork.record.logId()));
                    assertEquals(seen, state.last(fork.record.logId()).orElseThrow().checkpoint());
                }
            }
        }

        @Test
        void is_caught_at_a_larger_size_whatever_proof_it_shows() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                site.work(1);
            }
            WitnessedSite.copy(site("a"), site("b"));
            long first;
            try (var site = new WitnessedSite(site("a"))) {
                site.work(3);
                first = site.out(medium).size();
                signed(Optional.of(site.trust()));
            }
            try (var fork = new WitnessedSite(site("b"))) {
                fork.work(9);
                fork.out(medium, first);
                assertInstanceOf(WitnessVisit.Outcome.Contradiction.class, visit(Optional.empty()));
                assertEquals(first, remembered());
            }
        }

        @Test
        void is_refused_when_it_was_rolled_back() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                site.work(1);
            }
            WitnessedSite.copy(site("a"), site("b"));
            try (var site = new WitnessedSite(site("a"))) {
                site.work(9);
                site.out(medium);
                signed(Optional.of(site.trust()));
            }
            try (var old = new WitnessedSite(site("b"))) {
                old.out(medium);
                assertTrue(refused(Optional.empty()).contains("rolled back"));
            }
        }

        @Test
        void is_refused_when_it_was_begun_anew() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                site.out(medium);
                signed(Optional.of(site.trust()));
            }
            try (var anew = new WitnessedSite(site("b"))) {
                anew.work(20);
                anew.out(medium);
                assertTrue(refused(Optional.empty()).contains("begun anew"));
            }
        }
    }

    @Nested
    class a_witness {
        @Test
        void signs_nothing_else_when_it_was_cut_short_after_it_remembered() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                site.work(1);
            }
            WitnessedSite.copy(site("a"), site("b"));
            try (var site = new WitnessedSite(site("a"))) {
                site.work(3);
                site.out(medium);
                // The line cannot be written: the state is ahead of what left.
                Files.createSymbolicLink(medium.resolve("cosignatures"), home);
                assertThrows(WitnessException.class, () -> visit(Optional.of(site.trust())));
                assertEquals(site.record.checkpoint().size(), remembered());
            }
            Files.delete(medium.resolve("cosignatures"));
            Path honest = home.resolve("honest");
            WitnessedSite.copy(medium, honest);
            try (var fork = new WitnessedSite(site("b"))) {
                fork.work(3);
                fork.out(medium);
                assertInstanceOf(WitnessVisit.Outcome.Contradiction.class, visit(Optional.empty()));
                assertTrue(brought().isEmpty());
            }
            medium = honest;
            signed(Optional.empty());
            assertEquals(1, brought().size());
        }

        @Test
        void signs_nothing_when_its_memory_is_gone_or_garbled() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                site.out(medium);
                signed(Optional.of(site.trust()));
                Path last = home.resolve("state/" + site.record.logId().hex() + "/last");
                Files.writeString(last, "redoubt-witness-state/1\nepochs 1\nat 5\n\nnothing\n");
                var garbled = assertThrows(WitnessException.class, () -> visit(Optional.empty()));
                assertTrue(garbled.sentence().contains("second history"), garbled.sentence());
                Files.delete(last);
                var gone =
                        assertThrows(
                                WitnessException.class, () -> visit(Optional.of(site.trust())));
                assertTrue(gone.sentence().contains("it is gone"), gone.sentence());
            }
        }

        @Test
        void does_not_sign_a_time_before_its_last() throws Exception {
            try (var site = new WitnessedSite(site("a"))) {
                site.out(medium);
                signed(Optional.of(site.trust()));
                var outcome =
                        visit(KEY, home.resolve("state"), Optional.empty(), NOON.minusSeconds(1));
                assertTrue(
                        assertInstanceOf(WitnessVisit.Outcome.Refused.class, outcome)
                                .sentence()
                                .contains("clock"));
            }
        }

        @Test
        void visits_with_one_hand_at_a_time() throws Exception {
            try (var first = WitnessState.open(home.resolve("state"))) {
                assertTrue(first.logs().isEmpty());
                assertThrows(
                        WitnessException.class, () -> WitnessState.open(home.resolve("state")));
            }
        }

        @Test
        void watches_several_logs_apart() throws Exception {
            try (var one = new WitnessedSite(site("a"));
                    var other = new WitnessedSite(site("b"))) {
                one.out(medium);
                signed(Optional.of(one.trust()));
                medium = home.resolve("other-medium");
                other.out(medium);
                signed(Optional.of(other.trust()));
                signed(Optional.empty());
                try (var state = WitnessState.open(home.resolve("state"))) {
                    assertEquals(2, state.logs().size());
                }
            }
        }
    }
}
