package redoubt.provenance.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StampedAnswerTest {
    @TempDir Path folder;
    private Site site;

    @BeforeEach
    void makeSite() throws Exception {
        site = Site.in(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @ParameterizedTest
    @EnumSource
    void is_accepted_in_each_form(Form form) throws Exception {
        Stamped stamped = site.stamp(form, "The answer is forty-two.\nIt is an even number.\n");
        System.out.println(
                form
                        + " manifest "
                        + stamped.manifest().length
                        + " file "
                        + stamped.bytes().length);
        CredentialVerdict v = site.verify(stamped);
        System.out.println(v);
        CredentialFacts facts = assertInstanceOf(CredentialVerdict.Valid.class, v).facts();
        assertEquals(42, facts.entry().sequence());
        System.out.println(facts);
    }
}
