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

    record Octet(OctetSet set) implements Node {
        @Override
        public Width width() {
            return Width.ONE;
        }
    }

    record At(Place place) implements Node {}

    record Sequence(List<Node> parts, Width width) implements Node {
        Sequence(List<Node> parts) {
            this(parts, Width.ofAll(parts));
        }
    }

    /** The first that leads to a match. */
    record Choice(List<Node> branches, Width width) implements Node {
        Choice(List<Node> branches) {
            this(branches, Width.ofAny(branches));
        }
    }

    /** @param max {@link #UNLIMITED} if there is none */
    record Repeat(Node part, int min, int max, boolean lazy, Width width) implements Node {
        Repeat(Node part, int min, int max, boolean lazy) {
            this(part, min, max, lazy, part.width().times(min, max));
        }
    }

    /** What {@link Same} may refer to. Several may have one number. */
    record Group(int number, Node part, Width width) implements Node {
        Group(int number, Node part) {
            this(number, part, part.width());
        }
    }

    /** What a group took last, by its number or its name. */
    record Same(String group, boolean anyCase) implements Node {
        @Override
        public Width width() {
            return Width.ANY;
        }
    }

    /** Once matched it is not tried in another way. */
    record Atomic(Node part, Width width) implements Node {
        Atomic(Node part) {
            this(part, part.width());
        }
    }

    /** Whether a part would match here, or up to here. */
    record Look(Node part, boolean ahead, boolean negative) implements Node {}

    /** Reckoned when the node is made, from those of its parts: a walk through all of them would need a stack for each that asks. */
    default Width width() {
        return Width.NOTHING;
    }

    /** How many octets it takes at least. */
    default long minOctets() {
        return width().min();
    }

    /** How many it takes at most; {@link #UNLIMITED} if nothing limits it. */
    default long maxOctets() {
        return width().max();
    }
}
