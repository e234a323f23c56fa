package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The hashes of a growing record, from which a root or a proof for any earlier size is made with a
/// logarithm of hashes.
///
/// Keeps the leaves and the full subtrees of 2^[#KEPT_FROM] leaves and more, 36 bytes of memory for
/// each entry; smaller subtrees are made of their leaves when they are asked for. Not thread safe:
/// whoever owns the record's order owns this. Source: RFC 6962 section 2.1.
final class MerkleTree {
    private static final int HASH_BYTES = 32;

    // A root or a proof takes at most 15 more hashes, and the tree less than two thirds of the
    // room.
    private static final int KEPT_FROM = 4;

    private final Rows leaves = new Rows(HASH_BYTES);

    /// Element k has one node for each full subtree of 2^(k + KEPT_FROM) leaves.
    private final List<Rows> kept = new ArrayList<>();

    public long size() {
        return leaves.count();
    }

    public void append(Bytes leafHash) {
        byte[] leaf = leafHash.toArray();
        if (leaf.length != HASH_BYTES) {
            throw new IllegalArgumentException("a leaf hash has 32 bytes, not " + leaf.length);
        }
        leaves.add(leaf);
        long size = leaves.count();
        for (int k = 0; size % (1L << (k + KEPT_FROM)) == 0; k++) {
            if (k == kept.size()) {
                kept.add(new Rows(HASH_BYTES));
            }
            long half = 1L << (k + KEPT_FROM - 1);
            kept.get(k)
                    .add(Hashes.node(hash(size - 2 * half, size - half), hash(size - half, size)));
        }
    }

    /// Forgets the leaves from `size` on: they never became durable.
    void truncate(long size) {
        requireSize(size);
        leaves.truncate(size);
        for (int k = 0; k < kept.size(); k++) {
            kept.get(k).truncate(size >> (k + KEPT_FROM));
        }
    }

    public Bytes leaf(long index) {
        return Bytes.of(leaves.row(index));
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
        if (count == 1) {
            return leaves.row(start);
        }
        int k = Long.numberOfTrailingZeros(count);
        if (Long.bitCount(count) == 1 && k >= KEPT_FROM) {
            return kept.get(k - KEPT_FROM).row(start >> k);
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
}
