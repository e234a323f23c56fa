package redoubt.appliance;

import java.io.PrintWriter;
import java.io.StringWriter;

/// A failure as the log shows it: for the people who repair it, never for a client.
final class Trace {
    private Trace() {}

    static String of(Throwable failure) {
        StringWriter text = new StringWriter();
        try (PrintWriter writer = new PrintWriter(text)) {
            for (Throwable at = failure; at != null; at = at.getCause()) {
                writer.println(at);
                for (StackTraceElement frame : at.getStackTrace()) writer.println("    " + frame);
            }
        }
        return text.toString();
    }
}
