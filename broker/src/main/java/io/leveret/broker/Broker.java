package io.leveret.broker;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.alarm.ResourceMonitor;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.connection.AmqpServer;
import io.leveret.broker.connection.WarmUp;
import io.leveret.broker.definitions.BrokerFile;
import io.leveret.broker.definitions.Definitions;
import io.leveret.broker.definitions.DefinitionsException;
import io.leveret.broker.definitions.DefinitionsReader;
import io.leveret.broker.event.Events;
import io.leveret.broker.policy.ParameterCheck;
import io.leveret.broker.policy.ParameterException;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.broker.storage.Disks;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.LoggedTask;
import io.leveret.broker.storage.Storage;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.VhostMetadata;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.store.UnfinishedSalvage;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running broker: virtual hosts, listeners and event loops. Its methods may be called from any thread. */
public final class Broker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Broker.class);

    /** How often it is written down how far queues have been delivered, of those that were. */
    private static final long DELIVERED_MARKS_MS = 50;

    /** How often memory and disk are looked at. */
    private static final long MONITOR_MS = 100;

    private static final long BACKGROUND_IDLE_SECONDS = 60;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final @Nullable Storage storage;
    private final Alarms alarms = new Alarms();
    private final HeapUse heapUse = new HeapUse();
    private final VirtualHosts vhosts;
    private final BrokerState state;
    private final BrokerSettings settings;
    private final AmqpServer server;

    /** One thread, and none after a minute without work. What comes when it is shut down is not needed any more. */
    private final ThreadPoolExecutor background = new ThreadPoolExecutor(
            1,
            1,
            BACKGROUND_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("background", true),
            new ThreadPoolExecutor.DiscardPolicy());

    /**
     * Looks at memory and disk: on a thread of its own, since those that read and spill may wait for a slow disk, when the alarms matter
     * most. In a broker without storage, for what is to be done later.
     */
    private final WorkerPool timer = new WorkerPool("timer", 1);

    private final Events events;

    /** Null in a broker without storage, which has no limits. */
    private volatile @Nullable ResourceMonitor monitor;

    private Broker(BrokerSettings settings, @Nullable Storage storage, @Nullable BrokerFile file) {
        background.allowCoreThreadTimeOut(true);
        this.settings = settings;
        this.events = new Events(settings.identity().clusterName(), eventVhost(settings), InstantSource.system());
        alarms.watchedBy(new AlarmEvents(events));
        this.storage = storage;
        Authenticator authenticator = new Authenticator(settings.login());
        this.state = new BrokerState(authenticator, settings.identity().version(), file);
        this.vhosts = storage == null ? inMemory(settings) : stored(settings, storage);
        this.server = new AmqpServer(settings, authenticator, vhosts::find, alarms, heapUse, events);
    }

    private static String eventVhost(BrokerSettings settings) {
        String said = settings.topology().eventVhost();
        return said == null ? settings.login().defaultVhost() : said;
    }

    private VirtualHosts inMemory(BrokerSettings settings) {
        return new VirtualHosts((name, onFailure) -> described(new VirtualHost(
                name,
                settings.deprecatedFeatures(),
                MemoryBudget.unlimited(),
                null,
                Work.on(this::executeLater, timer),
                events,
                settings.limits())));
    }

    private VirtualHosts stored(BrokerSettings settings, Storage storage) {
        WorkerPool readers = storage.threads().readers();
        MemoryBudget budget = new MemoryBudget(settings.storage().messageMemoryBytes(), readers, System::nanoTime);
        ResourceMonitor looking = monitor(settings.storage(), storage, budget);
        monitor = looking;
        timer.repeat(looking, MONITOR_MS);
        readers.repeat(() -> countAndRelieve(storage, budget), MONITOR_MS);
        return new VirtualHosts(
                new StoredVhosts(settings, storage, budget, this::executeLater, events, this::described),
                (failed, journal) -> close(failed, journal, storage),
                this::executeLater,
                readers::schedule);
    }

    private static void countAndRelieve(Storage storage, MemoryBudget budget) {
        storage.countIn(budget);
        budget.relieve();
    }

    private VirtualHost described(VirtualHost vhost) {
        vhost.metadata(state.metadata(vhost.name()), settings.topology().defaultQueueType());
        return vhost;
    }

    private void executeLater(Runnable task) {
        background.execute(new LoggedTask(task));
    }

    private ResourceMonitor monitor(StorageSettings limits, Storage storage, MemoryBudget budget) {
        return new ResourceMonitor(
                alarms,
                () -> countUsed(storage, budget),
                limits.messageMemoryMaxBytes(),
                budget::publishersBlockedBeyond,
                storage::freeBytes,
                freeDiskMin(limits.freeDiskMinBytes()),
                storage::isFull);
    }

    /** What messages take of the heap; the budget of those in queues is told of the others. */
    private long countUsed(Storage storage, MemoryBudget budget) {
        long beside = heapUse.bytes() + storage.excessBytes();
        budget.usedBeside(beside);
        return budget.usedBytes() + beside;
    }

    private static long freeDiskMin(long bytes) {
        if (bytes < StorageSettings.LEAST_FREE_BYTES) {
            log.warn(
                    "disk_free_limit is raised to what a store needs in any case disk_free_limit={} raisedTo={}",
                    bytes,
                    StorageSettings.LEAST_FREE_BYTES);
        }
        return Math.max(bytes, StorageSettings.LEAST_FREE_BYTES);
    }

    /**
     * Starts a broker that keeps everything in memory, and returns when it accepts connections.
     *
     * @throws IOException if an address can't be listened on; the message names it
     */
    public static Broker start(BrokerSettings settings) throws IOException {
        return open(new Broker(settings, null, null), () -> {});
    }

    /**
     * Starts a broker with all that is in a data folder, which nobody else may use, and returns when it accepts connections.
     *
     * @throws IOException if an address can't be listened on, or what is in the folder can't be read; the message names it
     */
    public static Broker start(BrokerSettings settings, Path dataFolder) throws IOException {
        return start(settings, dataFolder, FolderDisk::open);
    }

    /**
     * {@link #start(BrokerSettings, Path)} for a process of its own, where the first client should not wait for the JVM to load what
     * serves it: that is done beside the recovery. A broker in somebody's test is up sooner without.
     */
    public static Broker startWarm(BrokerSettings settings, Path dataFolder) throws IOException {
        WarmUp warmUp = WarmUp.start();
        return start(settings, dataFolder, FolderDisk::open, warmUp::await);
    }

    /** {@link #start(BrokerSettings, Path)} on other disks than the machine's, for tests of what happens when they fail. */
    public static Broker start(BrokerSettings settings, Path dataFolder, Disks disks) throws IOException {
        return start(settings, dataFolder, disks, () -> {});
    }

    private static Broker start(BrokerSettings settings, Path dataFolder, Disks disks, Runnable beforeListening)
            throws IOException {
        UnfinishedSalvage.requireNone(FolderDisk.open(dataFolder));
        Storage storage = new Storage(dataFolder, disks, settings.storage());
        return start(settings, dataFolder, storage, DELIVERED_MARKS_MS, beforeListening);
    }

    /** On a storage of that folder, whose threads a test may keep busy; the broker closes it. */
    static Broker start(
            BrokerSettings settings, Path dataFolder, Storage storage, long marksMs, Runnable beforeListening)
            throws IOException {
        Broker broker = open(new Broker(settings, storage, new BrokerFile(dataFolder)), beforeListening);
        storage.threads().marker().repeat(broker.vhosts::markDelivered, marksMs);
        return broker;
    }

    /** Who changes default_vhost on a folder with data finds an empty broker, and should not think that the data is lost. */
    private void warnOfOthers(Storage stored) throws IOException {
        List<String> others =
                stored.vhostsBeside(vhosts.all().stream().map(VirtualHost::name).toList());
        if (!others.isEmpty()) {
            log.warn(
                    "The data folder has virtual hosts that are not open, since only default_vhost is: {} default_vhost={}",
                    others,
                    settings.login().defaultVhost());
        }
    }

    private static Broker open(Broker broker, Runnable beforeListening) throws IOException {
        try {
            broker.openVhosts();
            beforeListening.run();
            broker.server.listen();
            // Only now, so that a start which fails tells only why.
            if (broker.storage != null) {
                broker.warnOfOthers(broker.storage);
            }
            broker.vhosts.all().forEach(vhost -> log.info("Virtual host is open {}", vhost.summary()));
            return broker;
        } catch (IOException | RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    /** Those that there are, and those that definitions add; a file that is wrong changes nothing. */
    private void openVhosts() throws IOException {
        state.load();
        Path file = settings.topology().definitions();
        try {
            Definitions given = file == null
                    ? null
                    : DefinitionsReader.read(file, settings.login().defaultVhost());
            openVhosts(given, String.valueOf(file));
        } catch (DefinitionsException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void openVhosts(@Nullable Definitions given, String source) throws IOException, DefinitionsException {
        Set<String> names = new LinkedHashSet<>(state.vhosts());
        String defaultVhost = settings.login().defaultVhost();
        boolean hasDefault = storage != null && storage.has(defaultVhost);
        if (names.isEmpty() && (given == null || given.vhosts().isEmpty() || hasDefault)) {
            names.add(defaultVhost);
        }
        for (String name : names) {
            if (given == null || state.vhosts().contains(name) || hasDefault) {
                vhosts.open(name);
            }
        }
        if (given == null) {
            return;
        }
        DefinitionsImport imported = new DefinitionsImport(source, given, eventVhost(settings), vhosts::find);
        names.addAll(given.vhosts().keySet());
        imported.check(defaultTypes(names, given), state.accountsWith(given.accounts()));
        names.forEach(state::addVhost);
        state.add(given);
        for (String name : names) {
            VirtualHost there = vhosts.find(name);
            if (there == null) {
                vhosts.open(name);
            } else {
                described(there);
            }
        }
        imported.apply();
        state.write();
    }

    /** Of virtual hosts, with what definitions say of them. */
    private Map<String, String> defaultTypes(Set<String> names, Definitions given) {
        Map<String, String> types = new HashMap<>();
        for (String name : names) {
            String said =
                    given.vhosts().getOrDefault(name, state.metadata(name)).defaultQueueType();
            types.put(name, said == null ? settings.topology().defaultQueueType() : said);
        }
        return types;
    }

    /** All that was defined, for export and comparison. Walks everything, so it takes its time. */
    public Definitions definitions() {
        return DefinitionsExport.of(state.above(), vhosts.all());
    }

    /** The parameters of the whole broker, by name. */
    public Map<String, FieldValue> globalParameters() {
        return state.globals();
    }

    /**
     * Sets a parameter of the whole broker; on the disk when it returns, so no event loop may call it.
     *
     * @param value null to clear it
     * @throws IllegalArgumentException if it is, or has, a number that is not finite
     * @throws IOException if it can't be written; then nothing has changed
     */
    public void globalParameter(String name, @Nullable FieldValue value) throws IOException {
        if (value == null && !state.globals().containsKey(name)) {
            return;
        }
        state.global(name, value);
        events.tell(value == null ? "parameter.cleared" : "parameter.set", () -> {
            FieldTable.Builder headers = FieldTable.builder()
                    .put("component", "global")
                    .put("name", name)
                    .put("user_who_performed_action", Events.NO_USER);
            return value == null ? headers : headers.put("value", value);
        });
    }

    /**
     * The limits that are set for a user, by RabbitMQ's names.
     *
     * @throws IllegalArgumentException if there is no such user
     */
    public FieldTable userLimits(String user) {
        return state.account(user).limits();
    }

    /**
     * Sets limits of a user, {@code max-connections} or {@code max-channels}, beside those that are set; negative is none. What is open
     * stays open. On the disk when it returns, so no event loop may call it. The broker keeps its users from then on.
     *
     * @throws ParameterException with RabbitMQ's reason; nothing is changed
     * @throws IllegalArgumentException if there is no such user
     */
    public void userLimits(String user, FieldTable limits) throws IOException {
        ParameterCheck.checkUserLimits(limits);
        FieldTable all =
                FieldTable.builder().putAll(userLimits(user)).putAll(limits).build();
        state.limits(user, all);
        events.tell("user.limits.set", () -> ofUserLimits(user).putAll(limits));
    }

    /**
     * Clears a limit of a user; likewise.
     *
     * @throws IllegalArgumentException if there is no such user
     */
    public void clearUserLimit(String user, String name) throws IOException {
        FieldTable.Builder left = FieldTable.builder();
        userLimits(user).entries().forEach((each, value) -> {
            if (!each.equals(name)) {
                left.put(each, value);
            }
        });
        state.limits(user, left.build());
        events.tell("user.limits.cleared", () -> ofUserLimits(user));
    }

    private static FieldTable.Builder ofUserLimits(String user) {
        return FieldTable.builder()
                .put("name", "limits")
                .put("username", user)
                .put("user_who_performed_action", Events.NO_USER);
    }

    /**
     * Changes beyond how many bytes of the heap, taken by what can't be left on the disk, connections that publish are blocked, until the
     * broker ends; what can be is left there at three quarters of that. Holds when it returns; no event loop may call it.
     *
     * @param bytes from 0 on, with which all that publish are blocked, as in RabbitMQ
     * @throws IllegalStateException if the broker keeps everything in memory
     */
    public void memoryHighWatermark(long bytes) {
        requireMonitor().memoryMax(bytes);
    }

    /**
     * Likewise, below how many bytes of free disk. What a store needs in any case is left free all the same.
     *
     * @throws IllegalStateException if the broker keeps everything in memory
     */
    public void diskFreeLimit(long bytes) {
        requireMonitor().freeDiskMin(freeDiskMin(bytes));
    }

    private ResourceMonitor requireMonitor() {
        ResourceMonitor there = monitor;
        if (there == null) {
            throw new IllegalStateException(
                    "a broker that keeps everything in memory has no limits of memory and disk");
        }
        return there;
    }

    /**
     * Says something about a virtual host; on the disk when it returns, so no event loop may call it.
     *
     * @throws IllegalArgumentException if there is no such virtual host
     * @throws IOException if it can't be written; then nothing has changed
     */
    public void describe(String vhost, VhostMetadata metadata) throws IOException {
        VirtualHost there = vhosts.find(vhost);
        if (there == null) {
            throw new IllegalArgumentException("no virtual host '" + vhost + "'");
        }
        vhosts.all().forEach(each -> state.addVhost(each.name()));
        state.metadata(vhost, metadata);
        described(there);
    }

    /** The addresses listened on, with the ports taken where 0 was asked for. */
    public List<InetSocketAddress> addresses() {
        return server.addresses();
    }

    /** A virtual host by its name; null if there is none, or it is down. After a failure of its store it is another one. */
    public @Nullable VirtualHost virtualHost(String name) {
        return vhosts.find(name);
    }

    private void close(VirtualHost failed, Journal journal, Storage storage) {
        try {
            server.closeConnections(failed, journal);
            failed.discard();
        } finally {
            storage.close(journal);
        }
    }

    /** Stops accepting, closes every connection with 320 CONNECTION_FORCED, waits for what is in flight. */
    @Override
    public void close() {
        server.close();
        endBackground();
        if (storage != null) {
            vhosts.recordDelivered();
            storage.close();
        }
    }

    /** A virtual host may be about to open, and its store must not be closed before that. */
    private void endBackground() {
        background.shutdownNow();
        timer.close();
        try {
            background.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
