package io.leveret.interop.crash;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.leveret.interop.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How a connection will have ended: what the broker said when it closed it, if it said anything. */
record Goodbye(CompletableFuture<ShutdownSignalException> signal) {

    static Goodbye of(Connection connection) {
        CompletableFuture<ShutdownSignalException> signal = new CompletableFuture<>();
        connection.addShutdownListener(signal::complete);
        return new Goodbye(signal);
    }

    /** In one line; fails if the connection is open after that long. */
    String await(int timeoutMs) throws Exception {
        return Outcome.of(signal.get(timeoutMs, TimeUnit.MILLISECONDS));
    }
}
