/// The Open Audit Record and the Content Credentials: makes them, verifies them.
@org.jspecify.annotations.NullMarked
module redoubt.provenance {
    requires static transitive org.jspecify;
    requires redoubt.foreign;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.pkix;
    requires com.fasterxml.jackson.databind;

    exports redoubt.provenance.anchor;
    exports redoubt.provenance.credentials;
    exports redoubt.provenance.evidence;
    exports redoubt.provenance.inference;
    exports redoubt.provenance.record;
    exports redoubt.provenance.witness;
}
