package redoubt.appliance.parked;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.ParkedState;
import redoubt.engine.client.ParkedStore;

/// One parked state on disk. File: `RDP1`, then sealed pieces, the first with what the state is
/// (after four bytes of its length), the others with a mebibyte of it each. A piece is a nonce (12)
/// and AES-256-GCM with its tag; model, build, shape of the context, tenant, number of the state
/// and place of the piece are authenticated with it, so nothing can be taken from one file to
/// another. The first piece knows the tenant only from inside: its place is authenticated without.
final class ParkedFile {
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;

    private static final byte[] MAGIC = "RDP1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES_MAX = 1 << 20;
    private static final int TOKENS_BYTES_MAX = HEAD_BYTES_MAX / 2;

    private final Path file;
    private final SecretKeySpec key;
    private final String shelf;

    /// @param shelf model, build and shape of the context
    ParkedFile(Path file, SecretKeySpec key, String shelf) {
        this.file = file;
        this.key = key;
        this.shelf = shelf;
    }

    /// How much of a disk a state takes.
    static long diskBytes(ParkedState state) {
        long parts = (state.bytes() + ParkedStore.PART_BYTES - 1) / ParkedStore.PART_BYTES;
        return state.bytes() + state.tokens().remaining() + (parts + 2) * 64 + 256;
    }

    /// What the state is.
    ///
    /// @throws IOException when the file is damaged or of another model
    ParkedState head() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return head(channel);
        }
    }

    private ParkedState head(FileChannel channel) throws IOException {
        ByteBuffer start = read(channel, 0, MAGIC.length + Integer.BYTES);
        byte[] magic = new byte[MAGIC.length];
        start.get(magic);
        int length = start.getInt();
        if (!Arrays.equals(magic, MAGIC) || length < 1 || length > HEAD_BYTES_MAX)
            throw new IOException("this is no parked state");
        byte[] head = open("head", read(channel, start.capacity(), length).array());
        try (DataInputStream data = new DataInputStream(new ByteArrayInputStream(head))) {
            long number = data.readLong();
            long bytes = data.readLong();
            String tenant = data.readUTF();
            return new ParkedState(number, tenant, ByteBuffer.wrap(data.readAllBytes()), bytes);
        } catch (IllegalArgumentException impossible) {
            throw new IOException("this is no parked state", impossible);
        }
    }

    /// The part of the state that begins at `offset`.
    ///
    /// @throws IOException when there is none, or the file is damaged
    byte[] part(long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ParkedState state = head(channel);
            if (offset < 0 || offset >= state.bytes() || offset % ParkedStore.PART_BYTES != 0)
                throw new IOException("no part begins at " + offset);
            long index = offset / ParkedStore.PART_BYTES;
            int clear = (int) Math.min(ParkedStore.PART_BYTES, state.bytes() - offset);
            int head = read(channel, MAGIC.length, Integer.BYTES).getInt();
            long at =
                    MAGIC.length
                            + Integer.BYTES
                            + head
                            + index * (ParkedStore.PART_BYTES + NONCE_BYTES + TAG_BYTES);
            return open(
                    place(state, index),
                    read(channel, at, clear + NONCE_BYTES + TAG_BYTES).array());
        }
    }

    /// Writes a state; it is there under its name only when it is whole. Not forced: after a power
    /// cut it is computed again.
    ParkedStore.Keeping write(ParkedState state) throws IOException {
        if (state.tokens().remaining() > TOKENS_BYTES_MAX)
            throw new IOException("the state is of too many tokens");
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        FileChannel channel =
                FileChannel.open(
                        fresh,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        byte[] head = seal("head", describe(state));
        write(
                channel,
                ByteBuffer.allocate(MAGIC.length + Integer.BYTES + head.length)
                        .put(MAGIC)
                        .putInt(head.length)
                        .put(head)
                        .flip());
        return new Writing(state, fresh, channel);
    }

    private final class Writing implements ParkedStore.Keeping {
        private final ParkedState state;
        private final Path fresh;
        private final FileChannel channel;
        private long written;

        Writing(ParkedState state, Path fresh, FileChannel channel) {
            this.state = state;
            this.fresh = fresh;
            this.channel = channel;
        }

        @Override
        public void part(byte[] bytes) throws IOException {
            long due = Math.min(ParkedStore.PART_BYTES, state.bytes() - written);
            if (bytes.length != due) throw new IOException("a part has the wrong length");
            String place = place(state, written / ParkedStore.PART_BYTES);
            write(channel, ByteBuffer.wrap(seal(place, bytes)));
            written += bytes.length;
        }

        @Override
        public void done() throws IOException {
            if (written != state.bytes()) throw new IOException("the state is not whole");
            channel.close();
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void close() {
            try {
                channel.close();
                Files.deleteIfExists(fresh);
            } catch (IOException left) {
                // The next start removes it.
            }
        }
    }

    private static byte[] describe(ParkedState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        data.writeLong(state.number());
        data.writeLong(state.bytes());
        data.writeUTF(state.tenant());
        byte[] tokens = new byte[state.tokens().remaining()];
        state.tokens().duplicate().get(tokens);
        data.write(tokens);
        return bytes.toByteArray();
    }

    private static String place(ParkedState state, long index) {
        return state.number() + " " + index + " " + state.tenant();
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining())
            if (channel.read(bytes, at + bytes.position()) < 0)
                throw new IOException("the file ends too early");
        return bytes.flip();
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) channel.write(bytes);
    }

    private byte[] seal(String place, byte[] clear) throws IOException {
        byte[] nonce = Secrets.bytes(NONCE_BYTES);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, place, clear, 0, clear.length);
        return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    }

    private byte[] open(String place, byte[] piece) throws IOException {
        if (piece.length < NONCE_BYTES + TAG_BYTES) throw new IOException("a piece is too short");
        byte[] nonce = Arrays.copyOf(piece, NONCE_BYTES);
        return cipher(
                Cipher.DECRYPT_MODE, nonce, place, piece, NONCE_BYTES, piece.length - NONCE_BYTES);
    }

    private byte[] cipher(int mode, byte[] nonce, String place, byte[] in, int from, int length)
            throws IOException {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
            cipher.updateAAD((shelf + "\n" + place).getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(in, from, length);
        } catch (GeneralSecurityException refused) {
            throw new IOException("a piece of a parked state is damaged or of another", refused);
        }
    }
}
