/// Says what this host is, and which library variant, threads and memory an engine gets on it.
@org.jspecify.annotations.NullMarked
module redoubt.hardware {
    requires static transitive org.jspecify;
    requires redoubt.foreign;

    exports redoubt.hardware to
            redoubt.engine,
            redoubt.appliance,
            redoubt.bench;
}
