package io.leveret.server;

import io.leveret.server.BrokerStarter.RunningBroker;
import io.leveret.server.config.Configuration;
import io.leveret.server.log.Logging;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker with its claim on a data folder and its log. Owned by the thread that started it; never ends the process. */
final class Server {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final DataFolderLock lock;
    private final RunningBroker broker;
    private final Duration shutdownTimeout;

    private Server(DataFolderLock lock, RunningBroker broker, Duration shutdownTimeout) {
        this.lock = lock;
        this.broker = broker;
        this.shutdownTimeout = shutdownTimeout;
    }

    /** @throws StartupException if the data folder or an address is taken, or the log can't be written */
    static Server start(Configuration configuration, Path dataFolder, BrokerStarter starter)
            throws StartupException, IOException {
        DataFolderLock lock = DataFolderLock.take(dataFolder);
        try {
            Logging.start(configuration.settings().log(), dataFolder);
            RunningBroker broker = starter.start(configuration.settings().broker(), dataFolder);
            logStart(configuration, dataFolder, broker);
            return new Server(lock, broker, configuration.settings().shutdownTimeout());
        } catch (IOException e) {
            giveUp(lock);
            throw StartupException.of(e);
        } catch (RuntimeException e) {
            giveUp(lock);
            throw e;
        }
    }

    private static void giveUp(DataFolderLock lock) throws IOException {
        Logging.stop();
        lock.close();
    }

    private static void logStart(Configuration configuration, Path dataFolder, RunningBroker broker) {
        try {
            logBanner(configuration, dataFolder, broker.addresses());
            // Behind the banner, where they are seen: what is logged before it may be long.
            configuration.warnings().forEach(LOG::warn);
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    private static void logBanner(Configuration configuration, Path dataFolder, List<InetSocketAddress> addresses) {
        LOG.info("Leveret {} on Java {}", Version.leveret(), Version.java());
        LOG.info("data folder: {}", dataFolder);
        LOG.info("configuration: {}", orNone(configuration.files()));
        LOG.info("listening on: {}", orNone(addresses.stream().map(Server::text).toList()));
    }

    private static String orNone(List<?> things) {
        return things.isEmpty() ? "none" : things.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().isAnyLocalAddress()
                ? "*"
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Closes the broker; false if that took longer than allowed. */
    boolean stop() throws IOException, InterruptedException {
        LOG.info("stopping");
        boolean stopped = closeBroker();
        LOG.info(stopped ? "stopped" : "not stopped in " + shutdownTimeout.toMillis() + " ms; giving up");
        lock.close();
        Logging.stop();
        return stopped;
    }

    private boolean closeBroker() throws InterruptedException {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread closing = new Thread(() -> closeInto(closed), "shutdown");
        closing.setDaemon(true);
        closing.start();
        try {
            closed.get(shutdownTimeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            LOG.error("the broker failed to close", e.getCause());
            return false;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void closeInto(CompletableFuture<Void> closed) {
        try {
            broker.close();
            closed.complete(null);
        } catch (RuntimeException | Error e) {
            closed.completeExceptionally(e);
        }
    }
}
