package redoubt.foreign.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;

/// The functions of one open C library. The Java shape of a function, an interface of one method
/// from [Shapes], says its C signature too, so that the two cannot differ. The library stays open
/// for the life of the process.
@SuppressWarnings("restricted") // this is the module that may
public final class Functions {
    private final Path library;
    private final SymbolLookup symbols;

    /// @throws IllegalArgumentException when the file is not a library that can be opened here
    public Functions(Path library) {
        this.library = library;
        this.symbols = SymbolLookup.libraryLookup(library, Arena.global());
    }

    /// The address of a symbol, for C code that wants a function.
    public MemorySegment address(String name) {
        return symbols.find(name)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                library.getFileName() + " has no function " + name));
    }

    /// A C function as an instance of `shape`.
    public <T> T bind(String name, Class<T> shape) {
        MethodHandle handle =
                Linker.nativeLinker().downcallHandle(address(name), descriptor(shape));
        return MethodHandleProxies.asInterfaceInstance(shape, handle);
    }

    /// A C function that returns a struct by value; its first argument is an allocator.
    public MethodHandle bindStruct(String name, MemoryLayout struct) {
        return Linker.nativeLinker().downcallHandle(address(name), FunctionDescriptor.of(struct));
    }

    /// A C function of one argument, a struct by value, that returns a pointer.
    public MethodHandle bindWithStruct(String name, MemoryLayout struct) {
        return Linker.nativeLinker()
                .downcallHandle(address(name), FunctionDescriptor.of(ValueLayout.ADDRESS, struct));
    }

    private static FunctionDescriptor descriptor(Class<?> shape) {
        Method method = shape.getMethods()[0];
        MemoryLayout[] arguments =
                Arrays.stream(method.getParameterTypes())
                        .map(Functions::layout)
                        .toArray(MemoryLayout[]::new);
        Class<?> result = method.getReturnType();
        return result == void.class
                ? FunctionDescriptor.ofVoid(arguments)
                : FunctionDescriptor.of(layout(result), arguments);
    }

    private static MemoryLayout layout(Class<?> type) {
        if (type == MemorySegment.class) {
            return ValueLayout.ADDRESS;
        }
        if (type == int.class) {
            return ValueLayout.JAVA_INT;
        }
        if (type == long.class) {
            return ValueLayout.JAVA_LONG;
        }
        if (type == float.class) {
            return ValueLayout.JAVA_FLOAT;
        }
        if (type == boolean.class) {
            return ValueLayout.JAVA_BOOLEAN;
        }
        throw new IllegalArgumentException("no C type for " + type);
    }
}
