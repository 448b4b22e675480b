package io.leveret.broker.connection;

import io.leveret.broker.storage.DurableWaits;
import io.leveret.broker.storage.Journal;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one event loop share: its timer, its buffers, its pace, how much it reads at once. Owned by that loop. */
final class Loop {

    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    private final LoopTicker ticker;
    private final Pace pace = new Pace();
    private final ReadSize readSize;
    private final LoopBuffers buffers;
    private final Map<Journal, DurableWaits> waits = new HashMap<>();
    private final EventLoop eventLoop;
    private final Executor afterSockets;

    Loop(EventLoop eventLoop) {
        this(eventLoop, task -> eventLoop.schedule(task, 0, TimeUnit.NANOSECONDS), new ReadSize(System::nanoTime));
    }

    /** @param afterSockets runs a task on the loop, once that has looked at its sockets */
    Loop(EventLoop eventLoop, Executor afterSockets, ReadSize readSize) {
        this.eventLoop = eventLoop;
        this.afterSockets = afterSockets;
        this.readSize = readSize;
        this.buffers = new LoopBuffers(readSize);
        this.ticker = new LoopTicker(eventLoop);
    }

    /** Runs a task on the loop; from any thread. Drops it once the loop has ended, since then all its connections have. */
    void execute(Runnable task) {
        execute(task, eventLoop);
    }

    /**
     * Runs a piece of long work on the loop, once it has looked at its sockets; from the loop. A task that is just executed comes
     * before that, for up to a second of them: Netty goes on with tasks as long as there are any.
     */
    void executeAfterSockets(Runnable task) {
        execute(task, afterSockets);
    }

    private void execute(Runnable task, Executor way) {
        try {
            way.execute(task);
        } catch (RejectedExecutionException e) {
            if (!eventLoop.isShutdown()) {
                throw e;
            }
            log.debug("dropped a task for an event loop that has ended loop={}", eventLoop);
        }
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

    ReadSize readSize() {
        return readSize;
    }

    /** Where this loop's connections wait for a virtual host's disk. */
    DurableWaits waits(Journal journal) {
        return waits.computeIfAbsent(journal, asked -> asked.newWaits(this::execute));
    }

    /** A virtual host is gone, and with it every connection that waited for its disk. */
    void forget(Journal journal) {
        waits.remove(journal);
    }
}
