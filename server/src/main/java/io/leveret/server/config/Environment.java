package io.leveret.server.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables that RabbitMQ or its container image reads: what some of them set, and of the others that they have no
 * effect. Others that begin like them are somebody else's: Kubernetes makes {@code RABBITMQ_SERVICE_HOST} and the like. Immutable.
 */
final class Environment {

    private static final String CONFIG_FILE = "RABBITMQ_CONFIG_FILE";
    private static final String NODE_PORT = "RABBITMQ_NODE_PORT";
    private static final String NODE_IP_ADDRESS = "RABBITMQ_NODE_IP_ADDRESS";
    private static final String DEFAULT_PORT = "5672";
    private static final String CONF = ".conf";

    /** Those of the container image, which win over the file, as there. */
    private static final Map<String, String> OVER_FILES = Map.of(
            "RABBITMQ_DEFAULT_USER", "default_user",
            "RABBITMQ_DEFAULT_PASS", "default_pass",
            "RABBITMQ_DEFAULT_VHOST", "default_vhost");

    private static final String DATA_FOLDER = "--data-dir or LEVERET_DATA_DIR is for that";

    /** Of those that do something else here what does it; empty if nothing does. */
    private static final Map<String, String> WITHOUT_EFFECT = new TreeMap<>(Map.ofEntries(
            Map.entry("RABBITMQ_ADVANCED_CONFIG_FILE", ""),
            Map.entry("RABBITMQ_BASE", DATA_FOLDER),
            Map.entry("RABBITMQ_CONFIG_FILES", "the folder conf.d beside the configuration file is read"),
            Map.entry("RABBITMQ_CONF_ENV_FILE", ""),
            Map.entry("RABBITMQ_CTL_ERL_ARGS", ""),
            Map.entry("RABBITMQ_DIST_PORT", ""),
            Map.entry("RABBITMQ_ENABLED_PLUGINS", ""),
            Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", ""),
            Map.entry("RABBITMQ_ERLANG_COOKIE", ""),
            Map.entry("RABBITMQ_FEATURE_FLAGS", ""),
            Map.entry("RABBITMQ_HOME", ""),
            Map.entry("RABBITMQ_IO_THREAD_POOL_SIZE", "leveret.event_loops is the nearest key"),
            Map.entry("RABBITMQ_LOG", "log.console.level and log.file.level are the keys for that"),
            Map.entry("RABBITMQ_LOGS", "log.file is the key for that"),
            Map.entry("RABBITMQ_LOG_BASE", "log.dir is the key for that"),
            Map.entry("RABBITMQ_MNESIA_BASE", DATA_FOLDER),
            Map.entry("RABBITMQ_MNESIA_DIR", DATA_FOLDER),
            Map.entry("RABBITMQ_NODENAME", "cluster_name is the key for the name that clients see"),
            Map.entry("RABBITMQ_PID_FILE", ""),
            Map.entry("RABBITMQ_PLUGINS_DIR", ""),
            Map.entry("RABBITMQ_PRODUCT_NAME", "product.name is the key for that"),
            Map.entry("RABBITMQ_PRODUCT_VERSION", "product.version is the key for that"),
            Map.entry("RABBITMQ_QUORUM_DIR", DATA_FOLDER),
            Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "LEVERET_JAVA_OPTS has options for Java"),
            Map.entry("RABBITMQ_SERVER_ERL_ARGS", "LEVERET_JAVA_OPTS has options for Java"),
            Map.entry("RABBITMQ_STREAM_DIR", DATA_FOLDER),
            Map.entry("RABBITMQ_USE_LONGNAME", ""),
            Map.entry(
                    "RABBITMQ_VM_MEMORY_HIGH_WATERMARK",
                    "vm_memory_high_watermark.relative or vm_memory_high_watermark.absolute is the key for that")));

    private final Function<String, @Nullable String> variables;

    Environment(Function<String, @Nullable String> variables) {
        this.variables = variables;
    }

    /** Reads the file that a variable names. RabbitMQ knows its name without the ending, too. */
    void readFile(ConfFiles files, Problems problems) {
        String name = value(CONFIG_FILE);
        if (name == null) {
            return;
        }
        Origin origin = new Origin(CONFIG_FILE, 0);
        try {
            Path file = Path.of(name);
            Path withEnding = Path.of(name + CONF);
            files.read(Files.exists(file) || !Files.exists(withEnding) ? file : withEnding, origin);
        } catch (InvalidPathException e) {
            problems.error(origin, "'" + name + "' is not a file name");
        }
    }

    /** Adds what wins over files. */
    void addOverFiles(Map<KeyName, Setting> settings) {
        OVER_FILES.forEach((variable, key) -> {
            String value = value(variable);
            if (value != null) {
                put(settings, key, value, variable);
            }
        });
    }

    /** Adds the address to listen on if there is no other: in RabbitMQ, too, these variables only change the default. */
    void addListener(Map<KeyName, Setting> settings) {
        String port = value(NODE_PORT);
        String address = value(NODE_IP_ADDRESS);
        KeyPattern any = KeyPattern.of("listeners.tcp.$name");
        boolean listens = settings.keySet().stream()
                .anyMatch(key -> any.matches(key) || key.toString().equals("listeners.tcp"));
        if (listens || (port == null && (address == null || address.equals("auto")))) {
            return;
        }
        String host = address == null || address.equals("auto") ? "" : address + ":";
        put(
                settings,
                "listeners.tcp.default",
                host + (port == null ? DEFAULT_PORT : port),
                port == null ? NODE_IP_ADDRESS : NODE_PORT);
    }

    void warn(Problems problems) {
        WITHOUT_EFFECT.forEach((variable, instead) -> {
            if (value(variable) != null) {
                problems.warning(new Origin(variable, 0), "no effect here" + (instead.isEmpty() ? "" : "; " + instead));
            }
        });
    }

    /** As in RabbitMQ, one that is empty is none. */
    private @Nullable String value(String variable) {
        String value = variables.apply(variable);
        return value == null || value.isEmpty() ? null : value;
    }

    private static void put(Map<KeyName, Setting> settings, String key, String value, String variable) {
        KeyName name = KeyName.parse(key);
        if (name != null) {
            settings.put(name, new Setting(name, value, new Origin(variable, 0)));
        }
    }
}
