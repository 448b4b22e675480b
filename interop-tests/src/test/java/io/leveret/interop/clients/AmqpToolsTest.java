package io.leveret.interop.clients;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.process.Tool;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/**
 * amqp-tools: the command line of rabbitmq-c, the client for C. There is no case for publisher confirms, since amqp-publish
 * can't ask for them.
 */
@Timeout(120)
class AmqpToolsTest {

    private static final List<String> TOOLS =
            List.of("amqp-declare-queue", "amqp-publish", "amqp-get", "amqp-consume", "amqp-delete-queue");
    private static final Programs PROGRAMS = Programs.in("amqp-tools", "sh");

    @BeforeAll
    static void requireTools() {
        TOOLS.forEach(tool -> Tool.require(tool, "apt-get install amqp-tools"));
    }

    @Case("declare, publish, get, consume and delete from a shell")
    void workQueue(Peer peer) throws Exception {
        PROGRAMS.run(peer, "work-queue.sh");

        peer.expect(
                "declared: demo",
                "got: first job",
                "consumed:",
                "second job",
                "third job",
                "fourth job",
                "empty: exit code 2",
                "deleted with messages: 0");
    }

    @Case("consume from an exclusive queue bound to a topic exchange")
    void exchange(Peer peer) throws Exception {
        PROGRAMS.run(peer, "exchange.sh");

        peer.expect("some news", "some news", "the consumer's exit code: 0");
    }

    @Case("RPC: a server that answers on the request's reply queue")
    void rpc(Peer peer) throws Exception {
        PROGRAMS.run(peer, "rpc.sh");

        peer.expect("19 + 23 = 42", "1 + 2 = 3", "the server's exit code: 0", "requests left: 0", "replies left: 0");
    }
}
