package redoubt.provenance.record;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// What must be done to its end although whoever asks for it is interrupted, as somebody is who
/// stops: it runs on a thread of its own, which nobody knows, and the interruption is kept for
/// later. Stateless, any thread.
final class Undisturbed {
    private Undisturbed() {}

    interface Work {
        void run() throws RecordException, InterruptedException;
    }

    static void run(Work work) throws RecordException {
        var task =
                new FutureTask<>(() -> {
                    work.run();
                    return true;
                });
        Thread.ofPlatform().name("record-close").start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException later) {
                    interrupted = true;
                } catch (ExecutionException failed) {
                    if (failed.getCause() instanceof RecordException why) throw why;
                    throw new IllegalStateException(failed.getCause());
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
