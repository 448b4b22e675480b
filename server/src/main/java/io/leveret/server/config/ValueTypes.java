package io.leveret.server.config;

import io.leveret.broker.pattern.NamePattern;
import io.leveret.broker.pattern.PatternException;
import io.leveret.server.config.ValueType.BadValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The types of value that keys have, read as RabbitMQ 4.3 reads them, with the range checked here. */
final class ValueTypes {

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,4}([.][0-9]{1,9})?");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,18}");

    private ValueTypes() {}

    /** Any text. */
    static ValueType<String> text() {
        return type("text", text -> text);
    }

    /** A password as it is; RabbitMQ's {@code encrypted:} values need a key that we don't have. */
    static ValueType<String> password() {
        return type("text, not an encrypted: value", text -> text.startsWith("encrypted:") ? null : text);
    }

    /** {@code true} or {@code false} and nothing else, as in RabbitMQ. */
    static ValueType<Boolean> bool() {
        return type("true or false", text -> text.equals("true") ? Boolean.TRUE : text.equals("false") ? false : null);
    }

    /** {@code on} or {@code off}. */
    static ValueType<Boolean> flag() {
        return type("on or off", text -> text.equals("on") ? Boolean.TRUE : text.equals("off") ? false : null);
    }

    static ValueType<Integer> integer(int min, int max) {
        return type(min + " to " + max, text -> inRange(number(text), min, max));
    }

    /** A number, or {@code infinity}, which stands for the number given. */
    static ValueType<Integer> integerOrInfinity(int min, int max, int infinity) {
        return type(
                "infinity, or " + min + " to " + max,
                text -> text.equals("infinity") ? Integer.valueOf(infinity) : inRange(number(text), min, max));
    }

    /** A part of a whole, or a multiple of it where more than 1 is allowed. */
    static ValueType<Double> share(int max, String example) {
        return type("above 0, up to " + max + ": " + example, text -> {
            boolean decimal = DECIMAL.matcher(text).matches();
            return decimal && Double.parseDouble(text) > 0 && Double.parseDouble(text) <= max
                    ? Double.valueOf(text)
                    : null;
        });
    }

    /** A number of bytes, or of KB, MB or GB; these are powers of 1024, as in RabbitMQ, and so are KiB, MiB and GiB. */
    static ValueType<Integer> byteSize(int min, int max) {
        return type(sizes(min, max), text -> inRange(ByteSize.parse(text), min, max));
    }

    /** The same from 1 up, where more than an int may be wanted. */
    static ValueType<Long> largeByteSize(long max) {
        return type(sizes(1, max), text -> {
            Long bytes = ByteSize.parse(text);
            return bytes == null || bytes < 1 || bytes > max ? null : bytes;
        });
    }

    /** The same with all the units that RabbitMQ's limits of disk and memory have; of these KB, MB, GB and TB are powers of 1000. */
    static ValueType<Long> amount(long max) {
        return type("1 to " + max + ", or with a unit: 500MB, 2GiB", text -> {
            Long bytes = ByteSize.parseAmount(text);
            return bytes == null || bytes < 1 || bytes > max ? null : bytes;
        });
    }

    private static String sizes(long min, long max) {
        return min + " to " + max + ", or with a unit: 128KB, 1MB";
    }

    /** The same, but 0 is allowed too. */
    static ValueType<Integer> zeroOrByteSize(int min, int max) {
        ValueType<Integer> size = byteSize(min, max);
        return new Checked<>(
                "0, or " + size.expected(), text -> text.equals("0") ? Integer.valueOf(0) : size.parse(text));
    }

    static ValueType<String> oneOf(String... allowed) {
        return type(String.join(", ", allowed), text -> Arrays.asList(allowed).contains(text) ? text : null);
    }

    /** A constant of an enum, written in lower case. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        E[] constants = type.getEnumConstants();
        String[] names = Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
        return type(String.join(", ", names), text -> {
            int index = Arrays.asList(names).indexOf(text);
            return index < 0 ? null : constants[index];
        });
    }

    static ValueType<String> regularExpression() {
        return type("a regular expression", text -> isRegularExpression(text) ? text : null);
    }

    private static boolean isRegularExpression(String text) {
        try {
            NamePattern.of(text);
            return true;
        } catch (PatternException e) {
            return false;
        }
    }

    private static @Nullable Long number(String text) {
        return INTEGER.matcher(text).matches() ? Long.valueOf(text) : null;
    }

    private static @Nullable Integer inRange(@Nullable Long number, int min, int max) {
        return number == null || number < min || number > max ? null : number.intValue();
    }

    /** @param parse gives null for what is not allowed */
    static <T> ValueType<T> type(String expected, Function<String, @Nullable T> parse) {
        return new Checked<>(expected, text -> {
            @Nullable T value = parse.apply(text);
            if (value == null) {
                throw new BadValue();
            }
            return value;
        });
    }

    private interface Parse<T> {
        T parse(String text) throws BadValue;
    }

    private record Checked<T>(String expected, Parse<T> parse) implements ValueType<T> {

        @Override
        public T parse(String text) throws BadValue {
            return parse.parse(text);
        }
    }
}
