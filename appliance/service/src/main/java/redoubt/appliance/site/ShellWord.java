package redoubt.appliance.site;

import java.nio.file.Path;

/// A path in a command that a person is told to type: as one word of a POSIX shell, in quotes where
/// it has a space or anything else that a shell reads otherwise.
public final class ShellWord {
    private ShellWord() {}

    public static String of(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9_./+:@%=-]+")
                ? text
                : "'" + text.replace("'", "'\\''") + "'";
    }
}
