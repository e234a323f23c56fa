package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Whose countersignatures count, and how many of them are enough. It comes from whoever checks,
/// never from what is checked. Immutable, any thread. Source: C2SP tlog-policy;
/// docs/audit-record.md sections 10.2 and 12.1.
public final class WitnessPolicy {
    /// Its name in a trust folder.
    public static final String FILE = "witness-policy.txt";

    /// No policy is longer.
    public static final int FILE_BYTES_MAX = 256 << 10;

    private final Set<String> origins;
    private final List<Member.One> witnesses;
    private final Optional<Member> quorum;

    /// Who can be asked for: a witness, or a group of which so many must have seen.
    sealed interface Member {
        String label();

        record One(String label, Witness witness) implements Member {}

        record Group(String label, int threshold, List<Member> members) implements Member {
            public Group {
                members = List.copyOf(members);
            }
        }
    }

    /// @param origins the logs that it is about; empty where it is about any
    /// @param quorum empty where nobody has to countersign
    WitnessPolicy(Set<String> origins, List<Member.One> witnesses, Optional<Member> quorum) {
        this.origins = Set.copyOf(origins);
        this.witnesses = List.copyOf(witnesses);
        this.quorum = quorum;
    }

    /// Reads the text of a policy.
    ///
    /// @throws MalformedRecordException when it is not one to the letter
    public static WitnessPolicy parse(byte[] text) throws MalformedRecordException {
        return new WitnessPolicyText().read(text);
    }

    /// Reads the policy of a trust folder; empty when it has none.
    ///
    /// @throws RecordException when it is there and cannot be used
    public static Optional<WitnessPolicy> read(Path trustFolder) throws RecordException {
        Path file = trustFolder.resolve(FILE);
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IOException("it is longer than 256 KiB");
            }
            return Optional.of(parse(Files.readAllBytes(file)));
        } catch (IOException | MalformedRecordException e) {
            throw new RecordException(
                    RecordException.Reason.UNREADABLE,
                    "The witness policy "
                            + file
                            + " cannot be used: "
                            + e.getMessage()
                            + " Nothing was judged by it. Mend it, or remove it to count no"
                            + " witnesses.",
                    e);
        }
    }

    /// Every witness that it names.
    public List<Witness> witnesses() {
        return witnesses.stream().map(Member.One::witness).toList();
    }

    /// How it calls a witness.
    public Optional<String> labelOf(Witness witness) {
        return witnesses.stream()
                .filter(one -> one.witness().equals(witness))
                .map(Member.One::label)
                .findFirst();
    }

    /// The witness that it calls so.
    public Optional<Witness> called(String label) {
        return witnesses.stream()
                .filter(one -> one.label().equals(label))
                .map(Member.One::witness)
                .findFirst();
    }

    /// Whether it lets a record pass that nobody countersigned: `quorum none`.
    public boolean demandsNobody() {
        return quorum.isEmpty();
    }

    /// What is demanded, for a person: `2 of (a, b, c)`.
    public String demand() {
        return quorum.map(WitnessPolicy::demand).orElse("nobody");
    }

    private static String demand(Member member) {
        return switch (member) {
            case Member.One one -> one.label();
            case Member.Group group ->
                    group.threshold()
                            + " of ("
                            + String.join(
                                    ", ",
                                    group.members().stream().map(WitnessPolicy::demand).toList())
                            + ")";
        };
    }

    /// Which witnesses' lines under this checkpoint are good, and whether they are enough. The
    /// log's own lines are not looked at.
    public WitnessVerdict verdict(Checkpoint checkpoint) {
        return verdict(List.of(checkpoint));
    }

    /// The same for several checkpoints, of which the caller knows that they are of one tree. Who
    /// saw more entries saw the fewer ones among them, so each witness counts with the largest
    /// checkpoint that it signed, and witnesses need not have come on the same day.
    public WitnessVerdict verdict(Collection<Checkpoint> ofOneTree) {
        Map<Witness, WitnessVerdict.Seen> seen = new HashMap<>();
        List<String> bad = new ArrayList<>();
        for (Checkpoint checkpoint : ofOneTree) {
            if (origins.isEmpty() || origins.contains(checkpoint.origin())) {
                take(checkpoint, seen, bad);
            }
        }
        List<WitnessVerdict.Seen> good =
                witnesses.stream()
                        .map(Member.One::witness)
                        .filter(seen::containsKey)
                        .map(seen::get)
                        .toList();
        long size = quorum.map(member -> size(member, seen)).orElse(0L);
        return new WitnessVerdict(size, good, bad);
    }

    private void take(
            Checkpoint checkpoint, Map<Witness, WitnessVerdict.Seen> seen, List<String> bad) {
        Map<Witness, WitnessVerdict.Seen> found = new HashMap<>();
        Set<String> wrong = new HashSet<>();
        for (SignedNote.Line line : checkpoint.signatures()) {
            for (Member.One one : witnesses) {
                Witness witness = one.witness();
                if (!line.name().equals(witness.name()) || !line.keyId().equals(witness.keyId())) {
                    continue;
                }
                Optional<Cosignature> cosignature =
                        Cosignature.of(line)
                                .filter(it ->
                                        witness.signed(
                                                it,
                                                checkpoint.origin(),
                                                checkpoint.size(),
                                                checkpoint.root()));
                if (cosignature.isPresent()) {
                    long at = cosignature.get().atSeconds();
                    found.put(
                            witness,
                            new WitnessVerdict.Seen(one.label(), witness, checkpoint.size(), at));
                } else {
                    wrong.add(one.label());
                }
            }
        }
        for (String label : wrong) {
            bad.add(
                    "The line of the witness "
                            + label
                            + " under the checkpoint of size "
                            + checkpoint.size()
                            + " is not by its key, or is about something else.");
        }
        if (wrong.isEmpty()) {
            found.forEach((witness, one) -> seen.merge(witness, one, WitnessPolicy::later));
        }
    }

    private static WitnessVerdict.Seen later(WitnessVerdict.Seen one, WitnessVerdict.Seen other) {
        return Comparator.comparingLong(WitnessVerdict.Seen::size)
                                .thenComparingLong(WitnessVerdict.Seen::atSeconds)
                                .compare(one, other)
                        >= 0
                ? one
                : other;
    }

    /// The size that a member vouches for: a witness for what it saw, a group for what so many of
    /// its members vouch for.
    private static long size(Member member, Map<Witness, WitnessVerdict.Seen> seen) {
        return switch (member) {
            case Member.One one -> {
                WitnessVerdict.Seen its = seen.get(one.witness());
                yield its == null ? 0 : its.size();
            }
            case Member.Group group ->
                    group.members().stream()
                            .map(inner -> size(inner, seen))
                            .sorted(Comparator.reverseOrder())
                            .skip(group.threshold() - 1L)
                            .findFirst()
                            .orElse(0L);
        };
    }
}
