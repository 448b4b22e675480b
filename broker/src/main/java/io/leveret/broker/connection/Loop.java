package io.leveret.broker.connection;

import io.netty.channel.EventLoop;

/** What the connections of one event loop share: its timer, its buffers, its pace. Owned by that loop. */
final class Loop {

    private final LoopTicker ticker;
    private final LoopBuffers buffers = new LoopBuffers();
    private final Pace pace = new Pace();

    Loop(EventLoop eventLoop) {
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
}
