package io.leveret.broker.hold;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * What one exchange holds back: messages that are routed later, if ever, and commands about them. What the store has of it are the
 * entries of a queue that nobody sees. Any thread may use it, and none ever waits for a disk here.
 */
public interface Hold {

    String exchange();

    /** Whether anything survives here. */
    boolean hasStore();

    /** The id of the queue that nobody sees; only if it {@link #hasStore}. */
    long queueId();

    /**
     * Checks what a client publishes to its exchange.
     *
     * @throws AmqpException precondition failed, naming the header and what is wrong with it
     */
    void check(BasicProperties properties, byte[] body);

    /** Whether a client that publishes this to its exchange chooses a queue, by a header, that is sent messages to: it needs to be allowed that. */
    default boolean sendsWhereItSays(BasicProperties properties) {
        return false;
    }

    /** Whether a message that is published now has to wait here, or is a command. */
    boolean holds(Message message);

    /** Whether a message that it {@link #holds} is none that waits, but a command about others. */
    boolean commands(Message message);

    /** When something is to happen to a message that it {@link #holds}, in milliseconds since 1970, or what it commands; not 0. */
    long dueMs(Message message);

    /** Whether a message that it {@link #holds} is to survive. */
    boolean stores(Message message, long dueMs);

    /** By which the store finds what belongs together; 0 if it need not. */
    long hash(Message message, long dueMs);

    /**
     * Keeps a place for a message that it {@link #holds} and that is to be gathered next.
     *
     * @return null, or why there is none
     */
    default @Nullable AmqpException reserve(Message message) {
        return null;
    }

    /** A message that a place was kept for does not come. */
    default void giveUp(Message message) {}

    /** Its exchange is deleted: drops all that waits, at once. */
    void delete();
}
