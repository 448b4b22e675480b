package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a queue delivers to one channel, taken piece by piece. Used by one thread. */
interface Source {

    int PREFETCH = 40;
    int EMPTY_QUEUE_MS = 5;

    /** Waits for a moment at most; null if nothing came. */
    @Nullable
    Delivery next() throws IOException, InterruptedException;

    static Source getting(Channel channel, String queue) {
        return () -> {
            GetResponse got = channel.basicGet(queue, false);
            if (got != null) {
                return new Delivery(got.getEnvelope(), got.getProps(), got.getBody());
            }
            TimeUnit.MILLISECONDS.sleep(EMPTY_QUEUE_MS);
            return null;
        };
    }

    static Source consuming(Channel channel, String queue) throws IOException {
        BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
        channel.basicQos(PREFETCH);
        channel.basicConsume(queue, false, (tag, delivery) -> arrived.add(delivery), tag -> {});
        return () -> arrived.poll(EMPTY_QUEUE_MS, TimeUnit.MILLISECONDS);
    }
}
