package io.leveret.interop.connection;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import java.util.Arrays;
import java.util.Map;

final class ServerPropertiesTest {

    @Case("server properties have product, version, platform, copyright, information, cluster name and capabilities")
    void names(Peer peer) throws Exception {
        peer.observe(
                peer.connect().getServerProperties().keySet().stream().sorted().toList());

        peer.expect("[capabilities, cluster_name, copyright, information, platform, product, version]");
    }

    @Case("the product is RabbitMQ")
    void product(Peer peer) throws Exception {
        peer.observe(peer.connect().getServerProperties().get("product"));

        peer.expect("RabbitMQ");
    }

    @Case("the version is that of the release")
    @Differs(
            because = "Leveret announces the version whose behaviour is nearest its own, since clients choose by it",
            leveret = "4.2.0")
    void version(Peer peer) throws Exception {
        String version = String.valueOf(peer.connect().getServerProperties().get("version"));
        peer.observe(version.replaceAll("^4\\.3\\.\\d+$", "4.3.x"));

        peer.expect("4.3.x");
    }

    @Case("the nine capabilities are announced")
    void capabilities(Peer peer) throws Exception {
        Object capabilities = peer.connect().getServerProperties().getOrDefault("capabilities", Map.of());
        ((Map<?, ?>) capabilities).keySet().stream().sorted().forEach(peer::observe);

        peer.expect(
                "authentication_failure_close",
                "basic.nack",
                "connection.blocked",
                "consumer_cancel_notify",
                "consumer_priorities",
                "direct_reply_to",
                "exchange_exchange_bindings",
                "per_consumer_qos",
                "publisher_confirms");
    }

    @Case("mechanisms PLAIN, AMQPLAIN and ANONYMOUS are offered, and the locale en_US")
    void mechanisms(Peer peer) throws Exception {
        ConnectionFactory factory = peer.factory();
        factory.setSaslConfig(offered -> {
            peer.observe(Arrays.stream(offered).sorted().toList());
            return DefaultSaslConfig.PLAIN.getSaslMechanism(offered);
        });
        peer.connect(factory);

        peer.expect("[AMQPLAIN, ANONYMOUS, PLAIN]");
    }
}
