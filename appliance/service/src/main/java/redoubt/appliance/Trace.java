package redoubt.appliance;

import java.io.PrintWriter;
import java.io.StringWriter;

/// A failure as the log shows it: for the people who repair it, never for a client. Without the
/// failures' own words, because these may quote what a person asked, or carry what a stranger wants
/// the log to say; only those about files and sockets, which are the host's, stay.
final class Trace {
    private static final int WORDS_MAX = 300;

    private Trace() {}

    static String of(Throwable failure) {
        StringWriter text = new StringWriter();
        try (PrintWriter writer = new PrintWriter(text)) {
            for (Throwable at = failure; at != null; at = at.getCause()) {
                writer.println(at.getClass().getName() + words(at));
                for (StackTraceElement frame : at.getStackTrace()) writer.println("    " + frame);
            }
        }
        return text.toString();
    }

    private static String words(Throwable failure) {
        String name = failure.getClass().getName();
        String words = failure.getMessage();
        if (words == null
                || !name.matches("java\\.(io|nio|net)\\..*")
                || name.contains("Unchecked")) return "";
        String shown = words.replaceAll("\\p{Cntrl}", "?");
        return ": " + (shown.length() > WORDS_MAX ? shown.substring(0, WORDS_MAX) + "…" : shown);
    }
}
