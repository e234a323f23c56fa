package redoubt.foreign.c2pa;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Lets the library read a Java array as a C2paStream. Reading only: nothing we call writes.
///
/// The four upcalls are made once for the process; the context pointer is a number under which the
/// stream is found, so no Java object is ever reached through an address. Owned by the thread that
/// made it. No exception leaves an upcall: anything that goes wrong is the error -1.
@SuppressWarnings({"restricted", "UnusedMethod"}) // native access lives here; upcalls by name
final class ByteStream implements AutoCloseable {
    private static final ConcurrentHashMap<Long, ByteStream> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT_ID = new AtomicLong(1);
    private static final MemorySegment READ =
            stub("read", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MemorySegment SEEK =
            stub("seek", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MemorySegment WRITE =
            stub("write", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MemorySegment FLUSH =
            stub("flush", FunctionDescriptor.of(JAVA_LONG, ADDRESS));

    private final Bindings bindings;
    private final long id = NEXT_ID.getAndIncrement();
    private final byte[] bytes;
    private final MemorySegment stream;
    private long position;

    ByteStream(Bindings bindings, byte[] bytes) {
        this.bindings = bindings;
        this.bytes = bytes;
        OPEN.put(id, this);
        this.stream = bindings.createStream(MemorySegment.ofAddress(id), READ, SEEK, WRITE, FLUSH);
    }

    MemorySegment pointer() {
        return stream;
    }

    @Override
    public void close() {
        bindings.releaseStream(stream);
        OPEN.remove(id);
    }

    private static long read(MemorySegment context, MemorySegment buffer, long length) {
        try {
            ByteStream self = OPEN.get(context.address());
            if (self == null || length < 0) {
                return -1;
            }
            int from = (int) Math.min(self.position, self.bytes.length);
            int count = (int) Math.min(length, self.bytes.length - from);
            MemorySegment.copy(self.bytes, from, buffer.reinterpret(length), JAVA_BYTE, 0, count);
            self.position += count;
            return count;
        } catch (Throwable e) {
            return -1;
        }
    }

    private static long seek(MemorySegment context, long offset, int mode) {
        try {
            ByteStream self = OPEN.get(context.address());
            if (self == null) {
                return -1;
            }
            long base =
                    switch (mode) {
                        case 0 -> 0;
                        case 1 -> self.position;
                        case 2 -> self.bytes.length;
                        default -> Long.MIN_VALUE;
                    };
            long target = Math.addExact(base, offset);
            if (target < 0) {
                return -1;
            }
            self.position = target;
            return target;
        } catch (Throwable e) {
            return -1;
        }
    }

    @SuppressWarnings("UnusedVariable") // the shape is the library's
    private static long write(MemorySegment context, MemorySegment buffer, long length) {
        return -1;
    }

    @SuppressWarnings("UnusedVariable") // the shape is the library's
    private static long flush(MemorySegment context) {
        return 0;
    }

    private static MemorySegment stub(String method, FunctionDescriptor descriptor) {
        try {
            MethodType type = descriptor.toMethodType();
            return Linker.nativeLinker()
                    .upcallStub(
                            MethodHandles.lookup().findStatic(ByteStream.class, method, type),
                            descriptor,
                            Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("an upcall that is not there", e);
        }
    }
}
