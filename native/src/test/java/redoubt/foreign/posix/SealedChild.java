package redoubt.foreign.posix;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// A child process that seals itself and goes on working; [SealedProcessTest] starts it and reads
/// its lines.
final class SealedChild {
    static final char[] PASSWORD = "changeit".toCharArray();
    static final long MORE_BYTES = 64L << 20;

    private SealedChild() {}

    public static void main(String[] arguments) throws Exception {
        Path outside = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "engine" -> engine(outside);
            case "gateway" -> gateway(outside, Path.of(arguments[2]));
            case "unsealed" -> report(SealProbe.engine(outside));
            case "streams" -> streams();
            case "limited" -> limited(outside);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void report(List<ProbeResult> results) {
        for (ProbeResult result : results) {
            System.out.println(
                    "probe "
                            + result.name()
                            + (result.holds() ? " holds " : " FAILS ")
                            + (result.blocked() ? "blocked " : "open ")
                            + result.layer().replace(' ', '-')
                            + " # "
                            + result.sentence());
        }
    }

    private static void streams() throws Exception {
        OutputStream frames = Descriptors.detachStandardOutput();
        System.out.println("a stray print");
        byte[] frame = new byte[300_000];
        java.util.Arrays.fill(frame, (byte) 'f');
        frames.write(frame);
        frames.write('!');
        frames.close();
    }

    private static void limited(Path large) throws Exception {
        long before = MemoryLimit.takenBytes();
        MemoryLimit.set(before + MORE_BYTES);
        List<Arena> held = new ArrayList<>();
        try {
            while (true) {
                Arena arena = Arena.ofShared();
                arena.allocate(1 << 20);
                held.add(arena);
            }
        } catch (OutOfMemoryError refused) {
            System.out.println("got " + held.size() + " of " + (MORE_BYTES >> 20));
        }
        try (FileChannel file = FileChannel.open(large)) {
            MemorySegment mapped =
                    file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), Arena.global());
            System.out.println("mapped " + mapped.get(ValueLayout.JAVA_BYTE, file.size() - 1));
        }
        held.forEach(Arena::close);
        try (Arena arena = Arena.ofConfined()) {
            System.out.println("again " + arena.allocate(1 << 20).byteSize());
        }
        SystemCallFilter.engine().install();
        try {
            MemoryLimit.set(1L << 40);
            System.out.println("raised");
        } catch (PosixException refused) {
            System.out.println("kept " + refused.getMessage());
        }
        System.out.println("end");
    }

    private static void engine(Path outside) throws Exception {
        System.out.println(SystemCallFilter.engine().install().sentence());
        report(SealProbe.engine(outside));
        System.out.println("java-connect " + connect(9));
        System.out.println("java-exec " + run("/bin/true"));
        System.out.println("java-write " + write(outside.resolve("file")));
        goOnWorking();
        System.out.println("java-read " + Files.readString(Path.of("/proc/self/comm")).strip());
        System.out.println("end");
    }

    private static void gateway(Path outside, Path keyStore) throws Exception {
        ServerSocketChannel plain = ServerSocketChannel.open();
        plain.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SSLServerSocket tls = tlsListener(keyStore);
        System.out.println(SystemCallFilter.gateway().install().sentence());
        report(SealProbe.gateway(outside));
        int plainPort = ((InetSocketAddress) plain.getLocalAddress()).getPort();
        System.out.println("ports " + plainPort + " " + tls.getLocalPort());
        System.out.flush();
        try (SocketChannel one = plain.accept()) {
            one.socket().getOutputStream().write("hello plain\n".getBytes(StandardCharsets.UTF_8));
        }
        try (Socket one = tls.accept();
                InputStream in = one.getInputStream()) {
            byte[] line = in.readNBytes(4);
            one.getOutputStream().write(line);
        }
        acceptWithSelector(plain);
        System.out.println("java-connect " + connect(plainPort));
        System.out.println("java-exec " + run("/bin/true"));
        System.out.println("java-write " + write(outside.resolve("file")));
        goOnWorking();
        System.out.println("end");
    }

    private static void acceptWithSelector(ServerSocketChannel plain) throws Exception {
        plain.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            plain.register(selector, SelectionKey.OP_ACCEPT);
            selector.select();
            try (SocketChannel one = plain.accept()) {
                one.write(StandardCharsets.UTF_8.encode("hello again\n"));
            }
        }
    }

    private static SSLServerSocket tlsListener(Path keyStore) throws Exception {
        KeyStore keys = KeyStore.getInstance(keyStore.toFile(), PASSWORD);
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return (SSLServerSocket)
                context.getServerSocketFactory()
                        .createServerSocket(0, 4, InetAddress.getLoopbackAddress());
    }

    private static String connect(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return "open " + socket.getPort();
        } catch (java.io.IOException refused) {
            return "refused " + refused.getMessage();
        } catch (ExceptionInInitializerError noSocketsAtAll) {
            // Java itself makes a pair of sockets when its socket classes are first used.
            return "refused " + noSocketsAtAll.getCause().getMessage();
        }
    }

    private static String run(String program) throws InterruptedException {
        try {
            return "exit " + new ProcessBuilder(program).start().waitFor();
        } catch (java.io.IOException refused) {
            return "refused " + refused.getMessage();
        }
    }

    private static String write(Path file) {
        try {
            Files.writeString(file, "x");
            return "written";
        } catch (java.io.IOException refused) {
            return "refused " + refused.getMessage();
        }
    }

    /// Threads of both kinds, garbage collection, compilation and class loading after the seal.
    private static void goOnWorking() throws Exception {
        long sum = 0;
        for (int round = 0; round < 20; round++) {
            List<byte[]> garbage = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                garbage.add(new byte[10_000]);
            }
            sum += garbage.stream().mapToLong(array -> array.length).sum();
        }
        System.gc();
        try (ExecutorService platform = Executors.newFixedThreadPool(8);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                all.add((i % 2 == 0 ? platform : virtual).submit(() -> number));
            }
            for (Future<Integer> one : all) {
                sum += one.get();
            }
        }
        System.out.println("worked " + sum);
    }
}
