package redoubt.appliance.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The site's TLS certificate over years, and when parts of it are missing.
class SiteCertificateTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant NEAR_THE_END = NOW.plus(Duration.ofDays(380));

    @TempDir Path folder;
    private byte[] authority = new byte[0];
    private byte[] server = new byte[0];

    private SiteCertificate open(Instant at) throws SiteException {
        return SiteCertificate.openOrCreate(folder, "127.0.0.1", at);
    }

    private byte[] file(String name) throws Exception {
        return Files.readAllBytes(folder.resolve(name));
    }

    @BeforeEach
    void make() throws Exception {
        open(NOW);
        authority = file("ca.pem");
        server = file("server.pem");
    }

    @Test
    void is_made_once_and_kept() throws Exception {
        open(NOW.plus(Duration.ofDays(100)));
        assertArrayEquals(authority, file("ca.pem"));
        assertArrayEquals(server, file("server.pem"));
    }

    @Test
    void is_made_anew_near_its_end_under_the_same_authority() throws Exception {
        SiteCertificate renewed = open(NEAR_THE_END);
        assertArrayEquals(authority, file("ca.pem"));
        assertFalse(Arrays.equals(server, file("server.pem")));
        assertTrue(renewed.expiry().isAfter(NEAR_THE_END.plus(Duration.ofDays(300))));
    }

    @Test
    void needs_the_authoritys_key_only_when_it_is_due() throws Exception {
        Files.delete(folder.resolve("ca-key.pem"));
        open(NOW.plus(Duration.ofDays(1)));
        assertArrayEquals(authority, file("ca.pem"));
    }

    @Test
    void never_changes_the_authority_behind_the_clients_backs() throws Exception {
        Files.delete(folder.resolve("ca-key.pem"));
        SiteException refused = assertThrows(SiteException.class, () -> open(NEAR_THE_END));
        assertTrue(String.valueOf(refused.getMessage()).contains("ca-key.pem"));
        assertArrayEquals(authority, file("ca.pem"));
        assertArrayEquals(server, file("server.pem"));
    }

    @Test
    void is_made_anew_under_a_new_authority() throws Exception {
        Files.delete(folder.resolve("ca.pem"));
        open(NOW);
        assertFalse(Arrays.equals(authority, file("ca.pem")));
        SiteCertificate.readCertificate(folder.resolve("server.pem"))
                .verify(SiteCertificate.readCertificate(folder.resolve("ca.pem")).getPublicKey());
    }

    @Test
    void names_the_addresses_of_its_interfaces_when_it_listens_on_all_of_them() throws Exception {
        ServerNames everywhere = ServerNames.of("0.0.0.0");
        ServerNames here = ServerNames.of("127.0.0.1");
        assertEquals(List.of(), here.found());
        assertEquals(here.given(), everywhere.given());
        for (InetAddress address : addresses()) {
            var name = new GeneralName(GeneralName.iPAddress, address.getHostAddress());
            assertTrue(
                    everywhere.found().contains(name),
                    address + " is not in " + everywhere.found());
        }
    }

    private static List<InetAddress> addresses() throws Exception {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .filter(address -> !address.isLinkLocalAddress())
                .toList();
    }

    @Test
    void follows_an_address_that_has_changed_but_starts_without_that_where_the_key_is_away()
            throws Exception {
        GeneralName before = new GeneralName(GeneralName.iPAddress, "10.0.0.7");
        ServerNames names = ServerNames.of("127.0.0.1");
        Files.writeString(
                folder.resolve("names"), new ServerNames(names.given(), List.of(before)).text());
        Path key = folder.resolve("ca-key.pem");
        Path away = Files.move(key, folder.resolve("away"));
        open(NOW);
        assertArrayEquals(server, file("server.pem"));
        Files.move(away, key);
        open(NOW);
        assertFalse(Arrays.equals(server, file("server.pem")));
    }

    @Test
    void needs_the_key_for_an_address_that_it_is_told_to_listen_on() throws Exception {
        Files.delete(folder.resolve("ca-key.pem"));
        assertThrows(
                SiteException.class, () -> SiteCertificate.openOrCreate(folder, "10.1.2.3", NOW));
        assertArrayEquals(server, file("server.pem"));
    }
}
