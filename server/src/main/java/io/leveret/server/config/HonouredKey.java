package io.leveret.server.config;

import io.leveret.server.config.ValueType.BadValue;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A key that has an effect: its names, the type of its value, its default as the documentation shows it, what it means,
 * and what it sets. Immutable.
 *
 * @param patterns the key's name, and before it an older name where it has one; the last name that is set counts
 * @param secret whether the value must not be shown
 */
record HonouredKey<T>(
        List<KeyPattern> patterns,
        ValueType<T> type,
        String defaultText,
        String meaning,
        boolean secret,
        Target<T> target) {

    /** Puts a value where it belongs; the word is what stands for the key's wildcard, empty if it has none. */
    interface Target<T> {
        void set(SettingsDraft draft, String word, T value);
    }

    static <T> HonouredKey<T> key(
            String name, ValueType<T> type, String defaultText, String meaning, Target<T> target) {
        return new HonouredKey<>(List.of(KeyPattern.of(name)), type, defaultText, meaning, false, target);
    }

    HonouredKey<T> formerly(String oldName) {
        List<KeyPattern> both = List.of(KeyPattern.of(oldName), patterns.get(0));
        return new HonouredKey<>(both, type, defaultText, meaning, secret, target);
    }

    HonouredKey<T> asSecret() {
        return new HonouredKey<>(patterns, type, defaultText, meaning, true, target);
    }

    void apply(KeyPattern pattern, Setting setting, SettingsDraft draft, Problems problems) {
        try {
            target.set(draft, pattern.wildcardIn(setting.key()), type.parse(setting.value()));
        } catch (BadValue e) {
            String shown = secret ? "***" : setting.value();
            problems.error(setting.origin(), setting.key() + ": " + shown + " (expected: " + type.expected() + ")");
        }
    }

    @Override
    public String toString() {
        return patterns.stream().map(KeyPattern::toString).collect(Collectors.joining(", "));
    }
}
