package io.leveret.broker.pattern;

import java.util.List;

/**
 * How many octets a part of an expression takes. Immutable.
 *
 * @param max {@link Node#UNLIMITED} if nothing limits it
 */
record Width(long min, long max) {

    static final Width NOTHING = new Width(0, 0);
    static final Width ONE = new Width(1, 1);
    static final Width ANY = new Width(0, Node.UNLIMITED);

    Width {
        min = Math.min(min, Node.UNLIMITED);
        max = Math.min(max, Node.UNLIMITED);
    }

    /** One after the other. */
    static Width ofAll(List<Node> parts) {
        long min = 0;
        long max = 0;
        for (Node part : parts) {
            min += part.width().min;
            max += part.width().max;
        }
        return new Width(min, max);
    }

    /** One of them. */
    static Width ofAny(List<Node> branches) {
        long min = Node.UNLIMITED;
        long max = 0;
        for (Node branch : branches) {
            min = Math.min(min, branch.width().min);
            max = Math.max(max, branch.width().max);
        }
        return new Width(min, max);
    }

    Width times(int atLeast, int atMost) {
        // RabbitMQ does not see that a part takes nothing.
        return new Width(min * atLeast, atMost == Node.UNLIMITED ? Node.UNLIMITED : max * atMost);
    }
}
