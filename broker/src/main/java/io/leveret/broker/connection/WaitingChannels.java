package io.leveret.broker.connection;

import io.leveret.broker.channel.Channel;
import io.leveret.broker.connection.Reading.Pause;
import io.leveret.broker.storage.DurableWaits;
import io.leveret.broker.vhost.Bursts;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The channels of one connection that wait for the disk, and how far the connection is read meanwhile. Owned by its event
 * loop.
 */
final class WaitingChannels implements DurableWaits.Waiter {

    /** How much may come for channels whose answers wait, until the socket is not read any more. */
    private static final long HELD_BYTES_MAX = 128 * 1024;

    private final Channels channels;
    private final Bursts bursts;
    private final Reading reading;
    private final DurableWaits disk;
    private final Set<Channel> waiting = new LinkedHashSet<>(2);
    private boolean registered;

    WaitingChannels(Channels channels, Bursts bursts, Reading reading, DurableWaits disk) {
        this.channels = channels;
        this.bursts = bursts;
        this.reading = reading;
        this.disk = disk;
    }

    /** Notes a channel that waits. It is the end of a burst, or of what was done instead of one, that makes it count. */
    void add(Channel channel) {
        waiting.add(channel);
    }

    /** At the end of a burst: reads no further while the log, or an answer that waits, is behind what was read. */
    void endBurst() {
        if (bursts.publishedBatch() > bursts.durableBatch() && (disk.isBehind() || disk.isCrowded())) {
            reading.pause(Pause.LOG_BEHIND);
        }
        if (!waiting.isEmpty() || reading.isPausedFor(Pause.FRAMES_HELD)) {
            limitHeld();
        }
        if (!registered && isWaiting()) {
            registered = true;
            disk.add(this);
            // It may have become durable since the channels looked.
            disk.check(awaitedBatch());
        }
    }

    @Override
    public boolean durable(long batch) {
        try {
            return goOn(batch);
        } catch (RuntimeException | Error bug) {
            // Not further: other connections wait for the same disk.
            channels.connection().internalFault(bug);
            return false;
        }
    }

    private boolean goOn(long batch) {
        boolean allDurable = bursts.publishedBatch() <= batch;
        if (!disk.isBehind() && (allDurable || !disk.isCrowded())) {
            reading.resume(Pause.LOG_BEHIND);
        }
        for (Channel channel : List.copyOf(waiting)) {
            channel.durable(batch);
            if (!channel.isWaiting()) {
                waiting.remove(channel);
            }
            channels.replay(channel);
            if (!channels.connection().isOpen()) {
                return false;
            }
        }
        channels.endBurst();
        registered = isWaiting();
        return registered;
    }

    /** All channels are closed. */
    void clear() {
        waiting.clear();
        reading.resume(Pause.LOG_BEHIND);
        reading.resume(Pause.FRAMES_HELD);
    }

    private boolean isWaiting() {
        return !waiting.isEmpty() || reading.isPausedFor(Pause.LOG_BEHIND);
    }

    private long awaitedBatch() {
        long lowest = bursts.publishedBatch();
        for (Channel channel : waiting) {
            lowest = Math.min(lowest, channel.awaitedBatch());
        }
        return lowest;
    }

    private void limitHeld() {
        long held = 0;
        for (Channel channel : waiting) {
            held += channel.heldBytes();
        }
        if (held > HELD_BYTES_MAX) {
            reading.pause(Pause.FRAMES_HELD);
        } else if (held < HELD_BYTES_MAX / 2) {
            reading.resume(Pause.FRAMES_HELD);
        }
    }
}
