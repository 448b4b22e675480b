package io.leveret.broker.queue;

import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Message;

/**
 * Which priorities a queue tells apart: it keeps one level for each, and gives out the highest first. A classic queue has those that
 * {@code x-max-priority} asks for, a quorum queue always 32, as in RabbitMQ 4.3; one with message groups has none.
 *
 * @param highest what higher ones count as; 0 if the queue looks at none
 * @param usual the level of a message that says nothing
 * @param returnedFirst whether what returns comes before everything else, in the order of its return, and not at its old place
 */
public record Priorities(int highest, int usual, boolean returnedFirst) {

    private static final Priorities NONE = new Priorities(0, 0, false);
    private static final Priorities OF_QUORUM = new Priorities(31, 4, true);

    static Priorities of(QueueDeclaration declaration) {
        if (GroupBy.of(declaration.arguments()) != null) {
            // In the order of a group nothing comes first but what was published first.
            return NONE;
        }
        if (declaration.type() == QueueType.QUORUM) {
            return OF_QUORUM;
        }
        FieldValue highest = QueueArgument.MAX_PRIORITY.in(declaration.arguments());
        return highest == null ? NONE : new Priorities((int) highest.longValue(), 0, false);
    }

    /** Whether all messages are equal. */
    boolean areNone() {
        return highest == 0;
    }

    /** How many levels there may be. */
    public int levels() {
        return highest + 1;
    }

    /** The level at which a message stands. */
    public int levelOf(Message message) {
        if (highest == 0) {
            return 0;
        }
        int priority = message.properties().priority();
        return priority < 0 ? usual : Math.min(priority, highest);
    }
}
