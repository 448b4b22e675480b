package io.leveret.broker.connection;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.function.Supplier;

/** The kernel interface under the event loops: epoll where the machine has it, else NIO. */
record Transport(
        Class<? extends ServerChannel> serverChannel, Supplier<Channel> socket, IoHandlerFactory ioHandlerFactory) {

    static Transport best() {
        return Epoll.isAvailable()
                ? new Transport(EpollServerSocketChannel.class, EpollSocketChannel::new, EpollIoHandler.newFactory())
                : new Transport(NioServerSocketChannel.class, NioSocketChannel::new, NioIoHandler.newFactory());
    }

    /** Has the JVM load what a connection's socket is made of. */
    void load() {
        socket.get().unsafe().closeForcibly();
    }
}
