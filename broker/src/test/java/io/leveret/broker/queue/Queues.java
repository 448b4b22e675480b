package io.leveret.broker.queue;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Consumer.ConsumerOptions;
import io.leveret.broker.queue.QueueContext.Cancellable;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the queues, messages and consumers of these tests. A message's body is its number. */
final class Queues {

    private static final Address ADDRESS = new Address("", "q");

    private Queues() {}

    static Queue queue() {
        return queue(false, () -> {});
    }

    static Queue queue(FieldTable arguments) {
        return new Queue(new QueueDeclaration("q", "/", false, false, null, arguments), () -> {});
    }

    static Queue queue(boolean autoDelete, Runnable onUnused) {
        return queue(autoDelete, FieldTable.EMPTY, onUnused);
    }

    static Queue queue(boolean autoDelete, FieldTable arguments, Runnable onUnused) {
        return new Queue(new QueueDeclaration("q", "/", false, autoDelete, null, arguments), onUnused);
    }

    /** Nothing expires, and nothing is dead-lettered; what is to go on at once does. */
    static QueueContext context(MemoryBudget budget, @Nullable Spill spill) {
        return new QueueContext(budget, spill, DeadLetters.NOWHERE, InstantSource.system(), Queues::timer);
    }

    private static Cancellable timer(long delayMs, Runnable action) {
        if (delayMs == 0) {
            action.run();
        }
        return Cancellable.NOTHING;
    }

    static Message message(int id) {
        return message(Integer.toString(id));
    }

    /** @param body the message's number, and blanks */
    static Message message(String body) {
        return message(body, BasicProperties.EMPTY);
    }

    static Message message(String body, BasicProperties properties) {
        return new Message(ADDRESS, properties, body.getBytes(StandardCharsets.UTF_8));
    }

    static int idOf(QueueEntry entry) {
        return idOf(entry.message());
    }

    static int idOf(Message message) {
        return Integer.parseInt(new String(message.body(), StandardCharsets.UTF_8).trim());
    }

    /** Publishes messages with the numbers from {@code first} up to but not including {@code end}. */
    static void publish(Queue queue, int first, int end) {
        QueueBurst burst = new QueueBurst(queue);
        for (int id = first; id < end; id++) {
            burst.publish(message(id));
        }
        burst.flush();
    }

    static void settle(Queue queue, List<QueueEntry> entries) {
        QueueBurst burst = new QueueBurst(queue);
        entries.forEach(burst::settle);
        burst.flush();
    }

    static Consumer consumer(Queue queue, DeliveryTarget target, String tag, int prefetch) {
        return consumer(queue, target, tag, new ConsumerOptions(false, false, prefetch, 0, FieldTable.EMPTY));
    }

    static Consumer consumer(Queue queue, DeliveryTarget target, String tag, ConsumerOptions options) {
        return new Consumer(queue, target, tag, options);
    }

    static ConsumerOptions options(boolean noAck, boolean exclusive, int prefetch, long priority) {
        return new ConsumerOptions(noAck, exclusive, prefetch, priority, FieldTable.EMPTY);
    }
}
