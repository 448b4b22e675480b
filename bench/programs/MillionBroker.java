import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.Broker;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.NetworkSettings;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.broker.vhost.VirtualHost;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/**
 * A broker with the event loop watchdog, to whose standard input the queue can be written whose length is to be limited, and the length: a
 * client can set no policy. Ends with its standard input. Run by bench/million: {@code MillionBroker PORT FOLDER MESSAGE_MEMORY_BYTES}.
 */
public class MillionBroker {

    public static void main(String[] arguments) throws Exception {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
        try (Broker broker = Broker.startWarm(
                settings(Integer.parseInt(arguments[0]), Long.parseLong(arguments[2])), Path.of(arguments[1]))) {
            VirtualHost vhost = Objects.requireNonNull(broker.virtualHost("/"));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                FieldTable definition = FieldTable.builder()
                        .put("max-length", Integer.parseInt(words[1]))
                        .build();
                vhost.policies().set(new Policy("limit", "^" + words[0] + "$", definition));
            }
        }
    }

    private static BrokerSettings settings(int port, long messageMemoryBytes) {
        NetworkSettings network = NetworkSettings.defaults();
        StorageSettings storage = StorageSettings.defaults();
        BrokerSettings settings = BrokerSettings.defaults();
        return new BrokerSettings(
                new NetworkSettings(
                        List.of(new InetSocketAddress("127.0.0.1", port)),
                        network.socket(),
                        network.eventLoops(),
                        true,
                        network.handshakeTimeoutMs(),
                        network.heartbeatSeconds(),
                        network.frameMaxBytes()),
                settings.limits(),
                new StorageSettings(
                        storage.fsync(),
                        storage.segmentBytes(),
                        storage.segmentMessages(),
                        storage.preallocateBytes(),
                        storage.reserveBytes(),
                        storage.checkpointBytes(),
                        storage.checkpointIntervalMs(),
                        messageMemoryBytes,
                        storage.messageMemoryMaxBytes(),
                        storage.freeDiskMinBytes()),
                settings.login(),
                settings.identity(),
                settings.deprecatedFeatures());
    }
}
