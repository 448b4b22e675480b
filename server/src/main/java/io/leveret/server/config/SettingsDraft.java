package io.leveret.server.config;

import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.settings.IdentitySettings;
import io.leveret.broker.settings.LimitSettings;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.settings.LoginSettings.DefaultUser;
import io.leveret.broker.settings.NetworkSettings;
import io.leveret.broker.settings.SocketSettings;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.broker.settings.TopologySettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The settings while keys are applied to it, beginning with the defaults. Owned by one loading. */
final class SettingsDraft {

    private static final String ANONYMOUS = "ANONYMOUS";

    private final BrokerSettings defaults = BrokerSettings.defaults();
    final LogDraft log = new LogDraft();

    boolean noListeners;
    final Map<String, InetSocketAddress> listeners = new TreeMap<>();
    int eventLoops = defaults.network().eventLoops();
    boolean eventLoopWatchdog = defaults.network().eventLoopWatchdog();
    int handshakeTimeoutMs = defaults.network().handshakeTimeoutMs();
    int heartbeatSeconds = defaults.network().heartbeatSeconds();
    int frameMaxBytes = defaults.network().frameMaxBytes();

    int backlog = defaults.network().socket().backlog();
    boolean nodelay = defaults.network().socket().nodelay();
    boolean keepalive = defaults.network().socket().keepalive();
    boolean lingerOn;
    int lingerSeconds;
    int sendBufferBytes = defaults.network().socket().sendBufferBytes();
    int receiveBufferBytes = defaults.network().socket().receiveBufferBytes();

    int channelMax = defaults.limits().channelMax();
    int consumerMaxPerChannel = defaults.limits().consumerMaxPerChannel();
    int channelMaxPerNode = defaults.limits().channelMaxPerNode();
    int connectionMax = defaults.limits().connectionMax();
    int consumerUnackedMax = defaults.limits().consumerUnackedMax();
    int consumerTimeoutMs = (int) defaults.limits().consumerTimeoutMs();
    long maxMessageSizeBytes = defaults.limits().maxMessageSizeBytes();
    long transactionMaxBytes = defaults.limits().transactionMaxBytes();
    int groupLookahead = defaults.limits().groupLookahead();
    int transactionalMessagesMax = defaults.limits().transactionalMessagesMax();
    int delayedTransientMax = defaults.limits().delayedTransientMax();

    boolean fsync = defaults.storage().fsync();
    long segmentBytes = defaults.storage().segmentBytes();
    int segmentMessages = defaults.storage().segmentMessages();
    int preallocateBytes = defaults.storage().preallocateBytes();
    long reserveBytes = defaults.storage().reserveBytes();
    long checkpointBytes = defaults.storage().checkpointBytes();
    long checkpointIntervalMs = defaults.storage().checkpointIntervalMs();
    long messageMemoryBytes = defaults.storage().messageMemoryBytes();
    long messageMemoryMaxBytes = defaults.storage().messageMemoryMaxBytes();

    @Nullable
    Long freeDiskMinBytes;

    final Map<String, String> mechanisms = new TreeMap<>();

    @Nullable
    String anonymousUser = defaults.login().anonymousUser();

    String anonymousPassword = defaults.login().anonymousPassword();
    boolean noLoopbackUsers;
    final Map<String, Boolean> loopbackUsers = new TreeMap<>();
    String defaultUser = defaults.login().defaultUser().name();
    String defaultPassword = defaults.login().defaultUser().password();
    String defaultVhost = defaults.login().defaultVhost();
    final Map<String, Boolean> defaultUserTags = new TreeMap<>();
    String configurePermission = defaults.login().defaultUser().configure();
    String writePermission = defaults.login().defaultUser().write();
    String readPermission = defaults.login().defaultUser().read();

    String product = defaults.identity().product();
    String version = defaults.identity().version();
    String clusterName = defaults.identity().clusterName();

    boolean transientQueues = defaults.deprecatedFeatures().transientNonexclusiveQueues();
    boolean globalQos = defaults.deprecatedFeatures().globalQos();

    String defaultQueueType = defaults.topology().defaultQueueType();

    @Nullable
    String eventVhost = defaults.topology().eventVhost();

    @Nullable
    Path definitions;

    Duration shutdownTimeout = Duration.ofSeconds(30);

    ServerSettings settings() {
        BrokerSettings broker = new BrokerSettings(
                network(),
                new LimitSettings(
                        channelMax,
                        consumerMaxPerChannel,
                        channelMaxPerNode,
                        connectionMax,
                        consumerUnackedMax,
                        consumerTimeoutMs,
                        maxMessageSizeBytes,
                        transactionMaxBytes,
                        groupLookahead,
                        transactionalMessagesMax,
                        delayedTransientMax),
                new StorageSettings(
                        fsync,
                        segmentBytes,
                        segmentMessages,
                        preallocateBytes,
                        reserveBytes,
                        checkpointBytes,
                        checkpointIntervalMs,
                        messageMemoryBytes,
                        messageMemoryMaxBytes,
                        freeDiskMinBytes == null ? StorageSettings.freeDiskMin(segmentBytes) : freeDiskMinBytes),
                login(),
                new IdentitySettings(product, version, clusterName),
                new DeprecatedFeatures(transientQueues, globalQos),
                new TopologySettings(defaultQueueType, definitions, eventVhost));
        return new ServerSettings(broker, log.settings(), shutdownTimeout);
    }

    private NetworkSettings network() {
        SocketSettings socket = new SocketSettings(
                backlog, nodelay, keepalive, lingerOn ? lingerSeconds : -1, sendBufferBytes, receiveBufferBytes);
        return new NetworkSettings(
                listenerAddresses(),
                socket,
                eventLoops,
                eventLoopWatchdog,
                handshakeTimeoutMs,
                heartbeatSeconds,
                frameMaxBytes);
    }

    private List<InetSocketAddress> listenerAddresses() {
        if (noListeners) {
            return List.of();
        }
        return listeners.isEmpty() ? defaults.network().listeners() : List.copyOf(listeners.values());
    }

    private LoginSettings login() {
        Set<String> tags = chosen(
                defaultUserTags,
                new LinkedHashSet<>(defaults.login().defaultUser().tags()));
        DefaultUser user = new DefaultUser(
                defaultUser, defaultPassword, List.copyOf(tags), configurePermission, writePermission, readPermission);
        Set<String> loopback = noLoopbackUsers
                ? Set.of()
                : chosen(loopbackUsers, defaults.login().loopbackUsers());
        String anonymous = anonymousUser == null ? "" : anonymousUser;
        return new LoginSettings(offeredMechanisms(), anonymous, anonymousPassword, loopback, user, defaultVhost);
    }

    private List<String> offeredMechanisms() {
        List<String> offered =
                new ArrayList<>(mechanisms.isEmpty() ? defaults.login().mechanisms() : mechanisms.values());
        if (anonymousUser == null) {
            offered.remove(ANONYMOUS);
        }
        return List.copyOf(offered);
    }

    /** As in RabbitMQ, naming one replaces the defaults, even if it is named to be left out. */
    private static Set<String> chosen(Map<String, Boolean> named, Set<String> defaults) {
        if (named.isEmpty()) {
            return defaults;
        }
        Set<String> chosen = new LinkedHashSet<>();
        named.forEach((name, included) -> {
            if (included) {
                chosen.add(name);
            }
        });
        return chosen;
    }
}
