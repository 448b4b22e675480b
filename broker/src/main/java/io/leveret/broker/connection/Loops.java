package io.leveret.broker.connection;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The event loops of a broker, each with what its connections share. Used from any thread. */
final class Loops {

    private final Transport transport;
    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();
    private final EventLoopGroup group;

    Loops(int count, Transport transport) {
        this.transport = transport;
        this.group =
                new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("amqp-loop", true), this::ioHandler);
    }

    EventLoopGroup group() {
        return group;
    }

    Map<EventLoop, Loop> all() {
        return loops;
    }

    Loop of(EventLoop eventLoop) {
        Loop loop = loops.get(eventLoop);
        if (loop == null) {
            throw new AssertionError("an event loop of another group: " + eventLoop);
        }
        return loop;
    }

    /** Netty asks once for each loop, while it makes it. */
    private IoHandler ioHandler(ThreadAwareExecutor executor) {
        if (!(executor instanceof EventLoop eventLoop)) {
            throw new AssertionError("an I/O handler for something else than an event loop: " + executor);
        }
        Loop loop = new Loop(eventLoop);
        loops.put(eventLoop, loop);
        return new PacedIoHandler(transport.ioHandlerFactory().newHandler(executor), loop);
    }
}
