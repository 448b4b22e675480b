package io.leveret.interop.clients;

import io.leveret.interop.Case;
import io.leveret.interop.Ours;
import io.leveret.interop.Peer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** pika, the client for Python. */
@Timeout(120)
class PikaTest {

    private static final Programs PROGRAMS = Programs.in("python", Pika.PYTHON);

    @BeforeAll
    static void requirePika() throws InterruptedException {
        Pika.require();
    }

    @Case("publish to a topic exchange with every property, consume, nack and ack")
    void publishAndConsume(Peer peer) throws Exception {
        PROGRAMS.run(peer, "publish_consume.py");

        peer.expect(
                "order.placed: 5 bytes",
                "  app_id = 'shop'",
                "  cluster_id = None",
                "  content_encoding = 'utf-8'",
                "  content_type = 'text/plain'",
                "  correlation_id = 'c-1'",
                "  delivery_mode = 2",
                "  expiration = '60000'",
                "  headers = [('big', 1099511627776L), ('bytes', b'\\x00\\xff'), ('fraction', Decimal('0.5')),"
                        + " ('list', [1, 'two', {'three': 3}]), ('nothing', None), ('small', 7),"
                        + " ('table', {'inner': {'deep': 'x'}}), ('text', 'löwe'), ('yes', True)]",
                "  message_id = 'm-1'",
                "  priority = 3",
                "  reply_to = 'nobody'",
                "  timestamp = 1700000000",
                "  type = 'placed'",
                "  user_id = 'guest'",
                "order.paid: 6 bytes",
                "order.paid again: 6 bytes",
                "order.shipped.late: 300000 bytes",
                "put back on cancel: 0",
                "one more: None",
                "queue: <Queue.DeclareOk(['consumer_count=0', 'message_count=0', 'queue=demo'])>");
    }

    @Case("confirms, and an exception for what no queue takes")
    void confirms(Peer peer) throws Exception {
        PROGRAMS.run(peer, "confirms.py");

        peer.expect("confirmed: 100", "returned: 312 NO_ROUTE demo.nowhere", "purged: 100");
    }

    @Case("RPC by direct reply-to and with a reply queue")
    void rpc(Peer peer) throws Exception {
        PROGRAMS.run(peer, "rpc.py");

        peer.expect(
                "[('call 1', '1'), ('call 2', '4'), ('call 3', '9'), ('call 40', '1600')]",
                "[('call 5', '25'), ('call 6', '36')]");
    }

    @Case("message groups: each user's orders in their order over 8 consumers, some slow, some lost, with random nacks")
    @Ours
    void messageGroups(Peer peer) throws Exception {
        PROGRAMS.run(peer, "message_groups.py");

        peer.expect("600 orders of 20 users, each user's in order", "left: 0");
    }

    @Case("a repeated publish is one message, by the plugin's arguments and by LavinMQ's")
    @Ours
    void deduplication(Peer peer) throws Exception {
        PROGRAMS.run(peer, "deduplication.py");

        peer.expect(
                "by the exchange's type: 3",
                "by the queue's argument: 1",
                "406 PRECONDITION_FAILED - invalid arg 'x-cache-size' for queue 'demo' in vhost '/': {value_zero,0}");
    }

    @Case("refusals close a channel with a code and a text, and the connection stays")
    void refusals(Peer peer) throws Exception {
        PROGRAMS.run(peer, "refused.py");

        peer.expect(
                "404 NOT_FOUND - no queue 'demo.missing' in vhost '/'",
                "406 PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue 'demo' in vhost '/':"
                        + " received 'true' but current is 'false'",
                "403 ACCESS_REFUSED - deletion of system exchange 'amq.topic' in vhost '/' not allowed",
                "404 NOT_FOUND - no queue 'demo.missing' in vhost '/'",
                "<Queue.DeclareOk(['consumer_count=0', 'message_count=0', 'queue=demo'])>",
                "ConnectionClosedByBroker: (403) 'ACCESS_REFUSED - Login was refused using authentication mechanism"
                        + " PLAIN. For details see the broker logfile.'");
    }

    @Case("5,000 messages through the asynchronous connection, confirmed and in order")
    void asynchronous(Peer peer) throws Exception {
        PROGRAMS.run(peer, "asynchronous.py");

        peer.expect("5000 confirmed, 5000 received in order");
    }

    @Case("orders that are not paid are cancelled by delayed messages")
    @Ours
    void orderTimeout(Peer peer) throws Exception {
        PROGRAMS.run(peer, "order_timeout.py");

        peer.expect("order-2 -2000 cancel order 2", "left: 0");
    }

    @Case("payments and their messages, both or neither, at whatever step the instance that takes them is killed")
    @Ours
    void transactions(Peer peer) throws Exception {
        PROGRAMS.run(peer, "transactions.py");

        peer.expect(
                "half sent: ended by signal 9",
                "half confirmed: ended by signal 9",
                "two of three confirmed: ended by signal 9",
                "locally done: ended by signal 9",
                "decision sent: ended by signal 9",
                "decision confirmed: ended by signal 9",
                "asked about: half confirmed, locally done, two of three confirmed",
                "told: decision confirmed, 1 2 3",
                "told: decision sent, 1 2 3",
                "told: last, 1",
                "told: locally done, 1 2 3");
    }
}
