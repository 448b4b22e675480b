package io.leveret.interop.crash;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.impl.StrictExceptionHandler;
import io.leveret.interop.Patience;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** A connection with a thread of its own for callbacks. After it is closed no callback runs any more. */
final class Client implements AutoCloseable {

    private final ExecutorService callbacks;
    private final Connection connection;
    private final Socket socket;

    private Client(ExecutorService callbacks, Connection connection, Socket socket) {
        this.callbacks = callbacks;
        this.connection = connection;
        this.socket = socket;
    }

    static Client connect(InetSocketAddress address) throws IOException, TimeoutException {
        ExecutorService callbacks = Executors.newSingleThreadExecutor();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHostString());
        factory.setPort(address.getPort());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(Patience.MS);
        factory.setChannelRpcTimeout(Patience.MS);
        factory.setExceptionHandler(new Strictly());
        AtomicReference<Socket> socket = new AtomicReference<>();
        factory.setSocketConfigurator(SocketConfigurators.defaultConfigurator().andThen(socket::set));
        try {
            Connection connection = factory.newConnection(callbacks);
            return new Client(callbacks, connection, Objects.requireNonNull(socket.get()));
        } catch (IOException | TimeoutException e) {
            callbacks.shutdown();
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    Channel channel() throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the connection has no channel left");
        }
        return channel;
    }

    /** The socket closes without a goodbye, as when the client's process is killed. Returns when nothing is read any more. */
    void cut() throws IOException, InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        connection.addShutdownListener(cause -> over.countDown());
        socket.close();
        if (!over.await(Patience.MS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("a connection without a socket is open after " + Patience.MS + " ms");
        }
    }

    @Override
    public void close() {
        connection.abort(Patience.MS);
        callbacks.shutdown();
        try {
            if (!callbacks.awaitTermination(Patience.MS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "a callback still runs " + Patience.MS + " ms after its connection closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What goes wrong in a callback ends the connection, so that its owner sees it; by default it would only be logged. */
    private static final class Strictly extends StrictExceptionHandler {

        @Override
        protected void log(String message, Throwable e) {
            // Callbacks whose connection was lost are many, and no news.
            if (!(e instanceof AlreadyClosedException)) {
                super.log(message, e);
            }
        }
    }
}
