package redoubt.appliance.site;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/// The names by which clients reach this host, for its TLS certificate: those that follow from how
/// it was started, and the addresses that its interfaces have now, where it listens on all of them.
/// The latter come and go (DHCP), so a certificate that lacks one is no reason not to start.
record ServerNames(List<GeneralName> given, List<GeneralName> found) {
    ServerNames {
        given = List.copyOf(given);
        found = List.copyOf(found);
    }

    static ServerNames of(String bindAddress) throws SocketException {
        TreeSet<String> hosts = new TreeSet<>(List.of("localhost"));
        try {
            String host = InetAddress.getLocalHost().getHostName();
            if (host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")) hosts.add(host);
        } catch (UnknownHostException unnamed) {
            // A host without a name is reached by its address.
            hosts.add("localhost");
        }
        TreeSet<String> addresses = new TreeSet<>(List.of("127.0.0.1", "::1"));
        boolean everywhere = bindAddress.matches("[0.:]+");
        if (!everywhere && bindAddress.matches("[0-9.]+|[0-9a-fA-F:]+")) addresses.add(bindAddress);
        List<GeneralName> given = new ArrayList<>();
        hosts.forEach(host -> given.add(new GeneralName(GeneralName.dNSName, host)));
        addresses.forEach(address -> given.add(new GeneralName(GeneralName.iPAddress, address)));
        return new ServerNames(given, everywhere ? ofInterfaces() : List.of());
    }

    private static List<GeneralName> ofInterfaces() throws SocketException {
        TreeSet<String> addresses = new TreeSet<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            for (InterfaceAddress address : each.getInterfaceAddresses()) {
                InetAddress one = address.getAddress();
                if (!one.isLoopbackAddress() && !one.isLinkLocalAddress())
                    addresses.add(one.getHostAddress().replaceAll("%.*", ""));
            }
        }
        return addresses.stream()
                .map(address -> new GeneralName(GeneralName.iPAddress, address))
                .toList();
    }

    GeneralNames all() {
        return new GeneralNames(
                Stream.concat(given.stream(), found.stream()).toArray(GeneralName[]::new));
    }

    /// Two lines, as they are remembered beside the certificate.
    String text() {
        return line(given) + "\n" + line(found);
    }

    /// Whether a certificate for what was remembered has to be made anew before anything starts.
    boolean mustReplace(String remembered) {
        return !remembered.lines().findFirst().orElse("").equals(line(given));
    }

    private static String line(List<GeneralName> names) {
        return names.stream().map(GeneralName::toString).toList().toString();
    }
}
