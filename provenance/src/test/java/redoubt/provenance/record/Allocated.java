package redoubt.provenance.record;

import java.lang.reflect.Method;

/// How much memory a thread has asked for so far: a count of work that does not depend on how fast
/// or how busy the machine is. By reflection, because the module does not need the interface.
final class Allocated {
    private static final Object BEAN;
    private static final Method METHOD;

    static {
        try {
            BEAN =
                    Class.forName("java.lang.management.ManagementFactory")
                            .getMethod("getThreadMXBean")
                            .invoke(null);
            METHOD =
                    Class.forName("com.sun.management.ThreadMXBean")
                            .getMethod("getCurrentThreadAllocatedBytes");
        } catch (ReflectiveOperationException absent) {
            throw new AssertionError("this Java cannot tell what a thread allocates", absent);
        }
    }

    private Allocated() {}

    static long byThisThread() {
        try {
            return (long) METHOD.invoke(BEAN);
        } catch (ReflectiveOperationException absent) {
            throw new AssertionError(absent);
        }
    }
}
