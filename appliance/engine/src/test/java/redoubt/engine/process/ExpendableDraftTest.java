package redoubt.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.schedule.Draft;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.NativeException;

class ExpendableDraftTest {
    private static final String NO_MEMORY =
            "The batch was not computed. There is not enough memory.";

    private final List<String> log = new ArrayList<>();
    private final Recorded inner = new Recorded();
    private final ExpendableDraft draft = new ExpendableDraft("Tiny", inner, log::add);

    /// A draft that fails when it is told to, and whose memory nobody may touch after its end.
    private static final class Recorded implements Draft {
        final List<String> asked = new ArrayList<>();
        @Nullable NativeException failure;
        int closed;

        private void ask(String what) {
            assertEquals(0, closed, what + " after its end");
            asked.add(what);
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public int contextTokens() {
            return 512;
        }

        @Override
        public int sequenceTokensMax() {
            return 256;
        }

        @Override
        public int sequencesMax() {
            return 4;
        }

        @Override
        public int batchTokens() {
            return 64;
        }

        @Override
        public void clear() {
            ask("clear");
        }

        @Override
        public int add(int token, int position, int sequence, boolean wantsLogits) {
            ask("add");
            return 3;
        }

        @Override
        public DecodeResult decode() {
            ask("decode");
            return DecodeResult.DONE;
        }

        @Override
        public int likeliest(int batchIndex) {
            ask("likeliest");
            return 7;
        }

        @Override
        public boolean keep(int sequence, int tokens) {
            ask("keep");
            return true;
        }

        @Override
        public void forget(int sequence) {
            ask("forget");
        }

        @Override
        public void close() {
            closed++;
        }
    }

    @Test
    void is_the_draft_as_long_as_that_works() {
        draft.clear();
        assertEquals(3, draft.add(1, 0, 0, true));
        assertEquals(DecodeResult.DONE, draft.decode());
        assertEquals(7, draft.likeliest(3));
        assertTrue(draft.keep(0, 1));
        draft.forget(0);
        assertEquals(List.of("clear", "add", "decode", "likeliest", "keep", "forget"), inner.asked);
        draft.close();
        draft.close();
        assertEquals(1, inner.closed);
        assertEquals(List.of(), log);
    }

    @Nested
    class Without_memory {
        private void gone() {
            assertEquals(1, inner.closed);
            draft.clear();
            draft.forget(0);
            assertFalse(draft.keep(0, 1));
            assertThrows(NativeException.class, () -> draft.add(1, 0, 0, true));
            assertThrows(NativeException.class, draft::decode);
            assertThrows(NativeException.class, () -> draft.likeliest(0));
            assertEquals(512, draft.contextTokens());
            draft.close();
            assertEquals(1, inner.closed);
            assertEquals(1, log.size(), log.toString());
        }

        @Test
        void it_is_given_up_once_with_all_that_it_held_and_the_log_says_so() {
            NativeException failure = new NativeException(NO_MEMORY);
            assertTrue(failure.outOfMemory());
            inner.failure = failure;
            assertSame(failure, assertThrows(NativeException.class, draft::decode));
            gone();
            assertTrue(log.getFirst().contains("Tiny is given up"), log.toString());
            assertTrue(log.getFirst().contains("given no memory"), log.toString());
        }

        @Test
        void it_is_given_up_where_its_likeliest_token_is_asked_for_too() {
            inner.failure = new NativeException(NO_MEMORY);
            assertThrows(NativeException.class, () -> draft.likeliest(0));
            gone();
        }
    }

    @Test
    void that_fails_otherwise_says_that_it_failed() {
        inner.failure = new NativeException("It choked.");
        assertThrows(NativeException.class, draft::decode);
        assertTrue(log.getFirst().contains("because it failed: It choked."), log.toString());
    }
}
