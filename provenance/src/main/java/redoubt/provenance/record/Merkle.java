package redoubt.provenance.record;

import java.util.List;

/// The hashes of RFC 6962 and the checks of its proofs.
///
/// Leaves and nodes are hashed under different first bytes, so that no node can be shown as a leaf.
/// Stateless, any thread. Source: RFC 6962 section 2.1; the checks follow RFC 9162 sections 2.1.3.2
/// and 2.1.4.2; docs/audit-record.md section 7.
public final class Merkle {
    private Merkle() {}

    public static Bytes leafHash(byte[] entry) {
        return Bytes.of(Hashes.leaf(entry));
    }

    public static Bytes nodeHash(Bytes left, Bytes right) {
        return Bytes.of(Hashes.node(left.toArray(), right.toArray()));
    }

    /// The root of a tree without leaves.
    public static Bytes emptyRoot() {
        return Bytes.of(Hashes.sha256());
    }

    /// Whether the leaf stands at `index` in the tree of `size` leaves with this root.
    public static boolean includes(
            Bytes leafHash, long index, long size, List<Bytes> path, Bytes root) {
        if (index < 0 || index >= size || path.size() > Long.SIZE) {
            return false;
        }
        long node = index;
        long last = size - 1;
        Bytes hash = leafHash;
        for (Bytes beside : path) {
            if (last == 0 || beside.length() != 32) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = nodeHash(beside, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = nodeHash(hash, beside);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && hash.equals(root);
    }

    /// Whether the tree of `newSize` only adds to the tree of `oldSize`.
    public static boolean isConsistent(
            long oldSize, Bytes oldRoot, long newSize, Bytes newRoot, List<Bytes> path) {
        if (oldSize < 0 || oldSize > newSize || path.size() > 2 * Long.SIZE) {
            return false;
        }
        if (oldSize == newSize) {
            return path.isEmpty() && oldRoot.equals(newRoot);
        }
        if (oldSize == 0) {
            return path.isEmpty() && oldRoot.equals(emptyRoot());
        }
        return !path.isEmpty() && foldsToBoth(oldSize, oldRoot, newSize, newRoot, path);
    }

    private static boolean foldsToBoth(
            long oldSize, Bytes oldRoot, long newSize, Bytes newRoot, List<Bytes> path) {
        long node = oldSize - 1;
        long last = newSize - 1;
        while ((node & 1) == 1) {
            node >>= 1;
            last >>= 1;
        }
        // A full old tree is itself the first hash, and is not sent.
        boolean oldIsFull = Long.bitCount(oldSize) == 1;
        Bytes oldHash = oldIsFull ? oldRoot : path.getFirst();
        Bytes newHash = oldHash;
        for (Bytes beside : path.subList(oldIsFull ? 0 : 1, path.size())) {
            if (last == 0 || beside.length() != 32) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                oldHash = nodeHash(beside, oldHash);
                newHash = nodeHash(beside, newHash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                newHash = nodeHash(newHash, beside);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && oldHash.equals(oldRoot) && newHash.equals(newRoot);
    }
}
