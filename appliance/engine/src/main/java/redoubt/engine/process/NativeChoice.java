package redoubt.engine.process;

import java.util.ArrayList;
import java.util.List;
import redoubt.engine.client.TokenChance;
import redoubt.engine.schedule.Chosen;
import redoubt.engine.schedule.Decoder;
import redoubt.engine.schedule.Stopwatch;
import redoubt.foreign.llama.Chances;
import redoubt.foreign.llama.LlamaContext;
import redoubt.foreign.llama.LlamaModel;
import redoubt.foreign.llama.NativeException;
import redoubt.foreign.llama.Sampler;

/// The choices of one generation, made by llama.cpp's samplers. Owns the sampler; model and context
/// are lent. One thread at a time.
record NativeChoice(Sampler sampler, LlamaModel model, LlamaContext context, Stopwatch stopwatch)
        implements Decoder.Choice {
    @Override
    public Chosen choose(int batchIndex) {
        long begun = System.nanoTime();
        int token;
        try {
            token = sampler.sample(context, batchIndex);
        } catch (NativeException failure) {
            throw EngineMemory.unlessExhausted(failure);
        }
        Chances chances = sampler.chances();
        stopwatch.chosen(begun);
        return new Chosen(token, chances == null ? null : told(token, chances));
    }

    private TokenChance told(int token, Chances chances) {
        List<TokenChance> top =
                chances.top().stream()
                        .map(likely -> chance(likely.token(), likely.logprob(), List.of()))
                        .toList();
        return chance(token, chances.logprob(), top);
    }

    private TokenChance chance(int token, float logprob, List<TokenChance> top) {
        List<Byte> bytes = new ArrayList<>();
        for (byte one : model.shown(token)) {
            bytes.add(one);
        }
        return new TokenChance(token, bytes, logprob, top);
    }

    @Override
    public void accept(int token) {
        sampler.accept(token);
    }

    @Override
    public void close() {
        sampler.close();
    }
}
