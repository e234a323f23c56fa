package redoubt.appliance.api.openai;

import redoubt.appliance.api.telling.Replies;
import redoubt.appliance.http.Fields;

/// How an answer is brought: whole, or as a stream with this and that in it.
///
/// @param includeUsage whether an event with the usage comes at the end
/// @param progress whether the computing of the prompt is told, as llama.cpp's server does
/// @param resumable whether the stream outlives its connection
public record StreamFields(
        boolean stream, boolean includeUsage, boolean progress, boolean resumable) {
    public Replies.Manner manner() {
        return new Replies.Manner(stream, resumable);
    }

    public static StreamFields read(Fields fields) {
        boolean stream = fields.flag("stream").orElse(false);
        boolean includeUsage =
                fields.object("stream_options")
                        .map(options -> {
                            if (!stream) throw needsStream("stream_options");
                            boolean include = options.flag("include_usage").orElse(false);
                            if (options.flag("include_obfuscation").orElse(false))
                                throw Fields.wrong(
                                        "stream_options.include_obfuscation",
                                        "is not supported here");
                            options.end();
                            return include;
                        })
                        .orElse(false);
        boolean progress = fields.flag("return_progress").orElse(false);
        if (progress && !stream) throw needsStream("return_progress");
        return new StreamFields(stream, includeUsage, progress, resumable(fields, stream));
    }

    /// Whether the stream is to outlive its connection.
    public static boolean resumable(Fields fields, boolean stream) {
        boolean resumable = fields.flag("resumable").orElse(false);
        if (resumable && !stream) throw needsStream("resumable");
        return resumable;
    }

    private static redoubt.appliance.http.RefusedException needsStream(String name) {
        return Fields.wrong(name, "is for requests with stream: true");
    }
}
