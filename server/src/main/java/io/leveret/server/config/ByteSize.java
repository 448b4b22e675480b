package io.leveret.server.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sizes as RabbitMQ's configuration writes them. It has two notations: that of {@code frame_max} has KB, MB and GB, which are powers of
 * 1024; that of disk and memory limits has many more units, and there KB, MB and GB are powers of 1000.
 */
final class ByteSize {

    private static final Pattern SIZE =
            Pattern.compile("([+-]?[0-9]{1,15}(?:\\.[0-9]{1,9})?)([KMG]I?B)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern AMOUNT =
            Pattern.compile("([0-9]{1,18})(?:([KMGTP])(I?B?))?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGTP";

    private ByteSize() {}

    /** {@code 131072}, {@code 128KB}, {@code 1.5MB}; null if this is no size. */
    static @Nullable Long parse(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        String unit = matcher.group(2);
        double scaled = Double.parseDouble(matcher.group(1)) * (unit == null ? 1 : power(1024, unit));
        return scaled == Math.rint(scaled) ? Long.valueOf((long) scaled) : null;
    }

    /** {@code 50000000}, {@code 50MB}, {@code 2GiB}, {@code 2Gi}, {@code 2G}; null if this is no size, or beyond a long. */
    static @Nullable Long parseAmount(String text) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2);
        boolean decimal = "B".equalsIgnoreCase(matcher.group(3));
        try {
            return unit == null ? number : Math.multiplyExact(number, power(decimal ? 1000 : 1024, unit));
        } catch (ArithmeticException e) {
            return null;
        }
    }

    private static long power(long base, String unit) {
        long power = base;
        for (int i = UNITS.indexOf(Character.toUpperCase(unit.charAt(0))); i > 0; i--) {
            power *= base;
        }
        return power;
    }
}
