/// One process for one model: templates, tokens, batches, samples. No socket, no key, no database.
@org.jspecify.annotations.NullMarked
module redoubt.engine {
    requires static transitive org.jspecify;
    requires redoubt.foreign;
    requires redoubt.hardware;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.cbor;
}
