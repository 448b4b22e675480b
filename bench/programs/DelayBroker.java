import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.leveret.broker.Broker;
import io.leveret.broker.delay.DelayCounts;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.NetworkSettings;
import io.leveret.broker.vhost.VirtualHost;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/**
 * A broker with the event loop watchdog that answers each line of its standard input with how many delayed messages wait, were delivered and were
 * cancelled: a client can't see it. Ends with its standard input. Run by bench/delay: {@code DelayBroker PORT FOLDER}.
 */
public class DelayBroker {

    public static void main(String[] arguments) throws Exception {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
        try (Broker broker = Broker.startWarm(settings(Integer.parseInt(arguments[0])), Path.of(arguments[1]))) {
            VirtualHost vhost = Objects.requireNonNull(broker.virtualHost("/"));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                DelayCounts counts = vhost.delayCounts();
                System.out.printf("counts %s %d %d %d%n", line, counts.waiting(), counts.delivered(), counts.cancelled());
            }
        }
    }

    private static BrokerSettings settings(int port) {
        NetworkSettings network = NetworkSettings.defaults();
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
                settings.storage(),
                settings.login(),
                settings.identity(),
                settings.deprecatedFeatures());
    }
}
