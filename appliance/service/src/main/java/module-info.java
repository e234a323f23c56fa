/// The gateway: people, permissions, the API and the page, the record and the keys.
@org.jspecify.annotations.NullMarked
module redoubt.appliance {
    requires static transitive org.jspecify;
    requires redoubt.foreign;
    requires redoubt.hardware;
    requires redoubt.index;
    requires redoubt.provenance;
    requires redoubt.engine;
    requires io.helidon.http;
    requires io.helidon.webserver;
    requires com.fasterxml.jackson.annotation;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.h2database;
    requires io.nayuki.qrcodegen;
    requires java.logging;
    requires java.net.http;
    requires java.sql;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.util;

    opens redoubt.appliance.answers to
            com.fasterxml.jackson.databind;
    opens redoubt.appliance.engines to
            com.fasterxml.jackson.databind;
    opens redoubt.appliance.conversations to
            com.fasterxml.jackson.databind;
    opens redoubt.appliance.http to
            com.fasterxml.jackson.databind;
    opens redoubt.appliance.identity to
            com.fasterxml.jackson.databind;
    opens redoubt.appliance.site to
            com.fasterxml.jackson.databind;
}
