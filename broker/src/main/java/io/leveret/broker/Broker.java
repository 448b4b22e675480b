package io.leveret.broker;

import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.alarm.ResourceMonitor;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.connection.AmqpServer;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.broker.storage.Storage;
import io.leveret.broker.vhost.VirtualHost;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running broker: virtual hosts, listeners and event loops. Its methods may be called from any thread. */
public final class Broker implements AutoCloseable {

    /** How often it is written down how far queues have been delivered. */
    private static final long DELIVERED_MARKS_MS = 1000;

    /** How often memory and disk are looked at. */
    private static final long MONITOR_MS = 100;

    private static final long BACKGROUND_IDLE_SECONDS = 60;

    private final AmqpServer server;
    private final @Nullable Storage storage;
    /** One thread, and none after a minute without work. What comes when it is shut down is not needed any more. */
    private final ThreadPoolExecutor background = new ThreadPoolExecutor(
            1,
            1,
            BACKGROUND_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("background", true),
            new ThreadPoolExecutor.DiscardPolicy());

    private final Map<String, VirtualHost> vhosts = new ConcurrentHashMap<>();

    private Broker(BrokerSettings settings, @Nullable Storage storage) throws IOException {
        this.storage = storage;
        background.allowCoreThreadTimeOut(true);
        String defaultVhost = settings.login().defaultVhost();
        Alarms alarms = new Alarms();
        vhosts.put(
                defaultVhost,
                storage == null
                        ? new VirtualHost(
                                defaultVhost, settings.deprecatedFeatures(), MemoryBudget.unlimited(), null, background)
                        : open(defaultVhost, settings, storage, alarms));
        this.server = new AmqpServer(settings, new Authenticator(settings.login()), vhosts::get, alarms);
    }

    private VirtualHost open(String vhost, BrokerSettings settings, Storage storage, Alarms alarms) throws IOException {
        StorageSettings limits = settings.storage();
        ScheduledExecutorService timer = storage.threads().readers();
        MemoryBudget budget = new MemoryBudget(limits.messageMemoryBytes(), timer, System::nanoTime);
        ResourceMonitor monitor = new ResourceMonitor(
                alarms,
                budget::usedBytes,
                limits.messageMemoryMaxBytes(),
                storage::freeBytes,
                Math.max(limits.freeDiskMinBytes(), Storage.LEAST_FREE_BYTES),
                storage::isFull);
        timer.scheduleWithFixedDelay(monitor, 0, MONITOR_MS, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(
                this::recordDelivered, DELIVERED_MARKS_MS, DELIVERED_MARKS_MS, TimeUnit.MILLISECONDS);
        return new VirtualHost(vhost, settings.deprecatedFeatures(), budget, storage.open(vhost), background);
    }

    /**
     * Starts a broker that keeps everything in memory, and returns when it accepts connections.
     *
     * @throws IOException if an address can't be listened on; the message names it
     */
    public static Broker start(BrokerSettings settings) throws IOException {
        return listen(new Broker(settings, null));
    }

    /**
     * Starts a broker with all that is in a data folder, which nobody else may use, and returns when it accepts connections.
     *
     * @throws IOException if an address can't be listened on, or what is in the folder can't be read; the message names it
     */
    public static Broker start(BrokerSettings settings, Path dataFolder) throws IOException {
        Storage storage = new Storage(dataFolder, settings.storage());
        try {
            return listen(new Broker(settings, storage));
        } catch (IOException | RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    private static Broker listen(Broker broker) throws IOException {
        broker.server.listen();
        return broker;
    }

    /** The addresses listened on, with the ports taken where 0 was asked for. */
    public List<InetSocketAddress> addresses() {
        return server.addresses();
    }

    private void recordDelivered() {
        vhosts.values().forEach(VirtualHost::recordDelivered);
    }

    /** Stops accepting, closes every connection with 320 CONNECTION_FORCED, waits for what is in flight. */
    @Override
    public void close() {
        server.close();
        background.shutdownNow();
        if (storage != null) {
            recordDelivered();
            storage.close();
        }
    }
}
