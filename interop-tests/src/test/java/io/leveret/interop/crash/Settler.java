package io.leveret.interop.crash;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import io.leveret.interop.crash.Body.GarbledException;
import io.leveret.interop.crash.Event.AckSent;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Garbled;
import io.leveret.interop.crash.Event.Rejected;
import io.leveret.interop.crash.Event.Requeued;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final List<Entry> open = new ArrayList<>();
    /** How often those were dead-lettered that are not settled; only where that matters. */
    private final Map<Entry, Integer> stages = new HashMap<>();

    private int batch = 1;

    /** How a consumer settles. */
    enum Manner {
        /** Acks, requeues, drops, and keeps a few for good. */
        ONE_BY_ONE,
        /** Acks or requeues with {@code multiple}. */
        MANY_AT_ONCE,
        /** Of a circuit's queue: rejects half of them, alone or with {@code multiple}, and keeps a few for good. */
        REJECTING
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
        Entry entry;
        Deaths deaths;
        try {
            entry = new Entry(queue, Content.read(properties, body));
            deaths = Deaths.read(properties.getHeaders());
        } catch (GarbledException e) {
            recording.add(new Garbled(queue, String.valueOf(e.getMessage())));
            return;
        }
        recording.add(new Delivered(entry, consumer, envelope.isRedeliver(), deaths, History.nowMs()));
        long tag = envelope.getDeliveryTag();
        switch (manner) {
            case ONE_BY_ONE -> settleOne(entry, tag);
            case MANY_AT_ONCE -> {
                open.add(entry);
                settleMany(tag);
            }
            case REJECTING -> {
                stages.put(entry, deaths.stage());
                rejectSome(entry, tag);
            }
        }
    }

    /** To be called before the channel is closed: what is not settled goes back then. */
    void leave() {
        open.forEach(entry -> recording.add(new Requeued(entry)));
        open.clear();
        stages.clear();
    }

    private void settleMany(long tag) throws IOException {
        if (open.size() < batch) {
            return;
        }
        batch = 1 + random.nextInt(LARGEST_BATCH);
        if (random.nextInt(10) == 0) {
            leave();
            channel.basicNack(tag, true, true);
            return;
        }
        List<Entry> acked = List.copyOf(open);
        open.clear();
        acked.forEach(entry -> recording.add(new AckSent(entry)));
        channel.basicAck(tag, true);
        for (Entry entry : acked) {
            marker.acked(entry);
        }
    }

    private void settleOne(Entry entry, long tag) throws IOException {
        int dice = random.nextInt(100);
        if (dice < 5 && open.size() < MOST_HELD) {
            open.add(entry);
        } else if (dice < 15) {
            recording.add(new Requeued(entry));
            requeue(tag);
        } else {
            stages.remove(entry);
            recording.add(new AckSent(entry));
            settle(tag);
            marker.acked(entry);
        }
    }

    private void rejectSome(Entry entry, long tag) throws IOException {
        int dice = random.nextInt(100);
        if (dice < 50) {
            recordReject(entry);
            channel.basicReject(tag, false);
        } else if (dice < 52) {
            open.add(entry);
            open.forEach(this::recordReject);
            open.clear();
            channel.basicNack(tag, true, false);
        } else {
            settleOne(entry, tag);
        }
    }

    private void recordReject(Entry entry) {
        recording.add(new Rejected(entry, Objects.requireNonNull(stages.remove(entry)), History.nowMs()));
    }

    private void requeue(long tag) throws IOException {
        if (random.nextBoolean()) {
            channel.basicNack(tag, false, true);
        } else {
            channel.basicReject(tag, true);
        }
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
