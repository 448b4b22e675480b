package io.leveret.broker.connection;

import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.event.Events;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.NetworkSettings;
import io.leveret.broker.settings.SocketSettings;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.watchdog.LoopWatchdog;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for AMQP connections and runs the event loops that they live on. Its methods may be called from any thread. */
public final class AmqpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AmqpServer.class);

    private static final long DRAIN_TIMEOUT_MS = 5_000;

    private final ServerContext server;
    private final Transport transport = Transport.best();
    private final Loops loops;
    private final @Nullable LoopWatchdog watchdog;
    private final List<Channel> listeners = new ArrayList<>();

    /** @param vhosts finds a virtual host by name; null if there is none */
    public AmqpServer(
            BrokerSettings settings,
            Authenticator authenticator,
            Function<String, @Nullable VirtualHost> vhosts,
            Alarms alarms,
            HeapUse heapUse,
            Events events) {
        Peers peers =
                new Peers(settings.limits().connectionMax(), settings.limits().channelMaxPerNode());
        Logger lifecycle = LoggerFactory.getLogger(Connection.class);
        this.server = new ServerContext(
                settings, authenticator, vhosts, peers, alarms, heapUse, events, System::nanoTime, lifecycle);
        this.loops = new Loops(loopCount(settings.network()), transport);
        this.watchdog = settings.network().eventLoopWatchdog() ? LoopWatchdog.start(loops.group()) : null;
    }

    private static int loopCount(NetworkSettings network) {
        return network.eventLoops() > 0
                ? network.eventLoops()
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /**
     * Listens on every configured address.
     *
     * @throws IOException if an address can't be listened on; the caller closes this then
     */
    public void listen() throws IOException {
        for (InetSocketAddress address : server.settings().network().listeners()) {
            ChannelFuture bound = bootstrap().bind(address).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw ListenFailure.of(address, bound.cause());
            }
            listeners.add(bound.channel());
        }
    }

    List<Channel> listeners() {
        return listeners;
    }

    public List<InetSocketAddress> addresses() {
        return listeners.stream()
                .map(listener -> (InetSocketAddress) listener.localAddress())
                .toList();
    }

    /**
     * Closes the connections to a virtual host whose store has failed, with 541. When this returns, nobody uses it any more. Not to
     * be called by an event loop.
     */
    public void closeConnections(VirtualHost failed, Journal journal) {
        server.peers().all().forEach(connection -> connection.vhostFailed(failed));
        // A loop does one task after the other, so these come last.
        List<Future<?>> ends = new ArrayList<>();
        loops.all().forEach((eventLoop, loop) -> ends.add(eventLoop.submit(() -> loop.forget(journal))));
        ends.forEach(Future::awaitUninterruptibly);
    }

    /** Stops listening, closes every connection with 320, waits a little for the clients' answers, ends the loops. */
    @Override
    public void close() {
        listeners.forEach(listener -> listener.close().awaitUninterruptibly());
        server.peers().all().forEach(Connection::shutdown);
        awaitConnections();
        server.peers().all().forEach(Connection::abort);
        if (watchdog != null) {
            watchdog.close();
        }
        loops.group()
                .shutdownGracefully(0, DRAIN_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
    }

    private void awaitConnections() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_TIMEOUT_MS);
        try {
            while (!server.peers().all().isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int left = server.peers().all().size();
        if (left > 0) {
            log.warn("{} connections did not answer the close and are cut off", left);
        }
    }

    private ServerBootstrap bootstrap() {
        SocketSettings socket = server.settings().network().socket();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, socket.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, socket.nodelay())
                .childOption(ChannelOption.SO_KEEPALIVE, socket.keepalive())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Loop loop = loops.of(channel.eventLoop());
                        channel.config().setRecvByteBufAllocator(loop.buffers());
                        channel.pipeline().addLast(new SocketHandler(server, loop));
                    }
                });
        childOptionIfSet(bootstrap, ChannelOption.SO_LINGER, socket.lingerSeconds());
        childOptionIfSet(bootstrap, ChannelOption.SO_SNDBUF, socket.sendBufferBytes());
        childOptionIfSet(bootstrap, ChannelOption.SO_RCVBUF, socket.receiveBufferBytes());
        return bootstrap;
    }

    private static void childOptionIfSet(ServerBootstrap bootstrap, ChannelOption<Integer> option, int value) {
        if (value >= 0) {
            bootstrap.childOption(option, value);
        }
    }
}
