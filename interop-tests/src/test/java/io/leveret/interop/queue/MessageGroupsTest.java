package io.leveret.interop.queue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Ours;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;

/** Queues that keep the order of each group of their messages ({@code x-group-by}), which RabbitMQ does not have. */
final class MessageGroupsTest {

    private static final Map<String, Object> BY_KEY = Map.of("x-group-by", "routing-key");

    private static void publish(Peer peer, Channel channel, String exchange, String... names) throws Exception {
        channel.confirmSelect();
        for (String name : names) {
            peer.publish(channel, exchange, name.substring(0, 1), name);
        }
        channel.waitForConfirmsOrDie(Patience.MS);
    }

    private static String fanout(Peer peer, Channel channel, String queue) throws Exception {
        String exchange = peer.exchange(channel, "x", "fanout");
        channel.queueBind(queue, exchange, "");
        return exchange;
    }

    @Case("all of a group that is unsettled is with one consumer, and other groups go on")
    @Ours
    void oneConsumerAGroup(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        channel.basicQos(1);
        other.basicQos(10);
        String queue = peer.queue(channel, "q", BY_KEY);
        String exchange = fanout(peer, channel, queue);

        Inbox first = Inbox.of(channel, queue);
        publish(peer, channel, exchange, "a1", "a2");
        long tag = first.nextTag();
        Inbox second = Inbox.of(other, queue);
        publish(peer, channel, exchange, "b1", "a3", "b2");
        peer.observe(second.take(2), second.isEmpty());
        channel.basicAck(tag, false);
        List<Object> next = second.take(2);
        // An answer to the first channel comes behind all that was sent to its consumer.
        channel.queueDeclarePassive(queue);
        peer.observe(next, first.isEmpty());

        peer.expect("[b1, b2]", "true", "[a2, a3]", "true");
    }

    @Case("a message that returns blocks its group until the rest of it is settled, and then goes first")
    @Ours
    void aReturnBlocksItsGroup(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", BY_KEY);
        String exchange = fanout(peer, channel, queue);
        channel.basicQos(2);

        Inbox inbox = Inbox.of(channel, queue);
        publish(peer, channel, exchange, "a1", "a2", "a3");
        long first = inbox.nextTag();
        long second = inbox.nextTag();
        channel.basicNack(first, false, true);
        publish(peer, channel, exchange, "b1");
        peer.observe(inbox.next(), inbox.isEmpty());
        channel.basicAck(second, false);
        peer.observe(inbox.next());

        peer.expect("b1", "true", "a1 redelivered");
    }

    @Case("the groups of a consumer that is lost go on with another, in order")
    @Ours
    void aLostConsumersGroups(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel lost = peer.channel();
        lost.basicQos(2);
        String queue = peer.queue(channel, "q", BY_KEY);
        String exchange = fanout(peer, channel, queue);

        Inbox first = Inbox.of(lost, queue);
        publish(peer, channel, exchange, "a1", "a2", "a3");
        peer.observe(first.take(2));
        Inbox second = Inbox.of(channel, queue);
        lost.close();
        peer.observe(second.take(3));

        peer.expect("[a1, a2]", "[a1 redelivered, a2 redelivered, a3]");
    }

    @Case("a group is a header's value, a text or an integer of any width; without one a message is in none")
    @Ours
    void groupsByHeader(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        channel.basicQos(1);
        String queue = peer.queue(channel, "q", Map.of("x-group-by", "user"));

        Inbox first = Inbox.of(channel, queue);
        publishTo(peer, channel, queue, "m1", 7);
        peer.observe(first.next());
        Inbox second = Inbox.of(other, queue);
        publishTo(peer, channel, queue, "m2", 7L);
        publishTo(peer, channel, queue, "m3", "7");
        publishTo(peer, channel, queue, "m4", true);
        peer.publish(channel, "", queue, "m5");
        peer.observe(second.take(3), second.isEmpty());

        peer.expect("m1", "[m3, m4, m5]", "true");
    }

    private static void publishTo(Peer peer, Channel channel, String queue, String body, Object user) throws Exception {
        BasicProperties properties =
                new BasicProperties.Builder().headers(Map.of("user", user)).build();
        peer.publish(channel, "", queue, properties, body);
    }

    @Case("a get takes the first message of a free group, and holds that group")
    @Ours
    void gets(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", BY_KEY);
        String exchange = fanout(peer, channel, queue);

        publish(peer, channel, exchange, "a1", "a2", "b1");
        long tag = channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));
        channel.basicAck(tag, false);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("b1", "null", "a2");
    }

    @Case("x-group-by that is no text, empty, or with priorities or a single active consumer is 406")
    @Ours
    void refusals(Peer peer) throws Exception {
        refused(peer, Map.of("x-group-by", 1));
        refused(peer, Map.of("x-group-by", ""));
        refused(peer, Map.of("x-group-by", "x".repeat(256)));
        refused(peer, Map.of("x-group-by", "user", "x-max-priority", 5));
        refused(peer, Map.of("x-group-by", "user", "x-single-active-consumer", true));
        peer.queue(peer.channel(), "q", Map.of("x-group-by", "user", "x-single-active-consumer", false));

        String closed =
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-group-by' for queue 'q' in vhost '/': ";
        peer.expect(
                closed + "{unacceptable_type,signedint} [queue.declare]",
                closed + "invalid_group_by [queue.declare]",
                closed + "invalid_group_by [queue.declare]",
                closed + "group_by_with_max_priority [queue.declare]",
                closed + "group_by_with_single_active_consumer [queue.declare]");
    }

    private static void refused(Peer peer, Map<String, Object> arguments) throws Exception {
        Channel channel = peer.channel();
        peer.attempt(channel, () -> peer.queue(channel, "q", arguments));
    }

    @Case("queue.declare again with another x-group-by is 406")
    @Ours
    void inequivalent(Peer peer) throws Exception {
        peer.queue(peer.channel(), "q", BY_KEY);
        refused(peer, Map.of("x-group-by", "user"));
        refused(peer, Map.of());

        String closed =
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-group-by' for queue 'q' in vhost '/': ";
        peer.expect(
                closed + "received 'user' but current is 'routing-key' [queue.declare]",
                closed + "received none but current is the value 'routing-key' of type 'longstr' [queue.declare]");
    }

    @Case
    @Ours
    void anExclusiveConsumerIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", BY_KEY);

        peer.attempt(channel, () -> Inbox.exclusive(channel, queue));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - queue 'q' in vhost '/' with 'x-group-by' does not support"
                        + " exclusive consumers [basic.consume]");
    }

    @Case("each user's orders in their order over 8 consumers, some slow, some lost, with random nacks")
    @Ours
    @Timeout(60)
    void ordersOfManyUsers(Peer peer) throws Exception {
        try (GroupedOrders orders = new GroupedOrders(peer)) {
            orders.run();
        }

        peer.expect("3000 orders of 40 users, each user's in order", "left: 0");
    }
}
