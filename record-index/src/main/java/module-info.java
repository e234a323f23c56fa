/// The index of the record: finds entries by who, when, what. It is made from the segments and can
/// be thrown away.
@org.jspecify.annotations.NullMarked
module redoubt.index {
    requires static transitive org.jspecify;
    requires transitive redoubt.provenance;
    requires com.h2database;
    requires java.sql;

    exports redoubt.index;
}
