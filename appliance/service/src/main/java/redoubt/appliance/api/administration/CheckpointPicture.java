package redoubt.appliance.api.administration;

import io.nayuki.qrcodegen.QrCode;
import java.nio.charset.StandardCharsets;
import redoubt.provenance.record.Checkpoint;

/// The three lines of a checkpoint as a QR code, for paper: whoever keeps the paper can show later
/// whether the record was changed. Immutable, any thread. Source: ISO/IEC 18004;
/// docs/audit-record.md section 12.6.
///
/// @param entries how many the checkpoint covers
/// @param side of the picture, in modules, with the white around it
/// @param path the dark modules, as SVG draws them
record CheckpointPicture(long entries, int side, String path) {
    // The standard demands that much white around it.
    private static final int QUIET = 4;

    static CheckpointPicture of(Checkpoint checkpoint) {
        QrCode code =
                QrCode.encodeBinary(
                        checkpoint.text().getBytes(StandardCharsets.US_ASCII), QrCode.Ecc.MEDIUM);
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++)
            for (int x = 0; x < code.size; x++)
                if (code.getModule(x, y))
                    path.append("M%d %dh1v1h-1z".formatted(x + QUIET, y + QUIET));
        return new CheckpointPicture(checkpoint.size(), code.size + 2 * QUIET, path.toString());
    }

    /// A picture without colours, scripts or references.
    String svg() {
        return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">\
        <title>Checkpoint of %d entries</title>\
        <path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="%s"/></svg>
        """
                .formatted(side, side, entries, side, side, path);
    }
}
