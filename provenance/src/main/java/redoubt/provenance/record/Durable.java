package redoubt.provenance.record;

import java.util.concurrent.locks.ReentrantLock;

/// What is durable, and the queue of what is about to be. The lock guards state, tree and queue; it
/// is held shortly, never during a write or a sync, and taken after the lock of the [Chain] where
/// both are needed. Only the [Committer] changes state, tree and segments.
record Durable(
        ReentrantLock lock,
        RecordState state,
        MerkleTree tree,
        RecordFiles files,
        CommitQueue queue) {

    static Durable of(RecordScan.Found found, RecordFiles files) {
        var lock = new ReentrantLock();
        return new Durable(lock, found.state(), found.tree(), files, new CommitQueue(lock));
    }

    interface Reading<T, X extends Exception> {
        T read() throws X;
    }

    <T, X extends Exception> T locked(Reading<T, X> reading) throws X {
        lock.lock();
        try {
            return reading.read();
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            queue.wake();
        } finally {
            lock.unlock();
        }
    }
}
