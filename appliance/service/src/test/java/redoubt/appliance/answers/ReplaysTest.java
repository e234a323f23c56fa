package redoubt.appliance.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.appliance.conversations.Item;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.ChatOptions;
import redoubt.engine.client.Constraint;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Owner;
import redoubt.engine.client.Prompt;
import redoubt.engine.client.SamplingParameters;

class ReplaysTest {
    @Nested
    class The_first_difference {
        @Test
        void is_counted_in_characters_from_one() {
            assertEquals(1, Replays.firstDifference("a", "b"));
            assertEquals(3, Replays.firstDifference("ab", "abc"));
            assertEquals(3, Replays.firstDifference("😀ab", "😀ac"));
        }
    }

    @Nested
    class What_an_answer_depended_on {
        @Test
        void is_named_where_it_is_another_or_gone() {
            assertEquals(
                    List.of("adapter legal: was aa, is not there", "weights: was 11, is 22"),
                    Conditions.differences(
                            Map.of("weights", "11", "adapter legal", "aa", "tokenizer", "t"),
                            Map.of("weights", "22", "tokenizer", "t")));
        }
    }

    @Nested
    class A_kept_question {
        private static final JsonMapper JSON = new JsonMapper();

        @Test
        void that_an_earlier_version_wrote_is_read_and_has_nothing_to_replay() throws Exception {
            String old =
                    "{\"kind\":\"question\",\"id\":\"i\",\"owner\":\"o\",\"createdAt\":1,\"conversation\":null,\"text\":\"t\",\"commitmentKey\":\"AAAA\"}";
            assertNull(((Item.Question) JSON.readValue(old, Item.class)).asked());
        }

        @Test
        void holds_exactly_what_was_asked() throws Exception {
            SamplingParameters usual = SamplingParameters.defaults();
            GenerationRequest asked =
                    new GenerationRequest(
                            "r",
                            Owner.interactive("p"),
                            new Prompt.Chat("[]", "[{}]", ChatOptions.usual()),
                            new SamplingParameters(
                                    0.1f,
                                    usual.topK(),
                                    usual.topP(),
                                    usual.minP(),
                                    usual.typicalP(),
                                    usual.topNSigma(),
                                    usual.xtc(),
                                    usual.dry(),
                                    usual.penalties(),
                                    usual.mirostat(),
                                    Map.of(7, -1.1f)),
                            9,
                            List.of("stop"),
                            0xFFFF_FFFFL,
                            new Constraint.JsonSchema("{}"),
                            2,
                            List.of(new AdapterUse("legal", 0.3f)),
                            false);
            Item.Question question =
                    new Item.Question(
                            "i",
                            "o",
                            1,
                            null,
                            "t",
                            new byte[3],
                            new Item.Asked("m", asked, Map.of("weights", "11"), null));
            byte[] written = JSON.writerFor(Item.class).writeValueAsBytes(question);
            assertEquals(
                    question.asked(),
                    ((Item.Question) JSON.readValue(written, Item.class)).asked());
        }
    }
}
