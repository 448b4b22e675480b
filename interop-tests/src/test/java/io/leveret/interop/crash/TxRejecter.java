package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.crash.Body.GarbledException;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Garbled;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Rejects what it gets from a circuit's first queue, some in each transaction: all of them are dead-lettered, or none. */
final class TxRejecter implements Actor {

    private static final int LARGEST_TRANSACTION = 8;
    private static final int EMPTY_QUEUE_MS = 5;

    private final String queue;
    private final String consumer;
    private final TxChannel channel;
    private final Recording recording;
    private final Random random;

    TxRejecter(String queue, String consumer, TxChannel channel, Recording recording, Random random) {
        this.queue = queue;
        this.consumer = consumer;
        this.channel = channel;
        this.recording = recording;
        this.random = random;
    }

    @Override
    public void step() throws IOException, InterruptedException {
        for (int left = 1 + random.nextInt(LARGEST_TRANSACTION); left > 0; left--) {
            rejectOne(channel.channel());
        }
        if (random.nextInt(5) == 0) {
            // The rejects are undone, and what they were of stays with the channel; it is not rejected again.
            channel.rollback();
        } else {
            channel.commit();
        }
    }

    private void rejectOne(Channel from) throws IOException, InterruptedException {
        GetResponse got = from.basicGet(queue, false);
        if (got == null) {
            TimeUnit.MILLISECONDS.sleep(EMPTY_QUEUE_MS);
            return;
        }
        long tag = got.getEnvelope().getDeliveryTag();
        try {
            Copy copy = Content.copy(
                    got.getProps(), got.getBody(), got.getEnvelope().isRedeliver());
            recording.add(new Delivered(queue, copy, consumer));
            channel.rejecting(new Entry(queue, copy.key()), copy.deaths().stage());
            from.basicReject(tag, false);
        } catch (GarbledException e) {
            recording.add(new Garbled(queue, String.valueOf(e.getMessage())));
        }
    }
}
