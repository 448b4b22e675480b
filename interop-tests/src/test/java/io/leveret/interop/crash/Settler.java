package io.leveret.interop.crash;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import io.leveret.interop.crash.Body.GarbledException;
import io.leveret.interop.crash.Event.AckForced;
import io.leveret.interop.crash.Event.AckSent;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Failed;
import io.leveret.interop.crash.Event.FailureForced;
import io.leveret.interop.crash.Event.Garbled;
import io.leveret.interop.crash.Event.Rejected;
import io.leveret.interop.crash.Event.Requeued;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Decides what becomes of the deliveries of one consumer, and tells. Called by one thread at a time. */
final class Settler {

    private static final int MOST_HELD = 20;
    private static final int LARGEST_BATCH = 40;

    private final String queue;
    private final String consumer;
    private final Channel channel;
    private final Manner manner;
    private final Marker marker;
    private final Recording recording;
    private final Random random;
    /** What is delivered and not settled. */
    private final List<Taken> open = new ArrayList<>();

    private int batch = 1;

    /** How a consumer settles. */
    enum Manner {
        /** Acks, requeues, drops, and keeps a few for good. */
        ONE_BY_ONE,
        /** Acks or requeues with {@code multiple}. */
        MANY_AT_ONCE,
        /** Of a circuit's queue: rejects half of them, alone or with {@code multiple}, and keeps a few for good. */
        REJECTING,
        /** Of a circuit's queue that counts failures: most come to nothing, and are tried again. */
        FAILING
    }

    /** A delivery. */
    private record Taken(Entry entry, long tag, Copy copy) {

        Failed failed() {
            return new Failed(entry, stage(), copy.failures() + 1, History.nowMs());
        }

        FailureForced failureForced() {
            return new FailureForced(entry, stage(), copy.failures() + 1);
        }

        Rejected rejected() {
            return new Rejected(entry, stage(), History.nowMs());
        }

        private int stage() {
            return copy.deaths().stage();
        }
    }

    Settler(
            String queue,
            String consumer,
            Channel channel,
            Manner manner,
            Marker marker,
            Recording recording,
            Random random) {
        this.queue = queue;
        this.consumer = consumer;
        this.channel = channel;
        this.manner = manner;
        this.marker = marker;
        this.recording = recording;
        this.random = random;
    }

    void take(Envelope envelope, BasicProperties properties, byte[] body) throws IOException {
        Copy copy;
        try {
            copy = Content.copy(properties, body, envelope.isRedeliver());
        } catch (GarbledException e) {
            recording.add(new Garbled(queue, String.valueOf(e.getMessage())));
            return;
        }
        recording.add(new Delivered(queue, copy, consumer));
        Taken taken = new Taken(new Entry(queue, copy.key()), envelope.getDeliveryTag(), copy);
        switch (manner) {
            case ONE_BY_ONE -> settleOne(taken);
            case MANY_AT_ONCE -> settleMany(taken);
            case REJECTING -> rejectSome(taken);
            case FAILING -> failMost(taken);
        }
    }

    /** To be called before the channel is closed: what is not settled goes back then, and has failed. */
    void leave() {
        open.forEach(taken -> recording.add(taken.failed()));
        open.clear();
    }

    private void settleMany(Taken taken) throws IOException {
        open.add(taken);
        if (open.size() < batch) {
            return;
        }
        batch = 1 + random.nextInt(LARGEST_BATCH);
        List<Taken> settled = List.copyOf(open);
        open.clear();
        if (random.nextInt(10) == 0) {
            settled.forEach(each -> recording.add(new Requeued(each.entry())));
            channel.basicNack(taken.tag(), true, true);
            return;
        }
        settled.forEach(each -> recording.add(new AckSent(each.entry())));
        channel.basicAck(taken.tag(), true);
        for (Taken each : settled) {
            marker.sent(new AckForced(each.entry()));
        }
    }

    private void settleOne(Taken taken) throws IOException {
        int dice = random.nextInt(100);
        if (dice < 5 && open.size() < MOST_HELD) {
            open.add(taken);
        } else if (dice < 10) {
            requeue(taken);
        } else if (dice < 15) {
            fail(taken);
        } else {
            recording.add(new AckSent(taken.entry()));
            settle(taken.tag());
            marker.sent(new AckForced(taken.entry()));
        }
    }

    private void rejectSome(Taken taken) throws IOException {
        int dice = random.nextInt(100);
        if (dice < 50) {
            recording.add(taken.rejected());
            channel.basicReject(taken.tag(), false);
        } else if (dice < 52) {
            open.add(taken);
            open.forEach(each -> recording.add(each.rejected()));
            open.clear();
            channel.basicNack(taken.tag(), true, false);
        } else {
            settleOne(taken);
        }
    }

    private void failMost(Taken taken) throws IOException {
        int dice = random.nextInt(100);
        if (dice < 55) {
            fail(taken);
        } else if (dice < 65) {
            requeue(taken);
        } else {
            rejectSome(taken);
        }
    }

    private void requeue(Taken taken) throws IOException {
        recording.add(new Requeued(taken.entry()));
        channel.basicNack(taken.tag(), false, true);
    }

    private void fail(Taken taken) throws IOException {
        recording.add(taken.failed());
        channel.basicReject(taken.tag(), true);
        marker.sent(taken.failureForced());
    }

    private void settle(long tag) throws IOException {
        // Where there is no dead-letter exchange that is the same.
        if (manner == Manner.ONE_BY_ONE && random.nextInt(20) == 0) {
            channel.basicReject(tag, false);
        } else {
            channel.basicAck(tag, false);
        }
    }
}
