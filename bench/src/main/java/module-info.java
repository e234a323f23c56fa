/// The whole of Redoubt from outside: measured beside llama.cpp's own programs, and rehearsed so
/// that it starts sooner.
@org.jspecify.annotations.NullMarked
module redoubt.bench {
    requires static transitive org.jspecify;
    requires redoubt.engine;
    requires redoubt.fixtures;
    requires redoubt.hardware;
    requires redoubt.index;
    requires redoubt.provenance;
    requires com.fasterxml.jackson.databind;
    requires java.net.http;
}
