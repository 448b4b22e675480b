package io.leveret.interop.crash;

import com.rabbitmq.client.BlockedListener;
import io.leveret.interop.crash.ConfirmedChannel.Route;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that come while publishers are blocked. Each has a connection of its own and publishes one large persistent message, since the
 * first that a connection publishes is taken.
 */
final class Latecomers implements AutoCloseable {

    private static final int MESSAGE_BYTES = 1 << 20;

    private final Deque<Client> clients = new ArrayDeque<>();
    private final AtomicInteger told = new AtomicInteger();
    private final AtomicInteger confirmed = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    /** Publishes with so many; returns before the broker has said anything. */
    static Latecomers publish(int count, InetSocketAddress broker, Ledger ledger, Recording recording, String queue)
            throws IOException, TimeoutException {
        Latecomers latecomers = new Latecomers();
        try {
            for (int i = 0; i < count; i++) {
                latecomers.publishOne(broker, ledger, recording, queue);
            }
            return latecomers;
        } catch (IOException | TimeoutException e) {
            latecomers.close();
            throw e;
        }
    }

    /** How many have been told that they are blocked: their message is taken. */
    int told() {
        return told.get();
    }

    int confirmed() {
        return confirmed.get();
    }

    int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        clients.forEach(Client::close);
    }

    private void publishOne(InetSocketAddress broker, Ledger ledger, Recording recording, String queue)
            throws IOException, TimeoutException {
        Client client = Client.connect(broker);
        clients.push(client);
        client.connection().addBlockedListener(new BlockedListener() {
            @Override
            public void handleBlocked(String reason) {
                told.incrementAndGet();
            }

            @Override
            public void handleUnblocked() {
                // Their confirms tell.
            }
        });
        ledger.confirmed(client.channel(), recording)
                .publish(
                        Route.toQueue(queue),
                        true,
                        MESSAGE_BYTES,
                        confirmed::incrementAndGet,
                        refused::incrementAndGet);
    }
}
