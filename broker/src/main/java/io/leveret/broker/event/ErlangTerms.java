package io.leveret.broker.event;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How RabbitMQ's events print what has no place in a header as it is: as terms of Erlang. A pure function. */
public final class ErlangTerms {

    private ErlangTerms() {}

    /** The entries of a table, each as {@code {<<"name">>,type,value}}. */
    public static List<FieldValue> of(FieldTable table) {
        return table.entries().entrySet().stream()
                .map(ErlangTerms::entry)
                .map(FieldValue::of)
                .toList();
    }

    /** Likewise, in the order of their names, as arguments of declarations stand in RabbitMQ. */
    public static List<FieldValue> sorted(FieldTable table) {
        return table.entries().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(ErlangTerms::entry)
                .map(FieldValue::of)
                .toList();
    }

    /** {@code {127,0,0,1}}; of IPv6 it is the eight groups. */
    public static String of(InetAddress address) {
        byte[] octets = address.getAddress();
        List<Integer> parts = new ArrayList<>();
        if (octets.length == 4) {
            for (byte octet : octets) {
                parts.add(octet & 0xFF);
            }
        } else {
            for (int i = 0; i < octets.length; i += 2) {
                parts.add((octets[i] & 0xFF) << 8 | (octets[i + 1] & 0xFF));
            }
        }
        return parts.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }

    /** A text as the list of its characters. */
    public static List<FieldValue> characters(String text) {
        return text.codePoints().mapToObj(point -> FieldValue.of((long) point)).toList();
    }

    private static String entry(Map.Entry<String, FieldValue> entry) {
        byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
        return "{" + binary(name) + "," + entry.getValue().typeName() + "," + value(entry.getValue()) + "}";
    }

    private static String value(FieldValue value) {
        if (value.isInteger()) {
            return Long.toString(value.longValue());
        }
        if (value instanceof FieldValue.LongString text) {
            return binary(text.bytes());
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return binary(bytes.bytes());
        }
        if (value instanceof FieldValue.Bool bool) {
            return Boolean.toString(bool.value());
        }
        if (value instanceof FieldValue.Timestamp time) {
            return Long.toString(time.epochSeconds());
        }
        if (value instanceof FieldValue.Float32 number) {
            return Float.toString(number.value());
        }
        if (value instanceof FieldValue.Float64 number) {
            return Double.toString(number.value());
        }
        if (value instanceof FieldValue.Decimal number) {
            return "{" + number.scale() + "," + number.unscaled() + "}";
        }
        if (value instanceof FieldValue.Table table) {
            return table.value().entries().entrySet().stream()
                    .map(ErlangTerms::entry)
                    .collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof FieldValue.Array array) {
            return array.values().stream()
                    .map(each -> "{" + each.typeName() + "," + value(each) + "}")
                    .collect(Collectors.joining(",", "[", "]"));
        }
        return "undefined";
    }

    /** In quotes if people can read it, else octet by octet. */
    private static String binary(byte[] octets) {
        if (octets.length == 0) {
            return "<<>>";
        }
        String text = new String(octets, StandardCharsets.UTF_8);
        boolean readable = text.codePoints().noneMatch(point -> Character.isISOControl(point) || point == 0xFFFD);
        if (readable) {
            return "<<\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\">>";
        }
        return IntStream.range(0, octets.length)
                .mapToObj(i -> Integer.toString(octets[i] & 0xFF))
                .collect(Collectors.joining(",", "<<", ">>"));
    }
}
