package io.leveret.server.config;

import static io.leveret.server.config.HonouredKey.key;
import static io.leveret.server.config.ValueTypes.bool;
import static io.leveret.server.config.ValueTypes.flag;
import static io.leveret.server.config.ValueTypes.integer;
import static io.leveret.server.config.ValueTypes.integerOrInfinity;
import static io.leveret.server.config.ValueTypes.largeByteSize;
import static io.leveret.server.config.ValueTypes.oneOf;
import static io.leveret.server.config.ValueTypes.password;
import static io.leveret.server.config.ValueTypes.regularExpression;
import static io.leveret.server.config.ValueTypes.text;
import static io.leveret.server.config.ValueTypes.zeroOrByteSize;

import io.leveret.broker.settings.LimitSettings;
import io.leveret.server.log.LogCategory;
import io.leveret.server.log.LogLevel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The table of all keys that have an effect; {@code docs/configuration.md} shows the same, and a test compares them. */
final class HonouredKeys {

    private static final int UNLIMITED = 0;
    private static final int MAX = Integer.MAX_VALUE;
    private static final int MAX_MESSAGE_BYTES = (int) LimitSettings.MESSAGE_SIZE_CEILING_BYTES;
    private static final long MAX_TRANSACTION_BYTES = 1L << 40;
    private static final int MAX_GROUP_LOOKAHEAD = 10_000_000;
    private static final int MAX_TRANSACTIONAL_MESSAGES = 10_000_000;
    private static final int MAX_DELAYED_TRANSIENT = 10_000_000;
    private static final int MIN_FRAME_BYTES = 4096;

    private static final List<HonouredKey<?>> NETWORK = List.of(
            key(
                    "listeners.tcp",
                    oneOf("none"),
                    "",
                    "listen on no address",
                    (draft, word, none) -> draft.noListeners = true),
            key(
                    "listeners.tcp.$name",
                    ListenerAddress.type(),
                    "5672",
                    "an address to listen on; port 0 takes a free one, which the log names",
                    (draft, word, address) -> draft.listeners.put(word, address)),
            key(
                    "handshake_timeout",
                    integerOrInfinity(1, MAX, MAX),
                    "10000",
                    "milliseconds a client may take from connecting to `connection.open`",
                    (draft, word, ms) -> draft.handshakeTimeoutMs = ms),
            key(
                    "heartbeat",
                    integer(0, 65_535),
                    "60",
                    "seconds between heartbeats, as proposed to clients; 0 proposes none",
                    (draft, word, seconds) -> draft.heartbeatSeconds = seconds),
            key(
                    "frame_max",
                    zeroOrByteSize(MIN_FRAME_BYTES, MAX),
                    "131072",
                    "largest frame, as proposed to clients; 0 is no limit but that of a message",
                    (draft, word, bytes) -> draft.frameMaxBytes = bytes),
            key(
                    "leveret.event_loops",
                    integer(0, 1024),
                    "0",
                    "threads that serve connections; 0 chooses by the machine's cores",
                    (draft, word, loops) -> draft.eventLoops = loops),
            key(
                    "leveret.event_loop_watchdog",
                    bool(),
                    "false",
                    "log, with what it was doing, when such a thread is busy for over 20 ms with one thing; costs some wake-ups",
                    (draft, word, on) -> draft.eventLoopWatchdog = on),
            key(
                    "leveret.shutdown_timeout",
                    integer(1, MAX),
                    "30000",
                    "milliseconds a stop may take before it is forced",
                    (draft, word, ms) -> draft.shutdownTimeout = Duration.ofMillis(ms)));

    private static final List<HonouredKey<?>> SOCKET = List.of(
            key(
                    "tcp_listen_options.backlog",
                    integer(0, MAX),
                    "128",
                    "connections that may wait to be accepted",
                    (draft, word, backlog) -> draft.backlog = backlog),
            key(
                    "tcp_listen_options.nodelay",
                    bool(),
                    "true",
                    "send small packets at once (`TCP_NODELAY`)",
                    (draft, word, on) -> draft.nodelay = on),
            key(
                    "tcp_listen_options.keepalive",
                    bool(),
                    "false",
                    "let TCP probe idle connections (`SO_KEEPALIVE`)",
                    (draft, word, on) -> draft.keepalive = on),
            key(
                    "tcp_listen_options.linger.on",
                    bool(),
                    "false",
                    "wait at close for unsent data (`SO_LINGER`)",
                    (draft, word, on) -> draft.lingerOn = on),
            key(
                    "tcp_listen_options.linger.timeout",
                    integer(0, 65_535),
                    "0",
                    "seconds to wait so",
                    (draft, word, seconds) -> draft.lingerSeconds = seconds),
            key(
                    "tcp_listen_options.sndbuf",
                    integer(1, MAX),
                    "",
                    "bytes of each socket's send buffer; unset leaves it to the operating system",
                    (draft, word, bytes) -> draft.sendBufferBytes = bytes),
            key(
                    "tcp_listen_options.recbuf",
                    integer(1, MAX),
                    "",
                    "bytes of each socket's receive buffer; unset leaves it to the operating system",
                    (draft, word, bytes) -> draft.receiveBufferBytes = bytes));

    private static final List<HonouredKey<?>> LIMITS = List.of(
            key(
                            "max_channels_per_connection",
                            integer(0, 65_535),
                            "2047",
                            "channels of one connection, as proposed to clients; 0 is no limit",
                            (draft, word, channels) -> draft.channelMax = channels)
                    .formerly("channel_max"),
            key(
                    "channel_max_per_node",
                    integerOrInfinity(1, MAX, UNLIMITED),
                    "infinity",
                    "channels of all connections",
                    (draft, word, channels) -> draft.channelMaxPerNode = channels),
            key(
                    "consumer_max_per_channel",
                    integerOrInfinity(1, MAX, UNLIMITED),
                    "infinity",
                    "consumers of one channel",
                    (draft, word, consumers) -> draft.consumerMaxPerChannel = consumers),
            key(
                            "max_connections",
                            integerOrInfinity(1, MAX, UNLIMITED),
                            "infinity",
                            "client connections",
                            (draft, word, connections) -> draft.connectionMax = connections)
                    .formerly("connection_max"),
            key(
                    "consumer_timeout",
                    integer(0, MAX),
                    "1800000",
                    "milliseconds that a delivery of a quorum queue may wait for its acknowledgement",
                    (draft, word, milliseconds) -> draft.consumerTimeoutMs = milliseconds),
            key(
                    "leveret.consumer_unacked_max",
                    integer(1, MAX),
                    "100000",
                    "deliveries that a consumer without prefetch may leave unsettled before it gets no more",
                    (draft, word, deliveries) -> draft.consumerUnackedMax = deliveries),
            key(
                    "leveret.group_lookahead",
                    integer(1, MAX_GROUP_LOOKAHEAD),
                    "100000",
                    "messages that a queue with message groups (`x-group-by`) looks past while their group is held up; each takes up to"
                            + " half a KB of heap",
                    (draft, word, messages) -> draft.groupLookahead = messages),
            key(
                    "leveret.transactional_messages_max",
                    integer(1, MAX_TRANSACTIONAL_MESSAGES),
                    "one for each KiB of the heap, up to 1000000",
                    "half messages of one virtual host that may be undecided in exchanges of type `x-transactional`; each takes about"
                            + " 400 bytes of heap, and all together at most half of `leveret.message_memory_bytes` or 16 MiB",
                    (draft, word, messages) -> draft.transactionalMessagesMax = messages),
            key(
                    "leveret.delayed_transient_max",
                    integer(1, MAX_DELAYED_TRANSIENT),
                    "one for each KiB of the heap, up to 1000000",
                    "transient messages of one virtual host that may wait in exchanges of type `x-delayed-message`; each takes some 200"
                            + " bytes of heap and its message id, even while its body is on the disk",
                    (draft, word, messages) -> draft.delayedTransientMax = messages),
            key(
                    "max_message_size",
                    integer(1, MAX_MESSAGE_BYTES),
                    "16777216",
                    "bytes of the largest message body",
                    (draft, word, bytes) -> draft.maxMessageSizeBytes = bytes),
            key(
                    "leveret.transaction_max_bytes",
                    largeByteSize(MAX_TRANSACTION_BYTES),
                    "1/8 of the heap",
                    "bytes that a channel in tx mode may publish before it commits, with about 200 for each message",
                    (draft, word, bytes) -> draft.transactionMaxBytes = bytes));

    private static final List<HonouredKey<?>> LOGIN = List.of(
            key(
                    "auth_mechanisms.$name",
                    oneOf("PLAIN", "AMQPLAIN", "ANONYMOUS"),
                    "PLAIN, AMQPLAIN, ANONYMOUS",
                    "a SASL mechanism to offer; offered in the order of the names",
                    (draft, word, mechanism) -> draft.mechanisms.put(word, mechanism)),
            key(
                    "anonymous_login_user",
                    text(),
                    "guest",
                    "the user that ANONYMOUS logs in as; `none` offers no ANONYMOUS",
                    (draft, word, user) -> draft.anonymousUser = user.equals("none") ? null : user),
            key(
                            "anonymous_login_pass",
                            password(),
                            "guest",
                            "that user's password",
                            (draft, word, password) -> draft.anonymousPassword = password)
                    .asSecret(),
            key(
                    "loopback_users",
                    oneOf("none"),
                    "",
                    "any user may connect from anywhere",
                    (draft, word, none) -> draft.noLoopbackUsers = true),
            key(
                    "loopback_users.$user",
                    bool(),
                    "guest",
                    "this user may connect from a loopback address only; naming any replaces the default",
                    (draft, word, on) -> draft.loopbackUsers.put(word, on)),
            key(
                    "default_user",
                    text(),
                    "guest",
                    "the user that a new broker has",
                    (draft, word, user) -> draft.defaultUser = user),
            key(
                            "default_pass",
                            password(),
                            "guest",
                            "that user's password",
                            (draft, word, password) -> draft.defaultPassword = password)
                    .asSecret(),
            key(
                    "default_vhost",
                    text(),
                    "/",
                    "the virtual host that a new broker has",
                    (draft, word, vhost) -> draft.defaultVhost = vhost),
            key(
                    "default_user_tags.$tag",
                    bool(),
                    "administrator",
                    "a tag of that user; naming any replaces the default",
                    (draft, word, on) -> draft.defaultUserTags.put(word, on)),
            key(
                    "default_permissions.configure",
                    regularExpression(),
                    ".*",
                    "names that the default user may declare and delete",
                    (draft, word, names) -> draft.configurePermission = names),
            key(
                    "default_permissions.write",
                    regularExpression(),
                    ".*",
                    "names that the default user may publish to",
                    (draft, word, names) -> draft.writePermission = names),
            key(
                    "default_permissions.read",
                    regularExpression(),
                    ".*",
                    "names that the default user may consume from",
                    (draft, word, names) -> draft.readPermission = names));

    private static final List<HonouredKey<?>> IDENTITY = List.of(
            key(
                    "product.name",
                    text(),
                    "RabbitMQ",
                    "the product announced to clients, some of which choose their behaviour by it",
                    (draft, word, name) -> draft.product = name),
            key(
                    "product.version",
                    text(),
                    "4.2.0",
                    "the version announced to clients",
                    (draft, word, version) -> draft.version = version),
            key(
                    "cluster_name",
                    text(),
                    "leveret@localhost",
                    "the cluster name announced to clients",
                    (draft, word, name) -> draft.clusterName = name),
            key(
                    "default_queue_type",
                    oneOf("classic", "quorum"),
                    "classic",
                    "what a queue is that asks for no type, in virtual hosts that say nothing else",
                    (draft, word, type) -> draft.defaultQueueType = type),
            key(
                    "event_exchange.vhost",
                    text(),
                    "",
                    "the virtual host with the event exchange `amq.rabbitmq.event`; if not given, `default_vhost`",
                    (draft, word, vhost) -> draft.eventVhost = vhost),
            key(
                    "event_exchange.protocol",
                    oneOf("amqp_0_9_1"),
                    "amqp_0_9_1",
                    "in which form events are published",
                    (draft, word, protocol) -> {}),
            key(
                    "load_definitions",
                    LogDraft.anyFileType(),
                    "",
                    "a file of definitions, RabbitMQ's JSON, that is imported at each start",
                    (draft, word, file) -> draft.definitions = file),
            key(
                    "definitions.import_backend",
                    oneOf("local_filesystem"),
                    "local_filesystem",
                    "where definitions come from",
                    (draft, word, backend) -> {}),
            key(
                    "definitions.local.path",
                    LogDraft.anyFileType(),
                    "",
                    "the same as `load_definitions`",
                    (draft, word, file) -> draft.definitions = file),
            key(
                    "deprecated_features.permit.transient_nonexcl_queues",
                    bool(),
                    "true",
                    "whether queues may be neither durable nor exclusive",
                    (draft, word, permitted) -> draft.transientQueues = permitted),
            key(
                    "deprecated_features.permit.global_qos",
                    bool(),
                    "true",
                    "whether `basic.qos` may set a limit shared by the channel's consumers",
                    (draft, word, permitted) -> draft.globalQos = permitted));

    private static final List<HonouredKey<?>> LOG = List.of(
            key("log.console", bool(), "true", "log to the console", (draft, word, on) -> draft.log.console = on),
            key(
                    "log.console.level",
                    oneOf(LogLevel.class),
                    "",
                    "the least level that the console shows; unset shows what the categories let through",
                    (draft, word, level) -> draft.log.consoleLevel = level),
            key(
                    "log.console.stdio",
                    oneOf("stdout", "stderr"),
                    "stdout",
                    "the console's stream",
                    (draft, word, stream) -> draft.log.consoleOnStandardError = stream.equals("stderr")),
            key(
                    "log.console.use_colors",
                    flag(),
                    "off",
                    "colour the levels",
                    (draft, word, on) -> draft.log.consoleColors = on),
            key(
                    "log.dir",
                    LogDraft.folderType(),
                    "",
                    "where the log file is; unset is `log` in the data folder",
                    (draft, word, folder) -> draft.log.folder = folder),
            key(
                    "log.file",
                    LogDraft.fileType(),
                    "false",
                    "log to this file too; `true` names it `leveret.log`",
                    (draft, word, file) -> draft.log.setFile(file)),
            key(
                    "log.file.level",
                    oneOf(LogLevel.class),
                    "",
                    "the least level that the file shows; unset shows what the categories let through",
                    (draft, word, level) -> draft.log.fileLevel = level),
            key(
                    "log.file.rotation.size",
                    integer(0, MAX),
                    "0",
                    "bytes after which the file is put aside; 0 for no limit",
                    (draft, word, bytes) -> draft.log.rotationSizeBytes = bytes),
            key(
                    "log.file.rotation.date",
                    LogDraft.periodType(),
                    "",
                    "put the file aside each hour, day, week or month; the hour within it is not kept to",
                    (draft, word, period) -> draft.log.rotationPeriod = period),
            key(
                    "log.file.rotation.count",
                    integer(0, 1000),
                    "5",
                    "old files kept; with a date, the periods kept",
                    (draft, word, count) -> draft.log.rotationCount = count),
            key(
                    "log.file.rotation.compress",
                    bool(),
                    "false",
                    "compress old files",
                    (draft, word, on) -> draft.log.rotationCompress = on),
            level(LogCategory.DEFAULT, "info", "what is in no other category"),
            level(LogCategory.CONNECTION, "", "connections"),
            level(LogCategory.CHANNEL, "", "channels"),
            level(LogCategory.QUEUE, "", "queues"),
            level(LogCategory.USER, "", "logins"));

    static final List<HonouredKey<?>> ALL = Stream.of(NETWORK, SOCKET, LIMITS, StorageKeys.ALL, LOGIN, IDENTITY, LOG)
            .flatMap(List::stream)
            .toList();

    private HonouredKeys() {}

    private static HonouredKey<LogLevel> level(LogCategory category, String defaultText, String what) {
        return key(
                "log." + category.name().toLowerCase(Locale.ROOT) + ".level",
                oneOf(LogLevel.class),
                defaultText,
                "the least level logged about " + what,
                (draft, word, level) -> draft.log.levels.put(category, level));
    }
}
