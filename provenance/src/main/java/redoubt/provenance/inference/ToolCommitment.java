package redoubt.provenance.inference;

import java.util.regex.Pattern;
import redoubt.provenance.record.Bytes;

/// One call of a tool, or one result of it, as the record names it. Immutable, any thread. Source:
/// docs/audit-record.md section 4.1.
///
/// @param callId as the model or the client named the call
/// @param tool name of the tool, empty where it is not known
/// @param commitment to the exact arguments or the exact result, under a key of its own
public record ToolCommitment(String callId, String tool, Bytes commitment) {
    // The record is for ever: what looks like a text of somebody's stays in the content, which can
    // be erased.
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    /// Keeps what is a short word; anything else is named by an empty text.
    public ToolCommitment {
        callId = word(callId);
        tool = word(tool);
    }

    private static String word(String given) {
        return WORD.matcher(given).matches() ? given : "";
    }
}
