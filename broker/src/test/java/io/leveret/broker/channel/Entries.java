package io.leveret.broker.channel;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.Consumer.ConsumerOptions;
import io.leveret.broker.queue.DeliveryTarget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Queue entries for these tests; they come out of real queues, since only a queue makes them. */
public final class Entries {

    private static final Address ADDRESS = new Address("", "q");

    private Entries() {}

    public static Queue queue(String name) {
        return new Queue(new QueueDeclaration(name, "/", false, false, null, FieldTable.EMPTY), () -> {});
    }

    public static Message message(int bodyBytes) {
        return new Message(ADDRESS, BasicProperties.EMPTY, new byte[bodyBytes]);
    }

    @CanIgnoreReturnValue
    public static List<Message> publish(Queue queue, int count, int bodyBytes) {
        QueueBurst burst = new QueueBurst(queue);
        List<Message> messages =
                Stream.generate(() -> message(bodyBytes)).limit(count).toList();
        messages.forEach(burst::publish);
        burst.flush();
        return messages;
    }

    /** So many entries, taken from a queue by {@code basic.get}. */
    public static List<QueueEntry> of(int count) {
        Queue queue = queue("q");
        publish(queue, count, 0);
        List<QueueEntry> entries = new ArrayList<>();
        for (QueueEntry entry = queue.get(false); entry != null; entry = queue.get(false)) {
            entries.add(entry);
        }
        return entries;
    }

    public static Consumer consumer(Queue queue, DeliveryTarget target, int prefetch) {
        return new Consumer(queue, target, "c", new ConsumerOptions(false, false, prefetch, 0, FieldTable.EMPTY));
    }
}
