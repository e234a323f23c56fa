/// One process for one model: templates, tokens, batches, samples. No socket, no key, no database.
@org.jspecify.annotations.NullMarked
module redoubt.engine {
    requires static transitive org.jspecify;
    requires transitive redoubt.foreign;
    requires redoubt.hardware;
    requires com.fasterxml.jackson.annotation;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.cbor;

    exports redoubt.engine.client to
            redoubt.appliance,
            redoubt.bench;

    opens redoubt.engine.client to
            com.fasterxml.jackson.databind;
    opens redoubt.engine.protocol to
            com.fasterxml.jackson.databind;
}
