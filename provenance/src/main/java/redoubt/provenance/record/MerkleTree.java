package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// The hashes of all full subtrees of a growing record, from which a root or a proof for any
/// earlier size is made with a logarithm of hashes.
///
/// Owns about 64 bytes of memory for each entry. Not thread safe: whoever owns the record's order
/// owns this. Source: RFC 6962 section 2.1.
final class MerkleTree {
    private static final int HASH_BYTES = 32;

    /// Level 0 are the leaves; level k has one node for each full subtree of 2^k leaves.
    private final List<Level> levels = new ArrayList<>();

    public long size() {
        return levels.isEmpty() ? 0 : levels.getFirst().count;
    }

    public void append(Bytes leafHash) {
        byte[] hash = leafHash.toArray();
        if (hash.length != HASH_BYTES) {
            throw new IllegalArgumentException("a leaf hash has 32 bytes, not " + hash.length);
        }
        for (int k = 0; ; k++) {
            if (k == levels.size()) {
                levels.add(new Level());
            }
            Level level = levels.get(k);
            level.add(hash);
            if ((level.count & 1) == 1) {
                return;
            }
            hash = Hashes.node(level.at(level.count - 2), level.at(level.count - 1));
        }
    }

    /// Forgets the leaves from `size` on: they never became durable.
    void truncate(long size) {
        requireSize(size);
        for (int k = 0; k < levels.size(); k++) {
            levels.get(k).count = Math.toIntExact(size >> k);
        }
    }

    public Bytes leaf(long index) {
        Objects.checkIndex(index, size());
        return Bytes.of(levels.getFirst().at(index));
    }

    public Bytes root() {
        return root(size());
    }

    /// The root when the tree had `size` leaves.
    public Bytes root(long size) {
        requireSize(size);
        return size == 0 ? Merkle.emptyRoot() : Bytes.of(hash(0, size));
    }

    /// The hashes beside the way from a leaf to the root of the first `size` leaves, lowest first.
    public List<Bytes> inclusion(long index, long size) {
        requireSize(size);
        Objects.checkIndex(index, size);
        List<Bytes> path = new ArrayList<>();
        path(index, 0, size, path);
        return List.copyOf(path);
    }

    /// What shows that the tree of `newSize` only adds to the tree of `oldSize`.
    public List<Bytes> consistency(long oldSize, long newSize) {
        requireSize(newSize);
        if (oldSize < 0 || oldSize > newSize) {
            throw new IllegalArgumentException("from " + oldSize + " to " + newSize);
        }
        List<Bytes> proof = new ArrayList<>();
        if (oldSize > 0 && oldSize < newSize) {
            subproof(oldSize, 0, newSize, true, proof);
        }
        return List.copyOf(proof);
    }

    private void path(long index, long start, long end, List<Bytes> path) {
        if (end - start == 1) {
            return;
        }
        long middle = start + split(end - start);
        if (index < middle) {
            path(index, start, middle, path);
            path.add(Bytes.of(hash(middle, end)));
        } else {
            path(index, middle, end, path);
            path.add(Bytes.of(hash(start, middle)));
        }
    }

    private void subproof(long old, long start, long end, boolean whole, List<Bytes> proof) {
        if (old == end) {
            if (!whole) {
                proof.add(Bytes.of(hash(start, end)));
            }
            return;
        }
        long middle = start + split(end - start);
        if (old <= middle) {
            subproof(old, start, middle, whole, proof);
            proof.add(Bytes.of(hash(middle, end)));
        } else {
            subproof(old, middle, end, false, proof);
            proof.add(Bytes.of(hash(start, middle)));
        }
    }

    private byte[] hash(long start, long end) {
        long count = end - start;
        if (Long.bitCount(count) == 1) {
            int k = Long.numberOfTrailingZeros(count);
            return levels.get(k).at(start >> k);
        }
        long middle = start + split(count);
        return Hashes.node(hash(start, middle), hash(middle, end));
    }

    /// The largest power of two below `count`.
    private static long split(long count) {
        return Long.highestOneBit(count - 1);
    }

    private void requireSize(long size) {
        if (size < 0 || size > size()) {
            throw new IllegalArgumentException("the tree has " + size() + " leaves, not " + size);
        }
    }

    private static final class Level {
        private byte[] hashes = new byte[16 * HASH_BYTES];
        private int count;

        void add(byte[] hash) {
            int from = Math.multiplyExact(count, HASH_BYTES);
            if (from == hashes.length) {
                hashes = Arrays.copyOf(hashes, Math.multiplyExact(hashes.length, 2));
            }
            System.arraycopy(hash, 0, hashes, from, HASH_BYTES);
            count++;
        }

        byte[] at(long index) {
            int from = Math.toIntExact(Math.multiplyExact(index, HASH_BYTES));
            return Arrays.copyOfRange(hashes, from, from + HASH_BYTES);
        }
    }
}
