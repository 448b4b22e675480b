package io.leveret.interop.crash;

import com.rabbitmq.client.Delivery;
import io.leveret.interop.crash.Body.GarbledException;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Garbled;
import io.leveret.interop.crash.Event.Requeued;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Some transactions on one channel, each of which moves some messages, and acks or requeues a few. What a rollback or the
 * channel's end undoes is where it was. Used by one thread.
 */
final class Removal {

    private static final int LARGEST_TRANSACTION = 12;

    private final String from;
    private final String to;
    private final Source source;
    private final TxChannel channel;
    private final Recording recording;
    private final Random random;
    /** What is delivered and not settled, in that order. */
    private final List<Held> held = new ArrayList<>();
    /** What goes back with the commit. */
    private final List<Entry> returning = new ArrayList<>();

    private record Held(Entry entry, long tag, boolean persistent, int bytes) {}

    Removal(String from, String to, Source source, TxChannel channel, Recording recording, Random random) {
        this.from = from;
        this.to = to;
        this.source = source;
        this.channel = channel;
        this.recording = recording;
        this.random = random;
    }

    void run(String consumer, int transactions) throws IOException, InterruptedException {
        boolean goesOn = true;
        for (int i = 0; i < transactions && goesOn; i++) {
            takeSome(consumer);
            settleAll();
            goesOn = end();
        }
    }

    /** Gives back what is not settled. */
    void leave() throws IOException {
        held.forEach(each -> recording.add(new Requeued(each.entry())));
        if (random.nextBoolean()) {
            // Else the transaction is lost with the connection.
            channel.channel().abort();
        }
    }

    private void takeSome(String consumer) throws IOException, InterruptedException {
        int wanted = 1 + random.nextInt(LARGEST_TRANSACTION);
        while (held.size() < wanted) {
            Delivery delivery = source.next();
            if (delivery == null) {
                return;
            }
            take(delivery, consumer);
        }
    }

    private void take(Delivery delivery, String consumer) {
        try {
            MessageKey key = Content.read(delivery.getProperties(), delivery.getBody());
            Entry entry = new Entry(from, key);
            boolean redelivered = delivery.getEnvelope().isRedeliver();
            recording.add(new Delivered(entry, consumer, redelivered, History.nowMs()));
            boolean persistent = delivery.getProperties().getDeliveryMode() == 2;
            held.add(new Held(entry, delivery.getEnvelope().getDeliveryTag(), persistent, delivery.getBody().length));
        } catch (GarbledException e) {
            recording.add(new Garbled(from, String.valueOf(e.getMessage())));
        }
    }

    private void settleAll() throws IOException {
        if (random.nextInt(3) > 0) {
            for (Held each : held) {
                settle(each);
            }
        } else if (!held.isEmpty()) {
            for (Held each : held) {
                move(each);
            }
            channel.channel().basicAck(held.get(held.size() - 1).tag(), true);
        }
    }

    private void settle(Held each) throws IOException {
        int dice = random.nextInt(20);
        if (dice == 0) {
            returning.add(each.entry());
            channel.channel().basicNack(each.tag(), false, true);
            return;
        }
        if (dice == 1) {
            channel.acking(each.entry());
        } else {
            move(each);
        }
        channel.channel().basicAck(each.tag(), false);
    }

    private void move(Held each) throws IOException {
        channel.publishAgain(each.entry().key(), each.persistent(), to, each.bytes());
        channel.acking(each.entry());
    }

    /** By a commit, a rollback, or neither: then nothing may follow. */
    private boolean end() throws IOException {
        int dice = random.nextInt(10);
        if (dice == 0) {
            return false;
        }
        if (dice <= 2) {
            channel.rollback();
        } else {
            returning.forEach(entry -> recording.add(new Requeued(entry)));
            channel.commit();
            held.clear();
        }
        returning.clear();
        return true;
    }
}
