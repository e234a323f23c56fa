package redoubt.provenance.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// The headers of the one ZIP that a package has: stored, without times, extra fields or comments.
/// Stateless. Source: PKWARE APPNOTE 6.3; docs/audit-record.md section 11.6.
final class ZipHeaders {
    static final int LOCAL = 0x0403_4b50;
    static final int CENTRAL = 0x0201_4b50;
    static final int END = 0x0605_4b50;
    static final int LOCAL_BYTES = 30;
    static final int CENTRAL_BYTES = 46;
    static final int END_BYTES = 22;
    // 1980-01-01, the day on which the format's calendar begins.
    private static final short DAY = 0x0021;
    private static final short VERSION = 20;

    private ZipHeaders() {}

    static byte[] local(String name, int crc, long size) {
        byte[] named = name.getBytes(StandardCharsets.US_ASCII);
        byte[] header = new byte[LOCAL_BYTES + named.length];
        common(little(header).putInt(LOCAL), crc, size, named).put(named);
        return header;
    }

    static byte[] central(String name, int crc, long size, long offset) {
        byte[] named = name.getBytes(StandardCharsets.US_ASCII);
        byte[] header = new byte[CENTRAL_BYTES + named.length];
        ByteBuffer out = little(header).putInt(CENTRAL).putShort(VERSION);
        common(out, crc, size, named);
        // Comment, disk, internal and external attributes: none.
        out.putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt((int) offset)
                .put(named);
        return header;
    }

    static byte[] end(int files, long centralBytes, long centralOffset) {
        byte[] header = new byte[END_BYTES];
        little(header)
                .putInt(END)
                .putInt(0)
                .putShort((short) files)
                .putShort((short) files)
                .putInt((int) centralBytes)
                .putInt((int) centralOffset)
                .putShort((short) 0);
        return header;
    }

    private static ByteBuffer common(ByteBuffer out, int crc, long size, byte[] named) {
        return out.putShort(VERSION)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(DAY)
                .putInt(crc)
                .putInt((int) size)
                .putInt((int) size)
                .putShort((short) named.length)
                .putShort((short) 0);
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static int crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return (int) crc.getValue();
    }
}
