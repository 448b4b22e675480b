package io.leveret.server.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key of which some words may be anything: {@code listeners.tcp.$name}. Immutable. */
record KeyPattern(List<String> words) {

    static KeyPattern of(String text) {
        return new KeyPattern(List.of(text.split("\\.")));
    }

    private static boolean isWildcard(String word) {
        return word.startsWith("$");
    }

    boolean matches(KeyName key) {
        if (key.words().size() != words.size()) {
            return false;
        }
        for (int i = 0; i < words.size(); i++) {
            if (!isWildcard(words.get(i)) && !words.get(i).equals(key.words().get(i))) {
                return false;
            }
        }
        return true;
    }

    /** What stands in a matching key where this has its first wildcard; empty if this has none. */
    String wildcardIn(KeyName key) {
        for (int i = 0; i < words.size(); i++) {
            if (isWildcard(words.get(i))) {
                return key.words().get(i);
            }
        }
        return "";
    }

    /** This pattern with its wildcards filled from the key as far as that has words, for suggesting what was meant. */
    String nearestTo(KeyName key) {
        List<String> filled = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            @Nullable String word = i < key.words().size() ? key.words().get(i) : null;
            filled.add(isWildcard(words.get(i)) && word != null ? word : words.get(i));
        }
        return String.join(".", filled);
    }

    @Override
    public String toString() {
        return String.join(".", words);
    }
}
