package io.leveret.interop.clients;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.process.Command;
import io.leveret.interop.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** amqplib, the client for Node. */
@Timeout(120)
class AmqplibTest {

    private static final Programs PROGRAMS = Programs.in("node", "node");

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        Tool.require("node", "apt-get install nodejs");
        if (!isInstalled()) {
            Tool.require("npm", "apt-get install npm");
            npmCi();
        }
    }

    /** npm keeps a copy of the lock file among the packages that it installed by it. */
    private static boolean isInstalled() throws IOException {
        Path installed = PROGRAMS.folder().resolve("node_modules/.package-lock.json");
        Path wanted = PROGRAMS.folder().resolve("package-lock.json");
        return Files.exists(installed)
                && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) >= 0;
    }

    private static void npmCi() throws InterruptedException {
        String folder = PROGRAMS.folder().toString();
        try {
            Command.of(Duration.ofSeconds(100), "npm", "--prefix", folder, "ci").run();
        } catch (IOException e) {
            throw Tool.missing("amqplib is missing: npm ci in " + folder + " said: " + e.getMessage());
        }
    }

    @Case("publish to a topic exchange with properties and headers, consume, nack and ack")
    void publishAndConsume(Peer peer) throws Exception {
        PROGRAMS.run(peer, "publish-consume.js");

        peer.expect(
                "order.placed: first",
                "{\"contentType\":\"text/plain\",\"contentEncoding\":\"utf-8\",\"deliveryMode\":2,\"priority\":3,"
                        + "\"correlationId\":\"c-1\",\"messageId\":\"m-1\",\"timestamp\":1700000000,"
                        + "\"type\":\"placed\",\"appId\":\"shop\"}",
                "[[\"big\",1099511627776],[\"fraction\",0.5],[\"list\",[1,\"two\",{\"three\":3}]],[\"nothing\",null],"
                        + "[\"small\",7],[\"table\",{\"inner\":{\"deep\":\"x\"}}],[\"text\",\"löwe\"],[\"yes\",true]]",
                "order.paid: second",
                "order.paid again: second",
                "order.shipped: 300000 bytes",
                "one more: false",
                "{ messageCount: 0 }");
    }

    @Case("1,000 confirms, and a return for what no queue takes")
    void confirms(Peer peer) throws Exception {
        PROGRAMS.run(peer, "confirms.js");

        peer.expect(
                "1000 confirmed",
                "returned 312 NO_ROUTE for demo.nowhere: lost",
                "confirmed all the same",
                "{ messageCount: 1000 }");
    }

    @Case("RPC by direct reply-to")
    void rpc(Peer peer) throws Exception {
        PROGRAMS.run(peer, "rpc.js");

        peer.expect("1 4 9 1600");
    }

    @Case("refusals close a channel with a code and a text, and the connection stays")
    void refusals(Peer peer) throws Exception {
        PROGRAMS.run(peer, "refused.js");

        String noQueue = "404 (NOT-FOUND) with message \"NOT_FOUND - no queue 'demo.missing' in vhost '/'\"";
        String notEquivalent = "406 (PRECONDITION-FAILED) with message \"PRECONDITION_FAILED - inequivalent arg"
                + " 'auto_delete' for queue 'demo' in vhost '/': received 'true' but current is 'false'\"";
        String reserved = "403 (ACCESS-REFUSED) with message \"ACCESS_REFUSED - deletion of system exchange"
                + " 'amq.topic' in vhost '/' not allowed\"";
        peer.expect(
                "channel closed: Channel closed by server: " + noQueue,
                "404: Operation failed: QueueDeclare; " + noQueue,
                "channel closed: Channel closed by server: " + notEquivalent,
                "406: Operation failed: QueueDeclare; " + notEquivalent,
                "channel closed: Channel closed by server: " + reserved,
                "403: Operation failed: ExchangeDelete; " + reserved,
                "{ queue: 'demo', messageCount: 0, consumerCount: 0 }",
                "Handshake terminated by server: 403 (ACCESS-REFUSED) with message \"ACCESS_REFUSED - Login was refused"
                        + " using authentication mechanism PLAIN. For details see the broker logfile.\"");
    }
}
