package redoubt.provenance.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import redoubt.provenance.record.WitnessPolicy.Member;

/// Reads the text of a witness policy, once, by the letter of its definition: a policy that means
/// something else than its author thinks is worse than none. One thread. Source: C2SP tlog-policy;
/// docs/audit-record.md section 12.1.
final class WitnessPolicyText {
    private static final int OF_A_KIND_MAX = 32;
    private static final int WORD_MAX = 8_192;
    private static final int LABEL_MAX = 255;
    private static final String NOBODY = "none";
    private static final Pattern BLANKS = Pattern.compile("[ \t]+");
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,2}");

    private final Map<String, Member> members = new LinkedHashMap<>();
    private final List<Member.One> witnesses = new ArrayList<>();
    private final Set<String> logs = new HashSet<>();
    private final Set<Bytes> logKeys = new HashSet<>();
    private final Set<String> grouped = new HashSet<>();
    private int groups;
    private boolean quorumSaid;
    private Optional<Member> quorum = Optional.empty();

    WitnessPolicy read(byte[] bytes) throws MalformedRecordException {
        if (bytes.length > WitnessPolicy.FILE_BYTES_MAX) {
            throw new MalformedRecordException("The witness policy is longer than 256 KiB.");
        }
        for (byte octet : bytes) {
            int value = octet & 0xFF;
            if ((value < 0x20 && value != '\t' && value != '\n') || value == 0x7F) {
                throw new MalformedRecordException(
                        "The witness policy holds control characters; lines end with a newline"
                                + " alone.");
            }
        }
        // Octets above ASCII stand for themselves, whatever they are meant to be.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            throw new MalformedRecordException(
                    "The last line of the witness policy has no newline behind it: its end may be"
                            + " missing.");
        }
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            try {
                line(lines[i]);
            } catch (MalformedRecordException e) {
                throw new MalformedRecordException(
                        "Line " + (i + 1) + " of the witness policy: " + e.getMessage(), e);
            }
        }
        if (!quorumSaid) {
            throw new MalformedRecordException(
                    "The witness policy has no quorum line: say which witness or group is enough,"
                            + " or `quorum none`.");
        }
        return new WitnessPolicy(logs, witnesses, quorum);
    }

    private void line(String line) throws MalformedRecordException {
        String stripped = BLANKS.matcher(line).replaceAll(" ").strip();
        if (stripped.isEmpty() || stripped.startsWith("#")) {
            return;
        }
        List<String> words = Arrays.asList(stripped.split(" "));
        if (words.stream().anyMatch(word -> word.length() > WORD_MAX)) {
            throw new MalformedRecordException("a word is longer than 8 KiB.");
        }
        switch (words.getFirst()) {
            case "log" -> log(words);
            case "witness" -> witness(words);
            case "group" -> group(words);
            case "quorum" -> quorum(words);
            default ->
                    throw new MalformedRecordException(
                            "it begins with none of log, witness, group and quorum.");
        }
    }

    private void log(List<String> words) throws MalformedRecordException {
        requireWords(words, 2, 3, "log VKEY [URL]");
        Witness.VerifierKey key = Witness.VerifierKey.parse(words.get(1));
        if (!logKeys.add(key.material())) {
            throw new MalformedRecordException("this log's key stands there already.");
        }
        if (logKeys.size() > OF_A_KIND_MAX) {
            throw new MalformedRecordException("there are more than 32 logs.");
        }
        logs.add(key.name());
    }

    private void witness(List<String> words) throws MalformedRecordException {
        requireWords(words, 3, 4, "witness NAME VKEY [URL]");
        Witness witness = Witness.parse(words.get(2));
        if (witnesses.stream()
                .anyMatch(one -> one.witness().publicKey().equals(witness.publicKey()))) {
            throw new MalformedRecordException(
                    "this witness's key stands there already; one key counts once.");
        }
        Member.One one = new Member.One(words.get(1), witness);
        define(one);
        witnesses.add(one);
        if (witnesses.size() > OF_A_KIND_MAX) {
            throw new MalformedRecordException("there are more than 32 witnesses.");
        }
    }

    private void group(List<String> words) throws MalformedRecordException {
        requireWords(words, 4, Integer.MAX_VALUE, "group NAME all|any|NUMBER MEMBER...");
        List<Member> inner = new ArrayList<>();
        for (String word : words.subList(3, words.size())) {
            inner.add(defined(word));
            if (!grouped.add(word)) {
                throw new MalformedRecordException(
                        word + " is a member of a group already; a witness counts once.");
            }
        }
        int threshold =
                switch (words.get(2)) {
                    case "all" -> inner.size();
                    case "any" -> 1;
                    default -> number(words.get(2));
                };
        if (threshold < 1 || threshold > inner.size()) {
            throw new MalformedRecordException(
                    "a group of "
                            + inner.size()
                            + " demands all, any, or a number from 1 to "
                            + inner.size()
                            + ".");
        }
        define(new Member.Group(words.get(1), threshold, inner));
        if (++groups > OF_A_KIND_MAX) {
            throw new MalformedRecordException("there are more than 32 groups.");
        }
    }

    private void quorum(List<String> words) throws MalformedRecordException {
        requireWords(words, 2, 2, "quorum NAME");
        if (quorumSaid) {
            throw new MalformedRecordException("a quorum was named already.");
        }
        quorumSaid = true;
        if (!words.get(1).equals(NOBODY)) {
            quorum = Optional.of(defined(words.get(1)));
        }
    }

    private void define(Member member) throws MalformedRecordException {
        String label = member.label();
        if (label.equals(NOBODY) || label.length() > LABEL_MAX) {
            throw new MalformedRecordException("the name cannot be used.");
        }
        if (members.putIfAbsent(label, member) != null) {
            throw new MalformedRecordException("the name " + label + " is taken.");
        }
    }

    private Member defined(String label) throws MalformedRecordException {
        Member member = members.get(label);
        if (member == null) {
            throw new MalformedRecordException(
                    label + " is not the name of a witness or group of a line before.");
        }
        return member;
    }

    private static int number(String word) {
        return NUMBER.matcher(word).matches() ? Integer.parseInt(word) : 0;
    }

    private static void requireWords(List<String> words, int min, int max, String shape)
            throws MalformedRecordException {
        if (words.size() < min || words.size() > max) {
            throw new MalformedRecordException("it should read: " + shape + ".");
        }
    }
}
