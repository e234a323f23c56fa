package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.engine.client.SameAnswer.assertOther;
import static redoubt.engine.client.SameAnswer.assertSame;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redoubt.fixtures.MisfitAdapter;
import redoubt.fixtures.TinyAdapter;
import redoubt.fixtures.TinyModel;

/// One real engine with two adapters, `legal` and `brief`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdapterTest {
    private static final String PROMPT = "the same words for everybody";

    private EngineProcess engine;
    private Path folder;

    @BeforeAll
    void start(@TempDir Path runDir) throws Exception {
        folder = runDir;
        engine = TinyEngine.start(runDir, TinyModel.Options.chat());
        load("legal", 21);
        load("brief", 22);
    }

    @AfterAll
    void end() {
        if (engine != null) {
            engine.close();
        }
    }

    private Path file(long seed) {
        return TinyAdapter.write(
                folder.resolve("adapter-" + seed + ".gguf"),
                TinyAdapter.Options.of(TinyModel.Options.base(), seed));
    }

    private AdapterFacts load(String name, long seed) throws Exception {
        return assertInstanceOf(AdapterResult.Loaded.class, engine.loadAdapter(name, file(seed)))
                .facts();
    }

    private AdapterResult.Refused refused(AdapterResult result) {
        AdapterResult.Refused refused = assertInstanceOf(AdapterResult.Refused.class, result);
        assertTrue(refused.sentence().length() > 40, refused.sentence());
        return refused;
    }

    private Generation begin(String tenant, int tokens, AdapterUse... adapters) {
        return engine.generate(
                TinyEngine.request(tenant, PROMPT, tokens).withAdapters(List.of(adapters)));
    }

    private TinyEngine.Told ask(String tenant, AdapterUse... adapters) throws Exception {
        return TinyEngine.all(begin(tenant, 30, adapters));
    }

    private TinyEngine.Told answer(AdapterUse... adapters) throws Exception {
        return ask("somebody", adapters);
    }

    private int completed(AdapterUse adapter) throws Exception {
        return ask("somebody", adapter).finished().usage().completionTokens();
    }

    private static AdapterUse use(String name, float scale) {
        return new AdapterUse(name, scale);
    }

    @Nested
    class A_request_with_an_adapter {
        @Test
        void is_answered_differently_and_the_next_without_it_as_before() throws Exception {
            TinyEngine.Told plain = answer();
            TinyEngine.Told legal = answer(use("legal", 1));
            assertOther(plain, legal);
            assertOther(legal, answer(use("brief", 1)));
            assertSame(plain, answer());
            assertSame(legal, answer(use("legal", 1)));
        }

        @Test
        void at_scale_nought_is_one_without() throws Exception {
            assertSame(answer(), answer(use("legal", 0)));
        }

        @Test
        void may_combine_several_in_any_order() throws Exception {
            TinyEngine.Told both = answer(use("legal", 1), use("brief", 0.5f));
            assertSame(both, answer(use("brief", 0.5f), use("legal", 1)));
            assertOther(both, answer(use("legal", 1)));
            assertOther(both, answer(use("brief", 0.5f)));
        }

        @Test
        void reuses_only_what_was_computed_with_the_same_ones() throws Exception {
            ask("reuse", use("legal", 1));
            assertEquals(0, ask("reuse").started().cachedTokens());
            assertEquals(0, ask("reuse", use("legal", 0.5f)).started().cachedTokens());
            assertEquals(PROMPT.length(), ask("reuse", use("legal", 1)).started().cachedTokens());
        }

        @Test
        void beside_others_gets_what_it_gets_alone() throws Exception {
            List<List<AdapterUse>> sets =
                    List.of(
                            List.of(),
                            List.of(use("legal", 1)),
                            List.of(use("brief", 1)),
                            List.of(use("legal", 1), use("brief", 1)));
            List<TinyEngine.Told> alone = new ArrayList<>();
            for (List<AdapterUse> set : sets) {
                alone.add(answer(set.toArray(AdapterUse[]::new)));
            }
            Map<Integer, Generation> together = new LinkedHashMap<>();
            for (int index = 0; index < 8; index++) {
                together.put(
                        index,
                        begin("t" + index, 30, sets.get(index % 4).toArray(AdapterUse[]::new)));
            }
            for (int index = 0; index < 8; index++) {
                TinyEngine.Told beside = TinyEngine.all(together.get(index));
                for (int set = 0; set < 4; set++) {
                    if (set == index % 4) assertSame(alone.get(set), beside);
                    else assertOther(alone.get(set), beside);
                }
            }
        }

        @Test
        void that_is_not_there_is_refused_with_the_names_that_are() throws Exception {
            GenerationEvent.Failed failed = ask("lost", use("leagl", 1)).failed();
            assertEquals("invalid_request", failed.code());
            assertTrue(failed.sentence().contains("'leagl'"), failed.sentence());
            assertTrue(failed.sentence().contains("brief, legal"), failed.sentence());
        }
    }

    @Nested
    class An_adapter {
        @Test
        void says_what_it_is() throws Exception {
            AdapterFacts facts = load("facts", 23);
            assertEquals("facts", facts.name());
            assertEquals("Tiny adapter 23", facts.ownName());
            assertEquals(4, facts.rank());
            assertEquals(6, facts.matrices());
            engine.unloadAdapter("facts");
        }

        @Test
        void that_is_unloaded_serves_the_requests_that_began_with_it() throws Exception {
            load("leaving", 24);
            TinyEngine.Told whole = TinyEngine.all(begin("before", 200, use("leaving", 1)));
            Generation begun = begin("during", 200, use("leaving", 1));
            AdapterResult.Unloaded unloaded =
                    assertInstanceOf(AdapterResult.Unloaded.class, engine.unloadAdapter("leaving"));
            assertEquals("leaving", unloaded.name());
            assertEquals("invalid_request", ask("after", use("leaving", 1)).failed().code());
            TinyEngine.Told told = TinyEngine.all(begun);
            assertSame(whole, told);
            assertEquals(200, told.finished().usage().completionTokens());
        }

        @Test
        void of_the_same_name_is_another_one() throws Exception {
            load("changing", 25);
            TinyEngine.Told before = answer(use("changing", 1));
            engine.unloadAdapter("changing");
            load("changing", 26);
            TinyEngine.Told after = ask("somebody", use("changing", 1));
            assertOther(before, after);
            assertEquals(0, after.started().cachedTokens(), "computed with the earlier one");
            engine.unloadAdapter("changing");
        }

        @Test
        void is_refused_to_a_request_that_means_an_earlier_file_of_its_name() throws Exception {
            String earlier = load("exchanged", 25).sha256();
            assertEquals(
                    WeightMeasure.ofShards(List.of(file(25))).shards().getFirst().sha256(),
                    earlier);
            assertEquals(30, completed(use("exchanged", 1).only(earlier)));
            engine.unloadAdapter("exchanged");
            String later = load("exchanged", 26).sha256();
            assertTrue(!earlier.equals(later), "two files have one hash");
            GenerationEvent.Failed failed =
                    ask("somebody", use("exchanged", 1).only(earlier)).failed();
            assertEquals("invalid_request", failed.code());
            assertTrue(failed.sentence().contains("was exchanged"), failed.sentence());
            assertEquals(30, completed(use("exchanged", 1).only(later)));
            engine.unloadAdapter("exchanged");
        }

        @Test
        void takes_no_name_that_is_taken() throws Exception {
            assertEquals("name_taken", refused(engine.loadAdapter("legal", file(27))).code());
        }

        @Test
        void takes_no_name_that_is_none() throws Exception {
            for (String name : List.of("", "../x", "a b", "x".repeat(65), "a#1", "ü")) {
                assertEquals("invalid_request", refused(engine.loadAdapter(name, file(27))).code());
            }
        }

        @Test
        void that_is_not_there_cannot_be_unloaded() throws Exception {
            AdapterResult.Refused refused = refused(engine.unloadAdapter("nothing"));
            assertEquals("unknown_adapter", refused.code());
            assertTrue(refused.sentence().contains("legal"), refused.sentence());
        }

        @ParameterizedTest
        @EnumSource(MisfitAdapter.class)
        void that_does_not_fit_is_refused_and_the_engine_lives(MisfitAdapter misfit)
                throws Exception {
            Path file = misfit.write(folder.resolve("misfit-" + misfit + ".gguf"));
            AdapterResult.Refused refused = refused(engine.loadAdapter("misfit", file));
            assertEquals("adapter_refused", refused.code());
            assertTrue(engine.alive());
        }
    }
}
