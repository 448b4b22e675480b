package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueCounts;
import io.leveret.broker.vhost.VirtualHost;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Channels with their outboxes on real threads, on two queues, with own and shared prefetch so small and sockets so moody
 * that consumers are parked and resumed all the time. A consumer that nobody wakes again shows as a stall.
 */
class ChannelConcurrencyTest {

    private static final int CHANNELS = 3;
    private static final int EACH = 30_000;
    private static final String[] NAMES = {"a", "b"};

    private final VirtualHost vhost = Sessions.vhost();
    private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(NAMES.length * EACH);
    private final List<Queue> queues = new ArrayList<>();

    @Test
    @Timeout(120)
    void losesNothingAndDoublesNothingAndStallsNobody() throws Exception {
        for (String name : NAMES) {
            queues.add(declare(name));
        }
        ExecutorService threads = Executors.newFixedThreadPool(CHANNELS + NAMES.length);
        try {
            List<Future<?>> running = new ArrayList<>();
            List<ChannelLoop> loops = IntStream.range(0, CHANNELS)
                    .mapToObj(i -> new ChannelLoop(Sessions.in(vhost), NAMES, 200 + i, acknowledged, this::isFinished))
                    .toList();
            loops.forEach(loop -> running.add(threads.submit(loop)));
            for (int q = 0; q < NAMES.length; q++) {
                running.add(threads.submit(publisher(q)));
            }
            awaitFinish(running);
            loops.forEach(ChannelLoop::poke);
            for (Future<?> each : running) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(IntStream.range(0, acknowledged.length()).map(acknowledged::get))
                .containsOnly(1);
        assertThat(queues).allMatch(queue -> queue.counts().equals(new QueueCounts(0, 0, 0)));
    }

    private Queue declare(String name) {
        QueueDeclare method = new QueueDeclare(name, false, true, false, false, false, FieldTable.EMPTY);
        return vhost.queues().declare(method, this, Sessions.guest());
    }

    private Callable<Boolean> publisher(int number) {
        Queue queue = queues.get(number);
        Address address = new Address("", queue.name());
        return () -> {
            QueueBurst burst = new QueueBurst(queue);
            for (int i = 0; i < EACH; i++) {
                byte[] body = ByteBuffer.allocate(4).putInt(number * EACH + i).array();
                burst.publish(new Message(address, BasicProperties.EMPTY, body));
                if (i % 10 == 9) {
                    burst.flush();
                }
                // Not far ahead of the consumers: an empty queue is where parking races are.
                while (queue.counts().ready() > 30) {
                    Thread.onSpinWait();
                }
            }
            return true;
        };
    }

    private boolean isFinished() {
        return acknowledged.get(EACH - 1) > 0
                && acknowledged.get(acknowledged.length() - 1) > 0
                && queues.stream()
                        .allMatch(queue ->
                                queue.counts().ready() == 0 && queue.counts().unacked() == 0);
    }

    private void awaitFinish(List<Future<?>> running) throws Exception {
        while (!isFinished()) {
            for (Future<?> each : running) {
                if (each.isDone()) {
                    each.get();
                }
            }
            Thread.onSpinWait();
        }
    }
}
