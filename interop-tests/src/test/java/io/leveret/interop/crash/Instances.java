package io.leveret.interop.crash;

import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads in the place of a service's processes. Owned by the test's thread; what ends one of them is a failure unless the server was gone. */
final class Instances implements AutoCloseable {

    private static final int TIMEOUT_SECONDS = 120;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean serverGoes;

    /** What one of them does. */
    interface Life {
        void live() throws Exception;
    }

    void start(Life life) {
        running.add(threads.submit(() -> {
            try {
                life.live();
            } catch (IOException | TimeoutException | ShutdownSignalException e) {
                if (!serverGoes) {
                    throw e;
                }
            }
            return null;
        }));
    }

    /** From now on whoever loses the server ends quietly. */
    void serverGoes() {
        serverGoes = true;
    }

    /** Waits until all have ended. */
    void join() throws Exception {
        for (Future<?> each : running) {
            each.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        running.clear();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
