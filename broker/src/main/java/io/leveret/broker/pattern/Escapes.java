package io.leveret.broker.pattern;

import org.jspecify.annotations.Nullable;

/** Reads what stands behind a backslash and means the same inside of a class and out of it. Used by one thread. */
final class Escapes {

    private static final String DIGITS_MISSING = "digits missing after \\x or in \\x{} or \\o{} or \\N{U+}";
    private static final int MAX_OCTET = 255;

    private final Cursor in;

    Escapes(Cursor in) {
        this.in = in;
    }

    /** Reads a set of octets, like {@code d}; null, and nothing read, if it is none. */
    @Nullable
    OctetSet set() {
        OctetSet set = switch (in.peek()) {
            case 'd', 'D' -> OctetSet.DIGIT;
            case 'w', 'W' -> OctetSet.WORD;
            case 's', 'S' -> OctetSet.SPACE;
            case 'h', 'H' -> OctetSet.HORIZONTAL_SPACE;
            case 'v', 'V' -> OctetSet.VERTICAL_SPACE;
            default -> null;
        };
        return set == null ? null : in.next() >= 'a' ? set : set.inverted();
    }

    /** Reads one octet, all that is left now. */
    int octet() {
        int next = in.next();
        return switch (next) {
            case 'a' -> 0x07;
            case 'e' -> 0x1b;
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'c' -> control();
            case 'x' -> in.take("{") ? braced(16) : hexadecimal();
            case 'o' -> {
                if (!in.take("{")) {
                    throw in.problem("missing opening brace after \\o");
                }
                yield braced(8);
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(next - '0');
            case Cursor.NOTHING -> throw in.problem("\\ at end of pattern");
            case 'F', 'L', 'l', 'N', 'U', 'u' ->
                throw in.problem("PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u");
            case 'p', 'P' -> throw in.unknown("a property (\\p)");
            default -> {
                if (OctetSet.LETTER.contains(next)) {
                    throw in.problem("unrecognized character follows \\");
                }
                yield next;
            }
        };
    }

    private int control() {
        if (in.atEnd()) {
            throw in.problem("\\c at end of pattern");
        }
        int next = in.next();
        if (next < ' ' || next > '~') {
            throw in.problem("\\c must be followed by a printable ASCII character");
        }
        return (next >= 'a' && next <= 'z' ? next - 'a' + 'A' : next) ^ 0x40;
    }

    private int hexadecimal() {
        int first = Character.digit(in.peek(), 16);
        if (first < 0) {
            throw in.problem(DIGITS_MISSING);
        }
        in.next();
        int second = Character.digit(in.peek(), 16);
        if (second < 0) {
            return first;
        }
        in.next();
        return first * 16 + second;
    }

    private int braced(int radix) {
        in.spaces();
        if (Character.digit(in.peek(), radix) < 0) {
            throw in.problem(DIGITS_MISSING);
        }
        int value = 0;
        for (int digit = Character.digit(in.peek(), radix); digit >= 0; digit = Character.digit(in.peek(), radix)) {
            in.next();
            value = value * radix + digit;
            if (value > MAX_OCTET) {
                throw in.problem("character code point value in \\x{} or \\o{} is too large");
            }
        }
        in.spaces();
        if (!in.take("}")) {
            String what = radix == 16 ? "non-hex character in \\x{}" : "non-octal character in \\o{}";
            throw in.problem(what + " (closing brace missing?)");
        }
        return value;
    }

    private int octal(int first) {
        int value = first;
        for (int more = 0; more < 2 && in.peek() >= '0' && in.peek() <= '7'; more++) {
            value = value * 8 + in.next() - '0';
        }
        if (value > MAX_OCTET) {
            throw in.problem("octal value is greater than \\377 in 8-bit non-UTF-8 mode");
        }
        return value;
    }
}
