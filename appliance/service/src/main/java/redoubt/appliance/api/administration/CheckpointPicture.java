package redoubt.appliance.api.administration;

import io.nayuki.qrcodegen.QrCode;
import java.nio.charset.StandardCharsets;
import redoubt.provenance.record.Checkpoint;

/// The three lines of a checkpoint as a QR code, for paper: whoever keeps the paper can show later
/// whether the record was changed. Stateless, any thread. Source: ISO/IEC 18004;
/// docs/audit-record.md section 12.6.
final class CheckpointPicture {
    // The standard demands that much white around it.
    private static final int QUIET = 4;

    private CheckpointPicture() {}

    /// A picture without colours, scripts or references.
    static String svg(Checkpoint checkpoint) {
        QrCode code =
                QrCode.encodeBinary(
                        checkpoint.text().getBytes(StandardCharsets.US_ASCII), QrCode.Ecc.MEDIUM);
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++)
            for (int x = 0; x < code.size; x++)
                if (code.getModule(x, y))
                    path.append("M%d %dh1v1h-1z".formatted(x + QUIET, y + QUIET));
        int side = code.size + 2 * QUIET;
        return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">\
        <title>Checkpoint of %d entries</title>\
        <path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="%s"/></svg>
        """
                .formatted(side, side, checkpoint.size(), side, side, path);
    }
}
