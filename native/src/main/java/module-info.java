/// The only code that touches `java.lang.foreign`: bindings to llama.cpp, to C2PA and to the
/// operating system. No exported type mentions a memory address; see docs/adr.
@org.jspecify.annotations.NullMarked
module redoubt.foreign {
    requires static transitive org.jspecify;

    exports redoubt.foreign.llama to
            redoubt.engine,
            redoubt.hardware,
            redoubt.bench;
    exports redoubt.foreign.posix to
            redoubt.engine,
            redoubt.appliance,
            redoubt.hardware;
    exports redoubt.foreign.c2pa to
            redoubt.provenance;
}
