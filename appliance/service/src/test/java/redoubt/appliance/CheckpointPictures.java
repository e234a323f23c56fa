package redoubt.appliance;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the picture of a checkpoint back with ZXing, which did not make it.
final class CheckpointPictures {
    private static final int DOTS = 8;
    private static final Pattern SIDE = Pattern.compile("viewBox=\"0 0 ([0-9]+) ");
    private static final Pattern MODULE = Pattern.compile("M([0-9]+) ([0-9]+)h1v1h-1z");

    private CheckpointPictures() {}

    static String read(String svg) throws Exception {
        Matcher side = SIDE.matcher(svg);
        if (!side.find()) throw new AssertionError(svg);
        int width = Integer.parseInt(side.group(1)) * DOTS;
        int[] pixels = new int[width * width];
        Arrays.fill(pixels, 0xFFFFFF);
        Matcher module = MODULE.matcher(svg);
        while (module.find()) {
            int x = Integer.parseInt(module.group(1)) * DOTS;
            int y = Integer.parseInt(module.group(2)) * DOTS;
            for (int dy = 0; dy < DOTS; dy++)
                Arrays.fill(pixels, (y + dy) * width + x, (y + dy) * width + x + DOTS, 0);
        }
        var picture =
                new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, width, pixels)));
        return new QRCodeReader()
                .decode(
                        picture,
                        Map.of(DecodeHintType.POSSIBLE_FORMATS, List.of(BarcodeFormat.QR_CODE)))
                .getText();
    }
}
