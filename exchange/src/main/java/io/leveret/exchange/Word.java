package io.leveret.exchange;

import org.jspecify.annotations.Nullable;

/**
 * One dot-separated word of a topic's routing or binding key, immutable: a view of the key, so that taking a key apart
 * copies no characters. The empty key has no words; elsewhere an empty word counts as one.
 */
final class Word {

    private final String key;
    private final int from;
    private final int to;
    private final int hash;

    private Word(String key, int from) {
        int dot = key.indexOf('.', from);
        this.key = key;
        this.from = from;
        this.to = dot < 0 ? key.length() : dot;
        this.hash = SeededHash.of(key, from, to);
    }

    static @Nullable Word first(String key) {
        return key.isEmpty() ? null : new Word(key, 0);
    }

    @Nullable
    Word next() {
        return to == key.length() ? null : new Word(key, to + 1);
    }

    /** {@code *} in a binding key: exactly one word. */
    boolean isOne() {
        return to - from == 1 && key.charAt(from) == '*';
    }

    /** {@code #} in a binding key: any number of words. */
    boolean isMany() {
        return to - from == 1 && key.charAt(from) == '#';
    }

    /** The same characters, in whatever key and place. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Word word
                && hash == word.hash
                && to - from == word.to - word.from
                && key.regionMatches(from, word.key, word.from, to - from);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return key.substring(from, to);
    }
}
