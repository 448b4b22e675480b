package io.leveret.amqp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Values as RabbitMQ's reply texts show them: Erlang terms. Each stands on one line, where Erlang breaks long ones over
 * several. Holds nothing, so any thread may use it.
 */
public final class ErlangTerm {

    private static final String ESCAPED = "\"\\\n\r\t\u000B\b\f\u001B";
    private static final String ESCAPES = "\"\\nrtvbfe";

    private ErlangTerm() {}

    /** A field value, without its type. */
    public static String of(FieldValue value) {
        if (value.isInteger()) {
            return Long.toString(value.longValue());
        }
        if (value instanceof FieldValue.LongString string) {
            return binary(string.bytes());
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return binary(bytes.bytes());
        }
        if (value instanceof FieldValue.Bool bool) {
            return Boolean.toString(bool.value());
        }
        if (value instanceof FieldValue.Timestamp timestamp) {
            return Long.toUnsignedString(timestamp.epochSeconds());
        }
        if (value instanceof FieldValue.Decimal decimal) {
            return "{" + decimal.scale() + "," + decimal.unscaled() + "}";
        }
        if (value instanceof FieldValue.Table table) {
            return table(table);
        }
        if (value instanceof FieldValue.Array array) {
            return array(array.values());
        }
        if (value instanceof FieldValue.Float32 number) {
            return number(number.value());
        }
        if (value instanceof FieldValue.Float64 number) {
            return number(number.value());
        }
        return "undefined";
    }

    /** A text in quotes, with what can't stand there escaped. */
    public static String string(String text) {
        return "\"" + escaped(text) + "\"";
    }

    private static String number(double value) {
        return Double.toString(value).replace('E', 'e');
    }

    private static String table(FieldValue.Table table) {
        return table.value().entries().entrySet().stream()
                .map(entry -> "{" + binary(entry.getKey().getBytes(StandardCharsets.UTF_8)) + ","
                        + entry.getValue().typeName() + "," + of(entry.getValue()) + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String array(List<FieldValue> values) {
        return values.stream()
                .map(value -> "{" + value.typeName() + "," + of(value) + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** Octets: as text where all of it can be printed, else as numbers. */
    public static String binary(byte[] bytes) {
        if (bytes.length == 0) {
            return "<<>>";
        }
        String utf8 = utf8(bytes);
        String text = utf8 == null ? new String(bytes, StandardCharsets.ISO_8859_1) : utf8;
        if (!isPrintable(text)) {
            return numbers(bytes);
        }
        return "<<" + string(text) + (text.length() == bytes.length ? ">>" : "/utf8>>");
    }

    private static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isPrintable(String text) {
        return text.codePoints().allMatch(ErlangTerm::isPrintable);
    }

    private static boolean isPrintable(int codePoint) {
        if (codePoint < 0xA0) {
            return (codePoint >= ' ' && codePoint <= '~') || ESCAPED.indexOf(codePoint) >= 0;
        }
        return codePoint != 0xFFFE && codePoint != 0xFFFF;
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(codePoint -> {
            int escape = ESCAPED.indexOf(codePoint);
            if (escape >= 0) {
                escaped.append('\\').append(ESCAPES.charAt(escape));
            } else {
                escaped.appendCodePoint(codePoint);
            }
        });
        return escaped.toString();
    }

    private static String numbers(byte[] bytes) {
        return IntStream.range(0, bytes.length)
                .mapToObj(index -> Integer.toString(Byte.toUnsignedInt(bytes[index])))
                .collect(Collectors.joining(",", "<<", ">>"));
    }
}
