/// The command line of a stranger who checks an answer or a record, packed as one jar.
@org.jspecify.annotations.NullMarked
module redoubt.verifier {
    requires static transitive org.jspecify;
    requires redoubt.provenance;
}
