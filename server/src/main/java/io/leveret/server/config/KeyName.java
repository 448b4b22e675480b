package io.leveret.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A key as it was written: words joined by dots, where {@code \.} is a dot inside a word. Immutable. */
record KeyName(List<String> words) {

    /** Null if this is no key: an empty word, or a character other than letters, digits, underscore and hyphen. */
    static @Nullable KeyName parse(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                words.add(word.toString());
                word.setLength(0);
            } else if (text.startsWith("\\.", i)) {
                word.append('.');
                i++;
            } else if (isWordCharacter(c)) {
                word.append(c);
            } else {
                return null;
            }
        }
        words.add(word.toString());
        return words.contains("") ? null : new KeyName(List.copyOf(words));
    }

    private static boolean isWordCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    @Override
    public String toString() {
        return words.stream().map(word -> word.replace(".", "\\.")).collect(Collectors.joining("."));
    }
}
