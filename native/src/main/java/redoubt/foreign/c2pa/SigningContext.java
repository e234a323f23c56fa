package redoubt.foreign.c2pa;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// Settings and a certificate, with which manifests are signed.
///
/// Owns one native context; close frees it after the calls in flight have ended. Any thread: each
/// call makes its own builder. The private key stays in Java: the library calls back on the thread
/// that asked, and that thread's {@link ClaimSigner} signs.
@SuppressWarnings({"restricted", "UnusedMethod"}) // native access lives here; upcalls by name
public final class SigningContext implements AutoCloseable {
    private static final int ES256 = 0;
    private static final ThreadLocal<@Nullable Signing> CURRENT = new ThreadLocal<>();
    private static final MemorySegment CALLBACK = callback();

    /// One signature under way: who signs, and what went wrong if it did.
    private static final class Signing {
        private final ClaimSigner signer;
        private @Nullable Throwable failure;

        Signing(ClaimSigner signer) {
            this.signer = signer;
        }
    }

    private final Bindings bindings;
    private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
    private MemorySegment context;

    private SigningContext(Bindings bindings, MemorySegment context) {
        this.bindings = bindings;
        this.context = context;
    }

    static SigningContext of(Bindings bindings, String settingsJson, String certificatesPem)
            throws C2paException {
        MemorySegment signer;
        try (Arena arena = Arena.ofConfined()) {
            signer = bindings.signerCreate(CALLBACK, ES256, arena.allocateFrom(certificatesPem));
        }
        if (Bindings.isNull(signer)) {
            throw Contexts.failure(bindings, "made a signer");
        }
        return new SigningContext(bindings, Contexts.make(bindings, settingsJson, signer));
    }

    /// Signs a manifest that already holds its own hash of the asset.
    ///
    /// @param definitionJson manifest definition, with a `c2pa.hash.data` assertion
    /// @return the manifest store
    public byte[] sign(String definitionJson, ClaimSigner signer) throws C2paException {
        lifetime.readLock().lock();
        Signing signing = new Signing(signer);
        CURRENT.set(signing);
        try (Arena arena = Arena.ofConfined()) {
            if (Bindings.isNull(context)) {
                throw new IllegalStateException("the signing context is closed");
            }
            MemorySegment fresh = bindings.builderFromContext(context);
            if (Bindings.isNull(fresh)) {
                throw Contexts.failure(bindings, "made a builder");
            }
            MemorySegment builder =
                    bindings.builderWithDefinition(fresh, arena.allocateFrom(definitionJson));
            if (Bindings.isNull(builder)) {
                throw Contexts.failure(bindings, "taken the manifest definition");
            }
            try {
                MemorySegment out = arena.allocate(ADDRESS);
                long length =
                        bindings.builderSignEmbeddable(
                                builder, arena.allocateFrom("application/c2pa"), out);
                if (length < 0) {
                    throw signingFailure(signing);
                }
                return bindings.takeBytes(out.get(ADDRESS, 0), length);
            } finally {
                bindings.free(builder);
            }
        } finally {
            CURRENT.remove();
            lifetime.readLock().unlock();
        }
    }

    private C2paException signingFailure(Signing signing) {
        C2paException failure = Contexts.failure(bindings, "signed the manifest");
        if (signing.failure != null) {
            failure.initCause(signing.failure);
        }
        return failure;
    }

    @Override
    public void close() {
        lifetime.writeLock().lock();
        try {
            bindings.free(context);
            context = MemorySegment.NULL;
        } finally {
            lifetime.writeLock().unlock();
        }
    }

    @SuppressWarnings("UnusedVariable") // the shape is the library's
    private static long sign(
            MemorySegment ignored, MemorySegment data, long length, MemorySegment out, long room) {
        Signing signing = CURRENT.get();
        if (signing == null) {
            return -1;
        }
        try {
            byte[] signature = signing.signer.sign(data.reinterpret(length).toArray(JAVA_BYTE));
            if (signature.length > room) {
                return -1;
            }
            MemorySegment.copy(signature, 0, out.reinterpret(room), JAVA_BYTE, 0, signature.length);
            return signature.length;
        } catch (Throwable e) {
            signing.failure = e;
            return -1;
        }
    }

    private static MemorySegment callback() {
        FunctionDescriptor shape =
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
        try {
            return Linker.nativeLinker()
                    .upcallStub(
                            MethodHandles.lookup()
                                    .findStatic(SigningContext.class, "sign", shape.toMethodType()),
                            shape,
                            Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("an upcall that is not there", e);
        }
    }
}
