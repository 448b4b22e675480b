package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.event.Events;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.NetworkSettings;
import io.leveret.broker.settings.SocketSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code tcp_listen_options}, as the operating system tells them of real sockets. */
class SocketOptionsTest {

    @Test
    void allThatAreConfiguredAreSet() throws Exception {
        SocketSettings socket = new SocketSettings(17, false, true, 3, 30_000, 20_000);
        try (AmqpServer server = listen(socket)) {
            Channel listener = server.listeners().get(0);
            assertThat(listener.config().getOption(ChannelOption.SO_BACKLOG)).isEqualTo(17);

            CompletableFuture<Channel> next = nextOf(listener);
            try (Socket client = connectTo(listener)) {
                assertThat(client.isConnected()).isTrue();
                Channel accepted = next.get(60, TimeUnit.SECONDS);
                assertThat(accepted.config().getOption(ChannelOption.TCP_NODELAY))
                        .isFalse();
                assertThat(accepted.config().getOption(ChannelOption.SO_KEEPALIVE))
                        .isTrue();
                assertThat(accepted.config().getOption(ChannelOption.SO_LINGER)).isEqualTo(3);
                // Linux doubles what it is asked for, to have room for its own bookkeeping.
                assertThat(accepted.config().getOption(ChannelOption.SO_SNDBUF)).isBetween(30_000, 60_000);
                assertThat(accepted.config().getOption(ChannelOption.SO_RCVBUF)).isBetween(20_000, 40_000);
            }
        }
    }

    @Test
    void byDefaultSmallFramesGoOutAtOnceAndTheRestIsTheSystemsChoice() throws Exception {
        try (AmqpServer server = listen(SocketSettings.defaults())) {
            Channel listener = server.listeners().get(0);
            assertThat(listener.config().getOption(ChannelOption.SO_BACKLOG)).isEqualTo(128);

            CompletableFuture<Channel> next = nextOf(listener);
            try (Socket client = connectTo(listener)) {
                assertThat(client.isConnected()).isTrue();
                Channel accepted = next.get(60, TimeUnit.SECONDS);
                assertThat(accepted.config().getOption(ChannelOption.TCP_NODELAY))
                        .isTrue();
                assertThat(accepted.config().getOption(ChannelOption.SO_KEEPALIVE))
                        .isFalse();
                assertThat(accepted.config().getOption(ChannelOption.SO_LINGER)).isEqualTo(-1);
                assertThat(accepted.config().getOption(ChannelOption.SO_SNDBUF)).isGreaterThan(60_000);
            }
        }
    }

    private static AmqpServer listen(SocketSettings socket) throws Exception {
        BrokerSettings defaults = BrokerSettings.defaults();
        NetworkSettings network = new NetworkSettings(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                socket,
                1,
                false,
                10_000,
                0,
                131_072);
        AmqpServer server = new AmqpServer(
                defaults.withNetwork(network),
                new Authenticator(defaults.login()),
                name -> null,
                new Alarms(),
                new HeapUse(),
                Events.none());
        server.listen();
        return server;
    }

    /** The broker's end of the next connection, once its options are set. */
    private static CompletableFuture<Channel> nextOf(Channel listener) {
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        listener.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object connection) {
                context.fireChannelRead(connection);
                accepted.complete((Channel) connection);
            }
        });
        // The loop takes connections before it does tasks, and the handler counts only after a task of its own.
        listener.eventLoop().submit(() -> {}).syncUninterruptibly();
        return accepted;
    }

    private static Socket connectTo(Channel listener) throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        return new Socket(address.getAddress(), address.getPort());
    }
}
