package io.leveret.interop.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.leveret.interop.Patience;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * How nice Linux takes the server's threads to be; what its priorities come to elsewhere is the JVM's affair. Only root's JVM could put
 * a thread before others.
 */
@EnabledOnOs(OS.LINUX)
class ThreadPrioritiesTest {

    private static final int NORMAL = 0;
    private static final int LOWER = 4;

    @Test
    void whatNobodyWaitsForGoesBehindWhatClientsWaitFor() throws Exception {
        try (ServerProcess server = ServerProcess.start(256)) {
            confirmOneMessage(server);

            String threads = server.threads();

            assertThat(nice(threads, "store-keeper-.*")).containsOnly(LOWER);
            assertThat(nice(threads, "C[12] CompilerThread.*")).containsOnly(LOWER);
            assertThat(nice(threads, "amqp-loop-.*")).containsOnly(NORMAL);
            assertThat(nice(threads, "log-writer-.*")).containsOnly(NORMAL);
            assertThat(nice(threads, "log-reader-.*")).containsOnly(NORMAL);
            assertThat(nice(threads, "timer-.*")).containsOnly(NORMAL);
            assertThat(nice(threads, "(G1|GC|VM) .*")).containsOnly(NORMAL);
        }
    }

    private static void confirmOneMessage(ServerProcess server) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setPort(server.address().getPort());
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare("q", true, false, false, null);
            channel.confirmSelect();
            channel.basicPublish("", "q", MessageProperties.MINIMAL_PERSISTENT_BASIC, new byte[1]);
            channel.waitForConfirmsOrDie(Patience.MS);
        }
    }

    /** Of each thread whose name matches. */
    private static Set<Integer> nice(String threads, String name) {
        return Pattern.compile("^\"" + name + "\" .*os_prio=(-?\\d+)", Pattern.MULTILINE)
                .matcher(threads)
                .results()
                .map(found -> Integer.parseInt(found.group(found.groupCount())))
                .collect(Collectors.toSet());
    }
}
