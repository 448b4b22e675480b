package io.leveret.broker.pattern;

/** Some of the 256 octets. Immutable. */
final class OctetSet {

    static final OctetSet NONE = new OctetSet(0, 0, 0, 0);
    static final OctetSet ALL = NONE.inverted();
    static final OctetSet NO_NEWLINE = of('\n').inverted();
    static final OctetSet DIGIT = range('0', '9');
    static final OctetSet UPPER = range('A', 'Z');
    static final OctetSet LOWER = range('a', 'z');
    static final OctetSet LETTER = UPPER.and(LOWER);
    static final OctetSet WORD = DIGIT.and(LETTER).and(of('_'));
    static final OctetSet SPACE = range('\t', '\r').and(of(' '));
    static final OctetSet HORIZONTAL_SPACE = of('\t').and(of(' ')).and(of(0xa0));
    static final OctetSet VERTICAL_SPACE = range('\n', '\r').and(of(0x85));

    private static final int WORD_BITS = 64;

    /** From the upper to the lower case of a letter. */
    private static final int CASE = 'a' - 'A';

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    private OctetSet(long first, long second, long third, long fourth) {
        this.first = first;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    static OctetSet of(int octet) {
        return range(octet, octet);
    }

    /** Both ends are in it. */
    static OctetSet range(int from, int to) {
        long[] words = new long[4];
        for (int octet = from; octet <= to; octet++) {
            words[octet / WORD_BITS] |= 1L << octet;
        }
        return new OctetSet(words[0], words[1], words[2], words[3]);
    }

    boolean contains(int octet) {
        long word = switch (octet / WORD_BITS) {
            case 0 -> first;
            case 1 -> second;
            case 2 -> third;
            default -> fourth;
        };
        return (word >> octet & 1) != 0;
    }

    OctetSet and(OctetSet other) {
        return new OctetSet(first | other.first, second | other.second, third | other.third, fourth | other.fourth);
    }

    OctetSet inverted() {
        return new OctetSet(~first, ~second, ~third, ~fourth);
    }

    /** With the other case of each letter of ASCII; RabbitMQ knows of no other letters. */
    OctetSet inAnyCase() {
        OctetSet all = this;
        for (int upper = 'A'; upper <= 'Z'; upper++) {
            if (contains(upper) || contains(upper + CASE)) {
                all = all.and(of(upper)).and(of(upper + CASE));
            }
        }
        return all;
    }

    static int lowerCase(int octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + CASE : octet;
    }
}
