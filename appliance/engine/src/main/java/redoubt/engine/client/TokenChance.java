package redoubt.engine.client;

import java.util.List;

/// How likely a chosen token was, before temperature and all other sampling.
///
/// @param token its number
/// @param bytes what it stands for; may be a part of a character
/// @param logprob natural logarithm of its probability
/// @param top the most likely tokens at this place, the most likely first; each without `top`
public record TokenChance(int token, List<Byte> bytes, float logprob, List<TokenChance> top) {
    public TokenChance {
        bytes = List.copyOf(bytes);
        top = List.copyOf(top);
    }
}
