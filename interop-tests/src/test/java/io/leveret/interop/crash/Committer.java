package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.Event.Committed;
import io.leveret.interop.crash.Event.Committing;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/** Publishes transactions over two queues, and rolls some back. */
final class Committer implements Actor {

    private static final int MOST_PAIRS = 4;

    private final Channel channel;
    private final int publisher;
    private final IntSupplier transactions;
    private final Recording recording;
    private final Random random;
    private int number;

    Committer(Channel channel, int publisher, IntSupplier transactions, Recording recording, Random random)
            throws IOException {
        this.channel = channel;
        this.publisher = publisher;
        this.transactions = transactions;
        this.recording = recording;
        this.random = random;
        channel.txSelect();
    }

    @Override
    public void step() throws IOException {
        int tx = transactions.getAsInt();
        int pairs = 1 + random.nextInt(MOST_PAIRS);
        for (int pair = 0; pair < pairs; pair++) {
            for (String queue : Layout.TX) {
                publish(queue, tx);
            }
        }
        if (random.nextInt(5) == 0) {
            channel.txRollback();
            return;
        }
        recording.add(new Committing(tx));
        channel.txCommit();
        recording.add(new Committed(tx));
    }

    private void publish(String queue, int tx) throws IOException {
        Message message = new Message(new MessageKey(publisher, number++), true, List.of(queue), tx);
        recording.add(new Published(message));
        Content.publish(channel, "", queue, message, Content.randomBytes(random));
    }
}
