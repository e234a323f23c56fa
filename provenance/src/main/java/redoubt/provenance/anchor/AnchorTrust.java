package redoubt.provenance.anchor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a checker brings to judge anchors by: headers of Bitcoin's blocks, and the roots of time
/// stamping authorities. Neither ever comes from what is checked. Immutable, any thread.
public final class AnchorTrust {
    private static final long FILE_BYTES_MAX = 256L << 20;
    private static final int FILES_MAX = 1_000;

    private final Map<Integer, BlockHeader> headers;
    private final List<X509Certificate> authorities;

    private AnchorTrust(Map<Integer, BlockHeader> headers, List<X509Certificate> authorities) {
        this.headers = Map.copyOf(headers);
        this.authorities = List.copyOf(authorities);
    }

    /// Nobody's word is taken.
    public static AnchorTrust none() {
        return new AnchorTrust(Map.of(), List.of());
    }

    /// Reads `bitcoin-headers/` and `tsa/` of a trust folder; both may be missing. A file of
    /// headers has a line for each block: its height, a space, its 80 bytes in hexadecimal digits.
    ///
    /// @throws IOException when a file is not what it should be; the message says which and why
    public static AnchorTrust read(Path trustFolder) throws IOException {
        Map<Integer, BlockHeader> headers = new HashMap<>();
        for (Path file : files(trustFolder.resolve("bitcoin-headers"))) headers(file, headers);
        List<X509Certificate> authorities = new ArrayList<>();
        for (Path file : files(trustFolder.resolve("tsa"))) authorities.addAll(certificates(file));
        return new AnchorTrust(headers, authorities);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AnchorTrust trust
                && headers.equals(trust.headers)
                && authorities.equals(trust.authorities);
    }

    @Override
    public int hashCode() {
        return 31 * headers.hashCode() + authorities.hashCode();
    }

    Optional<BlockHeader> header(int height) {
        return Optional.ofNullable(headers.get(height));
    }

    List<X509Certificate> authorities() {
        return authorities;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        List<Path> files;
        try (var listed = Files.list(folder)) {
            files = listed.filter(Files::isRegularFile).sorted().limit(FILES_MAX + 1).toList();
        }
        if (files.size() > FILES_MAX)
            throw new IOException(folder + " holds more than " + FILES_MAX + " files");
        for (Path file : files)
            if (Files.size(file) > FILE_BYTES_MAX)
                throw new IOException(file + " is far too large");
        return files;
    }

    private static void headers(Path file, Map<Integer, BlockHeader> into) throws IOException {
        try (var lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) continue;
                try {
                    String[] words = line.strip().split(" ", -1);
                    if (words.length != 2 || !words[0].matches("0|[1-9][0-9]{0,8}"))
                        throw new IllegalArgumentException("not a height and a header");
                    into.put(Integer.parseInt(words[0]), BlockHeader.ofHex(words[1]));
                } catch (IllegalArgumentException wrong) {
                    throw new IOException(
                            "line %d of %s is not a block's header: %s"
                                    .formatted(number, file, wrong.getMessage()),
                            wrong);
                }
            }
        }
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException broken) {
            throw new IOException(file + " holds no certificate: " + broken.getMessage(), broken);
        }
    }
}
