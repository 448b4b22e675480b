package io.leveret.bench.jmh;

import io.leveret.amqp.AmqpException;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time for a burst to go into a queue, to its consumer's outbox, and back as acknowledgements; divide by the burst for a message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class QueueBenchmark {

    @Param({"1", "100"})
    private int burst;

    @Param({"true", "false"})
    private boolean noAck;

    /** Entries that wait in the queue meanwhile, behind which the burst has to queue up. */
    @Param({"0", "100000"})
    private int backlog;

    /** The queue's highest priority; with any, messages of all up to it come in turn. */
    @Param({"0", "9"})
    private int priorities;

    private final Outbox outbox = new Outbox();
    private Message[] messages = new Message[0];
    private Queue queue = queue(FieldTable.EMPTY);
    private @Nullable Consumer consumer;
    private QueueBurst publishes = new QueueBurst(queue);
    private QueueBurst settlements = new QueueBurst(queue);
    private int next;

    private static Queue queue(FieldTable arguments) {
        return new Queue(new QueueDeclaration("orders", "/", false, false, null, arguments), () -> {});
    }

    private static Message message(BasicProperties properties) {
        return new Message(new Address("orders", "created"), properties, new byte[16]);
    }

    @Setup
    public void fill() {
        if (priorities > 0) {
            queue = queue(FieldTable.builder().put("x-max-priority", priorities).build());
        }
        publishes = new QueueBurst(queue);
        settlements = new QueueBurst(queue);
        messages = new Message[priorities + 1];
        for (int i = 0; i <= priorities; i++) {
            messages[i] = message(
                    priorities == 0
                            ? BasicProperties.EMPTY
                            : BasicProperties.builder().priority(i).build());
        }
        publish(backlog);
        ConsumerOptions options = new ConsumerOptions(noAck, false, Integer.MAX_VALUE, 0, FieldTable.EMPTY);
        consumer = new Consumer(queue, outbox, "consumer", options);
        queue.addConsumer(consumer);
    }

    @Benchmark
    public int publishDeliverSettle() {
        outbox.room = burst;
        if (consumer != null && consumer.parked()) {
            queue.activate(consumer);
        }
        publish(burst);
        return settle();
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            publishes.publish(messages[next]);
            next = next == priorities ? 0 : next + 1;
        }
        publishes.flush();
    }

    private int settle() {
        int count = outbox.entries.size();
        if (!noAck) {
            outbox.entries.forEach(settlements::settle);
            settlements.flush();
        }
        outbox.entries.clear();
        return count;
    }

    /** A channel with room for one burst. */
    private static final class Outbox implements DeliveryTarget {

        private final List<QueueEntry> entries = new ArrayList<>();
        private int room;

        @Override
        public boolean reserve(Consumer consumer) {
            return room-- > 0;
        }

        @Override
        public void offer(QueueEntry entry) {
            entries.add(entry);
        }

        @Override
        public void wake() {}

        @Override
        public void transmit(QueueEntry entry) {
            throw new AssertionError("nothing is written here");
        }

        @Override
        public void queueDeleted(Consumer consumer) {
            throw new AssertionError("the queue stays");
        }

        @Override
        public void queueUnreadable(Consumer consumer, AmqpException why) {
            throw new AssertionError("nothing is read");
        }
    }
}
