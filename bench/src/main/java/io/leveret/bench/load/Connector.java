package io.leveret.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Opens connections on the generator's one event loop, and closes them. May be used from any thread. */
final class Connector implements AutoCloseable {

    private static final int READ_BYTES = 128 * 1024;
    private static final WriteBufferWaterMark UNWRITTEN_BYTES = new WriteBufferWaterMark(128 * 1024, 256 * 1024);
    private static final SelectStrategyFactory SPINNING = () -> (ready, hasTasks) -> ready.get();
    private static final SelectStrategyFactory SLEEPING =
            () -> (ready, hasTasks) -> hasTasks ? ready.get() : SelectStrategy.SELECT;

    private final Load.Address address;
    private final EventLoopGroup loops;
    private final Consumer<Throwable> onFailure;
    private final List<Runnable> closers = new ArrayList<>();

    /** A loop that spins answers at once, but keeps a core busy. */
    Connector(Load.Address address, boolean spin, Consumer<Throwable> onFailure) {
        this.address = address;
        this.onFailure = onFailure;
        loops = new MultiThreadIoEventLoopGroup(1, ioHandlers(spin ? SPINNING : SLEEPING));
    }

    EventLoop loop() {
        return loops.next();
    }

    /** A connection that has logged in, opened its channel, and run these steps. */
    CompletableFuture<Channel> open(List<ByteBuf> channelSteps, Traffic traffic) {
        Connection connection = new Connection(handshake(channelSteps), traffic, onFailure);
        ChannelFuture connecting = bootstrap(connection).connect(address.host(), address.port());
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                connection.failed(done.cause());
            }
        });
        synchronized (closers) {
            closers.add(() -> connection.close(connecting.channel()));
        }
        return connection.opened();
    }

    @Override
    public void close() {
        CompletableFuture.runAsync(this::closeConnections, loop()).join();
        loops.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private void closeConnections() {
        synchronized (closers) {
            closers.forEach(Runnable::run);
        }
    }

    private List<ByteBuf> handshake(List<ByteBuf> channelSteps) {
        List<ByteBuf> steps = new ArrayList<>();
        steps.add(Frames.protocolHeader());
        steps.add(Frames.startOk(address.user(), address.password()));
        // tune-ok has no reply; what is answered is the open behind it.
        steps.add(Frames.tuneOk().writeBytes(Frames.openConnection(address.virtualHost())));
        steps.add(Frames.openChannel());
        steps.addAll(channelSteps);
        return steps;
    }

    private Bootstrap bootstrap(Connection connection) {
        return new Bootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UNWRITTEN_BYTES)
                .handler(connection);
    }

    private static IoHandlerFactory ioHandlers(SelectStrategyFactory strategy) {
        return Epoll.isAvailable()
                ? EpollIoHandler.newFactory(0, strategy)
                : NioIoHandler.newFactory(SelectorProvider.provider(), strategy);
    }
}
