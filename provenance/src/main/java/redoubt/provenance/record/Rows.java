package redoubt.provenance.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// A growing column of values of one width, a value for each entry of a record. It is kept in
/// pieces, so that growing never copies what is there and needs no room for it twice.
///
/// Not thread safe: whoever owns the record's order owns this.
final class Rows {
    private static final int PIECE_ROWS = 8_192;
    private static final int FIRST_ROWS = 16;
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final int width;
    private final List<byte[]> pieces = new ArrayList<>();
    private long count;

    Rows(int width) {
        this.width = width;
    }

    long count() {
        return count;
    }

    void add(byte[] row) {
        if (row.length != width)
            throw new IllegalArgumentException("a row has %d bytes".formatted(width));
        byte[] piece = grown();
        System.arraycopy(row, 0, piece, at(count), width);
        count++;
    }

    void addInt(int value) {
        INT.set(grown(), at(count), value);
        count++;
    }

    byte[] row(long index) {
        int from = at(index);
        return Arrays.copyOfRange(piece(index), from, from + width);
    }

    int intAt(long index) {
        return (int) INT.get(piece(index), at(index));
    }

    void setInt(long index, int value) {
        INT.set(piece(index), at(index), value);
    }

    /// Forgets the rows from `size` on.
    void truncate(long size) {
        if (size < 0 || size > count) throw new IllegalArgumentException("no row " + size);
        count = size;
    }

    private byte[] piece(long index) {
        return pieces.get(Math.toIntExact(Objects.checkIndex(index, count) / PIECE_ROWS));
    }

    private int at(long index) {
        return (int) (index % PIECE_ROWS) * width;
    }

    // The piece in which the next row has room.
    private byte[] grown() {
        int last = Math.toIntExact(count / PIECE_ROWS);
        int row = (int) (count % PIECE_ROWS);
        if (last == pieces.size())
            pieces.add(new byte[(last == 0 ? FIRST_ROWS : PIECE_ROWS) * width]);
        byte[] piece = pieces.get(last);
        if (row * width == piece.length) {
            // Only the first piece begins small: most trees of a test and of a package are.
            piece = Arrays.copyOf(piece, piece.length * 2);
            pieces.set(last, piece);
        }
        return piece;
    }
}
