package io.leveret.interop.soak;

import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another connection, which asks for something small again and again on a thread of its own, and measures how long it waits for
 * the answer.
 */
final class Bystander implements AutoCloseable {

    /** Declaring what is there changes nothing, but takes its turn with all else that changes what a virtual host has. */
    private static final String EXCHANGE = "amq.direct";

    private static final int TIMEOUT_MS = 120_000;

    private final RawClient client;
    private final AtomicLong longestNs = new AtomicLong();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Thread thread = new Thread(this::ask, "bystander");
    private volatile boolean stopped;

    private Bystander(RawClient client) {
        this.client = client;
    }

    static Bystander of(ServerProcess server) throws IOException {
        Bystander bystander = new Bystander(
                RawClient.connect(server.address(), TIMEOUT_MS).login().open(1));
        bystander.thread.start();
        return bystander;
    }

    /** The longest wait since it was asked for the last time. */
    Duration longestWait() {
        return Duration.ofNanos(longestNs.getAndSet(0));
    }

    private void ask() {
        try {
            while (!stopped) {
                long start = System.nanoTime();
                new Burst(client)
                        .call(1, Methods.declareDurableExchange(EXCHANGE, "direct"))
                        .run();
                longestNs.accumulateAndGet(System.nanoTime() - start, Math::max);
            }
            end.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            end.completeExceptionally(e);
        }
    }

    /** Fails if it got no answer once. */
    @Override
    public void close() throws IOException {
        stopped = true;
        end.join();
        client.close();
    }
}
