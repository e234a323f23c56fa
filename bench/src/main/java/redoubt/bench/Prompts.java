package redoubt.bench;

import java.util.Random;

/// Texts to ask, made from seeds: the same seed gives the same text, different seeds share no
/// beginning. Words of a language, because tokenizers cut noise into more tokens than text.
final class Prompts {
    private static final String[] WORDS =
            ("harbour keeper winter letter garden river bridge market stone window morning candle"
                            + " journey sailor mountain village evening silver thunder meadow castle painter"
                            + " shadow island whisper library orchard captain feather kitchen hammer compass"
                            + " violin thread copper lantern forest chapel tailor saddle barrel anchor")
                    .split(" ");

    private Prompts() {}

    /// A story of so many words that nobody has asked for before with this seed.
    static String story(long seed, int words) {
        Random random = new Random(seed * 7919 + 17);
        StringBuilder text = new StringBuilder("Story " + (seed * 31 + 1000) + ".");
        for (int word = 0; word < words; word++) {
            text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }

    /// A short beginning that a model goes on with for as long as it is let.
    static String beginning(int number) {
        return "This is the diary of keeper number %d of the old harbour town, who wrote everything down, the weather, the ships and the people, day after day. On day %d he wrote: the"
                .formatted(number, number * 3 + 1);
    }
}
