package redoubt.engine.process;

import java.util.OptionalLong;

/// Tells of a text by its length alone that it cannot fit, because one thread prepares for
/// everybody, and a text of millions of tokens would hold it up for seconds.
///
/// @param longestPieceBytes the most bytes that one token stands for; 0 where nothing is known
record PromptBound(int longestPieceBytes, int contextTokens) {

    /// The tokens that a text of so many bytes has at least, if no context could hold them together
    /// with an answer.
    OptionalLong tooMany(long bytes) {
        long tokensAtLeast = longestPieceBytes == 0 ? 0 : bytes / longestPieceBytes;
        return tokensAtLeast < contextTokens
                ? OptionalLong.empty()
                : OptionalLong.of(tokensAtLeast);
    }
}
