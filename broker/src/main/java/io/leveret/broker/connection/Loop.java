package io.leveret.broker.connection;

import io.leveret.broker.storage.DurableWaits;
import io.leveret.broker.storage.Journal;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;

/** What the connections of one event loop share: its timer, its buffers, its pace. Owned by that loop. */
final class Loop {

    private final LoopTicker ticker;
    private final LoopBuffers buffers = new LoopBuffers();
    private final Pace pace = new Pace();
    private final Map<Journal, DurableWaits> waits = new HashMap<>();
    private final EventLoop eventLoop;

    Loop(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
        this.ticker = new LoopTicker(eventLoop);
    }

    LoopTicker ticker() {
        return ticker;
    }

    LoopBuffers buffers() {
        return buffers;
    }

    Pace pace() {
        return pace;
    }

    /** Where this loop's connections wait for a virtual host's disk. */
    DurableWaits waits(Journal journal) {
        return waits.computeIfAbsent(journal, asked -> asked.newWaits(eventLoop));
    }

    /** A virtual host is gone, and with it every connection that waited for its disk. */
    void forget(Journal journal) {
        waits.remove(journal);
    }
}
