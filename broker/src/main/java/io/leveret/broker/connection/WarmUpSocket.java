package io.leveret.broker.connection;

import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.event.Events;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.VirtualHost;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPLogger;

/**
 * The client's end of a connection in memory, for a {@link WarmUp}: what is written to it is handled before the call returns, and
 * what is answered is dropped. Its loop is the thread that uses it.
 */
final class WarmUpSocket implements AutoCloseable {

    private static final int CLIENT_PORT = 1024;

    private final EmbeddedChannel channel;
    private final ServerContext server;
    private @Nullable Loop loop;

    WarmUpSocket(BrokerSettings settings, VirtualHost vhost) {
        server = new ServerContext(
                settings,
                new Authenticator(settings.login()),
                name -> vhost,
                new Peers(0, 0),
                new Alarms(),
                new HeapUse(),
                Events.none(),
                System::nanoTime,
                NOPLogger.NOP_LOGGER);
        channel = new LoopbackChannel(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel made) {
                loop = new Loop(made.eventLoop());
                made.pipeline().addLast(new Tasks(), new SocketHandler(server, loop));
            }
        });
    }

    /** One read burst of the broker. */
    void write(ByteBuf frames) {
        channel.writeInbound(frames);
        dropAnswers();
    }

    /** Whether the broker has hung up by itself. */
    boolean isClosed() {
        return !channel.isOpen();
    }

    private void dropAnswers() {
        for (ByteBuf answer = channel.readOutbound(); answer != null; answer = channel.readOutbound()) {
            answer.release();
        }
    }

    @Override
    public void close() {
        channel.close();
        channel.runPendingTasks();
        dropAnswers();
        if (loop != null) {
            loop.buffers().release();
        }
    }

    /** Both ends of a connection have addresses, and only those on the loopback interface are always let in. */
    private static final class LoopbackChannel extends EmbeddedChannel {

        LoopbackChannel(ChannelInitializer<Channel> initializer) {
            super(initializer);
        }

        @Override
        protected SocketAddress localAddress0() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), CLIENT_PORT);
        }
    }

    /** Runs the loop's tasks within a read: after it, an embedded channel would run them nested in each other's writes. */
    private static final class Tasks extends ChannelInboundHandlerAdapter {

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.fireChannelReadComplete();
            ((EmbeddedChannel) ctx.channel()).runPendingTasks();
        }
    }
}
