package redoubt.foreign.posix;

import java.nio.charset.StandardCharsets;

/// Socket addresses as the kernel reads them, all of them on this machine: a probe never aims
/// outside. Source: ip(7), ipv6(7), unix(7), vsock(7), netlink(7).
enum SocketAddressBytes {
    LOOPBACK_V4(2, 16),
    LOOPBACK_ANY_PORT(2, 16),
    LOOPBACK_V6(10, 28),
    DNS_STUB_V4(2, 16),
    UNIX_ABSENT(1, 110),
    VSOCK_LOCAL(40, 16);

    private static final int DISCARD_PORT = 9;
    private static final int DNS_PORT = 53;

    private final int family;
    private final int size;

    SocketAddressBytes(int family, int size) {
        this.family = family;
        this.size = size;
    }

    int family() {
        return family;
    }

    byte[] bytes() {
        byte[] bytes = new byte[size];
        bytes[0] = (byte) family;
        switch (this) {
            case LOOPBACK_V4 -> v4(bytes, DISCARD_PORT, 1);
            case LOOPBACK_ANY_PORT -> v4(bytes, 0, 1);
            // Where systemd-resolved listens; nothing is asked, one empty byte is sent.
            case DNS_STUB_V4 -> v4(bytes, DNS_PORT, 53);
            case LOOPBACK_V6 -> {
                bytes[3] = DISCARD_PORT;
                bytes[23] = 1;
            }
            case UNIX_ABSENT -> {
                byte[] path = "/run/redoubt-seal-probe".getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(path, 0, bytes, 2, path.length);
            }
            // Port 9 of context 1, which is this machine itself.
            case VSOCK_LOCAL -> {
                bytes[4] = DISCARD_PORT;
                bytes[8] = 1;
            }
        }
        return bytes;
    }

    private static void v4(byte[] bytes, int port, int lastOctet) {
        bytes[3] = (byte) port;
        bytes[4] = 127;
        bytes[7] = (byte) lastOctet;
    }
}
