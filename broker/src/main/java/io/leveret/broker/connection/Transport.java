package io.leveret.broker.connection;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/** The kernel interface under the event loops: epoll where the machine has it, else NIO. */
record Transport(Class<? extends ServerChannel> serverChannel, IoHandlerFactory ioHandlerFactory) {

    static Transport best() {
        return Epoll.isAvailable()
                ? new Transport(EpollServerSocketChannel.class, EpollIoHandler.newFactory())
                : new Transport(NioServerSocketChannel.class, NioIoHandler.newFactory());
    }
}
