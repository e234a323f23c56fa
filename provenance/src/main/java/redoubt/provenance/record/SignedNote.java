package redoubt.provenance.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// A text with signature lines under it, in the form that transparency logs exchange.
///
/// Reading is strict and bounded; it says nothing about whether a signature is good. Immutable, any
/// thread. Source: C2SP signed-note v1.
///
/// @param text what is signed, with its last newline
/// @param signatures in the order of their lines
record SignedNote(String text, List<Line> signatures) {
    static final int NOTE_BYTES_MAX = 512 << 10;
    private static final int SIGNATURES_MAX = 64;
    private static final String LINE_START = "\u2014 ";

    SignedNote {
        signatures = List.copyOf(signatures);
    }

    /// @param name of the key
    /// @param keyId four bytes that, with the name, say which key this is
    record Line(String name, Bytes keyId, Bytes signature) {
        String text() {
            byte[] both = Arrays.copyOf(keyId.toArray(), 4 + signature.length());
            System.arraycopy(signature.toArray(), 0, both, 4, signature.length());
            return LINE_START + name + " " + Base64.getEncoder().encodeToString(both) + "\n";
        }
    }

    static Bytes keyId(String name, byte[] type, Bytes publicKey) {
        byte[] hash =
                Hashes.sha256(
                        name.getBytes(StandardCharsets.UTF_8),
                        new byte[] {'\n'},
                        type,
                        publicKey.toArray());
        return Bytes.of(Arrays.copyOf(hash, 4));
    }

    String encoded() {
        StringBuilder note = new StringBuilder(text).append('\n');
        for (Line line : signatures) {
            note.append(line.text());
        }
        return note.toString();
    }

    /// @throws MalformedRecordException when the bytes are not a signed note
    static SignedNote parse(byte[] bytes) throws MalformedRecordException {
        if (bytes.length > NOTE_BYTES_MAX) {
            throw new MalformedRecordException("The signed note is longer than 512 KiB.");
        }
        String note;
        try {
            note = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRecordException("The signed note is not UTF-8.", e);
        }
        if (note.chars().anyMatch(c -> c < 0x20 && c != '\n')) {
            throw new MalformedRecordException("The signed note holds control characters.");
        }
        int blank = note.lastIndexOf("\n\n");
        if (blank < 0 || !note.endsWith("\n") || blank + 2 >= note.length()) {
            throw new MalformedRecordException("The signed note has no signatures.");
        }
        List<Line> lines = new ArrayList<>();
        for (String line : note.substring(blank + 2, note.length() - 1).split("\n", -1)) {
            if (lines.size() == SIGNATURES_MAX) {
                throw new MalformedRecordException("The signed note has too many signatures.");
            }
            lines.add(line(line));
        }
        return new SignedNote(note.substring(0, blank + 1), lines);
    }

    /// One signature line, without its newline.
    static Line line(String line) throws MalformedRecordException {
        String[] words = line.split(" ", -1);
        if (words.length != 3
                || !words[0].equals(LINE_START.strip())
                || words[1].isEmpty()
                || words[1].contains("+")
                || words[1].codePoints().anyMatch(Character::isSpaceChar)) {
            throw new MalformedRecordException("A signature line of the note is malformed.");
        }
        byte[] both;
        try {
            both = Base64.getDecoder().decode(words[2]);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("A signature of the note is not base64.", e);
        }
        if (both.length < 5 || !Base64.getEncoder().encodeToString(both).equals(words[2])) {
            throw new MalformedRecordException("A signature of the note is not base64.");
        }
        return new Line(
                words[1],
                Bytes.of(Arrays.copyOf(both, 4)),
                Bytes.of(Arrays.copyOfRange(both, 4, both.length)));
    }
}
