package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MerkleTest {
    private static final int SIZE_MAX = 40;

    private static List<Bytes> leaves(int count) {
        List<Bytes> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) leaves.add(Merkle.leafHash(new byte[] {(byte) i}));
        return leaves;
    }

    private static MerkleTree tree(List<Bytes> leaves) {
        MerkleTree tree = new MerkleTree();
        leaves.forEach(tree::append);
        return tree;
    }

    /// RFC 6962 section 2.1, word for word.
    private static Bytes root(List<Bytes> leaves) {
        if (leaves.isEmpty()) return Bytes.of(Hashes.sha256());
        if (leaves.size() == 1) return leaves.getFirst();
        int k = Integer.highestOneBit(leaves.size() - 1);
        return Merkle.nodeHash(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
    }

    @Test
    void the_roots_of_all_sizes_are_those_of_the_definition() {
        List<Bytes> leaves = leaves(SIZE_MAX);
        MerkleTree tree = tree(leaves);
        for (int size = 0; size <= SIZE_MAX; size++)
            assertEquals(root(leaves.subList(0, size)), tree.root(size), "size " + size);
    }

    @Test
    void the_empty_root_is_the_published_one() {
        assertEquals(
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                new MerkleTree().root().hex());
        assertEquals(
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                Merkle.leafHash(new byte[0]).hex());
    }

    @Test
    void each_leaf_is_included_in_each_size_and_nowhere_else() {
        List<Bytes> leaves = leaves(SIZE_MAX);
        MerkleTree tree = tree(leaves);
        for (int size = 1; size <= SIZE_MAX; size++) {
            for (int index = 0; index < size; index++) {
                var path = tree.inclusion(index, size);
                var leaf = leaves.get(index);
                assertTrue(Merkle.includes(leaf, index, size, path, tree.root(size)));
                assertFalse(Merkle.includes(leaf, index + 1L, size, path, tree.root(size)));
                assertFalse(
                        Merkle.includes(
                                leaves.get((index + 1) % SIZE_MAX),
                                index,
                                size,
                                path,
                                tree.root(size)));
                if (!path.isEmpty())
                    assertFalse(
                            Merkle.includes(
                                    leaf,
                                    index,
                                    size,
                                    path.subList(0, path.size() - 1),
                                    tree.root(size)));
            }
        }
    }

    @Test
    void each_size_is_consistent_with_each_later_one() {
        MerkleTree tree = tree(leaves(SIZE_MAX));
        Bytes other = Merkle.leafHash(new byte[] {99});
        for (int from = 0; from <= SIZE_MAX; from++) {
            for (int to = from; to <= SIZE_MAX; to++) {
                var proof = tree.consistency(from, to);
                assertTrue(
                        Merkle.isConsistent(from, tree.root(from), to, tree.root(to), proof),
                        from + " to " + to);
                assertFalse(Merkle.isConsistent(from, other, to, tree.root(to), proof));
                if (from > 0)
                    assertFalse(Merkle.isConsistent(from, tree.root(from), to, other, proof));
            }
        }
    }

    /// The hashes are kept in pieces of 8,192.
    @Test
    void a_tree_of_many_pieces_has_the_root_of_the_definition_and_its_proofs() {
        List<Bytes> leaves = new ArrayList<>();
        for (int i = 0; i < 17_000; i++)
            leaves.add(Merkle.leafHash(new byte[] {(byte) i, (byte) (i >> 8)}));
        MerkleTree tree = tree(leaves);
        tree.truncate(8_191);
        for (int i = 8_191; i < leaves.size(); i++) tree.append(leaves.get(i));
        assertEquals(root(leaves), tree.root());
        for (int index : List.of(0, 8_191, 8_192, 16_383, 16_384, 16_999)) {
            assertEquals(leaves.get(index), tree.leaf(index));
            var path = tree.inclusion(index, leaves.size());
            assertTrue(Merkle.includes(leaves.get(index), index, leaves.size(), path, tree.root()));
        }
    }

    @Test
    void what_was_taken_back_leaves_no_trace() {
        List<Bytes> leaves = leaves(SIZE_MAX);
        for (int size = 0; size <= SIZE_MAX; size++) {
            MerkleTree tree = tree(leaves);
            tree.truncate(size);
            assertEquals(root(leaves.subList(0, size)), tree.root());
            for (int i = size; i < SIZE_MAX; i++) tree.append(leaves.get(i));
            assertEquals(root(leaves), tree.root());
        }
    }
}
