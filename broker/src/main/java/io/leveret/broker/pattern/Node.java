package io.leveret.broker.pattern;

import java.util.List;

/** A part of an expression, as it is read. Immutable. */
sealed interface Node {

    /** As often as it likes. */
    int UNLIMITED = Integer.MAX_VALUE;

    /** Where something must be; it takes no octet. */
    enum Place {
        START,
        END,
        END_OR_LAST_NEWLINE,
        LINE_START,
        LINE_END,
        WORD_EDGE,
        NO_WORD_EDGE
    }

    /** What sets flags, and so on: it matches, and can't be repeated. */
    record Nothing() implements Node {}

    record Octet(OctetSet set) implements Node {}

    record At(Place place) implements Node {}

    record Sequence(List<Node> parts) implements Node {}

    /** The first that leads to a match. */
    record Choice(List<Node> branches) implements Node {}

    /** @param max {@link #UNLIMITED} if there is none */
    record Repeat(Node part, int min, int max, boolean lazy) implements Node {}

    /** What {@link Same} may refer to. Several may have one number. */
    record Group(int number, Node part) implements Node {}

    /** What a group took last, by its number or its name. */
    record Same(String group, boolean anyCase) implements Node {}

    /** Once matched it is not tried in another way. */
    record Atomic(Node part) implements Node {}

    /** Whether a part would match here, or up to here. */
    record Look(Node part, boolean ahead, boolean negative) implements Node {}

    /** How many octets it takes at least. */
    default long minOctets() {
        return width(false);
    }

    /** How many it takes at most; {@link #UNLIMITED} or more if nothing limits it. */
    default long maxOctets() {
        return width(true);
    }

    private long width(boolean most) {
        if (this instanceof Octet) {
            return 1;
        } else if (this instanceof Sequence sequence) {
            return limited(sequence.parts().stream()
                    .mapToLong(each -> each.width(most))
                    .sum());
        } else if (this instanceof Choice choice) {
            var widths = choice.branches().stream().mapToLong(each -> each.width(most));
            return (most ? widths.max() : widths.min()).orElse(0);
        } else if (this instanceof Repeat repeat) {
            // RabbitMQ does not see that a part takes nothing.
            return most && repeat.max() == UNLIMITED
                    ? UNLIMITED
                    : limited(repeat.part().width(most) * (most ? repeat.max() : repeat.min()));
        } else if (this instanceof Group group) {
            return group.part().width(most);
        } else if (this instanceof Atomic atomic) {
            return atomic.part().width(most);
        } else if (this instanceof Same) {
            return most ? UNLIMITED : 0;
        }
        return 0;
    }

    private static long limited(long octets) {
        return Math.min(octets, UNLIMITED);
    }
}
