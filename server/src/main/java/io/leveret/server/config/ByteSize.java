package io.leveret.server.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes as RabbitMQ's configuration writes them: {@code 131072}, {@code 128KB}, {@code 1.5MB}. */
final class ByteSize {

    private static final Pattern FORM =
            Pattern.compile("([+-]?[0-9]{1,15}(?:\\.[0-9]{1,9})?)([KMG]I?B)?", Pattern.CASE_INSENSITIVE);
    private static final Map<Character, Integer> SHIFTS = Map.of('K', 10, 'M', 20, 'G', 30);

    private ByteSize() {}

    /** The number of bytes, or null if this is no size. */
    static @Nullable Long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        String unit = matcher.group(2);
        double bytes = Double.parseDouble(matcher.group(1));
        int shift = unit == null
                ? 0
                : SHIFTS.getOrDefault(unit.toUpperCase(Locale.ROOT).charAt(0), 0);
        double scaled = bytes * (1L << shift);
        return scaled == Math.rint(scaled) ? Long.valueOf((long) scaled) : null;
    }
}
