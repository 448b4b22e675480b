package io.leveret.interop;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import java.io.IOException;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** A client library's connection together with its socket, so that a case can lose it without a goodbye. */
public record Line(Connection connection, Socket socket) {

    static Line to(ConnectionFactory factory) throws IOException, TimeoutException {
        AtomicReference<Socket> socket = new AtomicReference<>();
        factory.setSocketConfigurator(SocketConfigurators.defaultConfigurator().andThen(socket::set));
        Connection connection = factory.newConnection();
        return new Line(connection, Objects.requireNonNull(socket.get()));
    }

    public void cut() throws IOException {
        socket.close();
    }
}
