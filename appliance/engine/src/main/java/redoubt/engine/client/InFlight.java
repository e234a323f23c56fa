package redoubt.engine.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What an engine is computing for its callers, by number. Each gets its last event exactly once,
/// also when the engine dies. Thread safe.
final class InFlight {
    private final Map<Long, Generation> generations = new ConcurrentHashMap<>();
    private final Map<Long, PendingVectors> vectors = new ConcurrentHashMap<>();

    Generation add(long id, Generation generation) {
        generations.put(id, generation);
        return generation;
    }

    PendingVectors add(long id, PendingVectors pending) {
        vectors.put(id, pending);
        return pending;
    }

    void deliver(long id, GenerationEvent event) {
        Generation generation = event.last() ? generations.remove(id) : generations.get(id);
        if (generation != null) {
            generation.deliver(event);
        }
    }

    void deliver(long id, VectorEvent event) {
        PendingVectors pending = event.last() ? vectors.remove(id) : vectors.get(id);
        if (pending != null) {
            pending.deliver(event);
        }
    }

    void fail(long id, String code, String sentence) {
        deliver(id, new GenerationEvent.Failed(code, sentence));
        deliver(id, new VectorEvent.Failed(code, sentence));
    }

    void failAll(String code, String sentence) {
        generations.keySet().forEach(id -> fail(id, code, sentence));
        vectors.keySet().forEach(id -> fail(id, code, sentence));
    }
}
