package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.HashMap;
import java.util.Map;

final class CancelNotifyTest {

    @Case
    void deletingAQueueCancelsItsConsumer(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        channel.queueDelete(queue);
        peer.observe(inbox.next());

        peer.expect("cancelled by the broker");
    }

    @Case
    void everyConsumerOnEveryConnectionIsTold(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");

        Inbox first = Inbox.of(channel, queue);
        Inbox second = Inbox.of(channel, queue);
        Inbox remote = Inbox.of(peer.connect().createChannel(), queue);
        channel.queueDelete(queue);
        peer.observe(first.next(), second.next(), remote.next());

        peer.expect("cancelled by the broker", "cancelled by the broker", "cancelled by the broker");
    }

    @Case
    void aConsumerOfAnExclusiveQueueIsNotToldWhenItsConnectionCloses(Peer peer) throws Exception {
        Channel channel = peer.connect().createChannel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        channel.getConnection().close();
        peer.observe(inbox.isEmpty());

        peer.expect("true");
    }

    @Case
    void aClientWithoutTheCapabilityIsToldNothing(Peer peer) throws Exception {
        Channel channel = peer.connect(withoutCancelNotify(peer)).createChannel();
        String deleted = peer.queue(channel, "deleted");
        String kept = peer.queue(channel, "kept");

        Inbox inbox = Inbox.of(channel, deleted);
        Inbox marker = Inbox.of(channel, kept);
        channel.queueDelete(deleted);
        peer.publish(channel, "", kept, "marker");
        peer.observe(marker.next(), inbox.isEmpty());

        peer.expect("marker", "true");
    }

    @Case
    void aTagIsFreeAfterTheNotice(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Inbox inbox = new Inbox();

        channel.basicConsume(queue, false, "t", inbox);
        channel.queueDelete(queue);
        peer.observe(inbox.next());
        String again = peer.queue(channel, "again");
        peer.attempt(channel, () -> channel.basicConsume(again, false, "t", new Inbox()));

        peer.expect("cancelled by the broker", "t");
    }

    @Case
    void whatTheConsumerHoldsMayBeAckedAfterTheNotice(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1");
        peer.observe(inbox.next());
        channel.queueDelete(queue);
        peer.observe(inbox.next());
        peer.attempt(channel, () -> {
            channel.basicAck(1, false);
            return null;
        });

        peer.expect("m1", "cancelled by the broker", "ok");
    }

    @Case
    void whatTheConsumerHoldsIsGoneWithTheQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1");
        peer.observe(inbox.next());
        channel.queueDelete(queue);
        peer.queue(other, "q");
        channel.close();
        peer.publish(other, "", queue, "m2");
        QueueState.awaitReady(other, queue, 1);
        peer.observe(other.basicGet(queue, true), other.basicGet(queue, true));

        peer.expect("m1", "m2", "null");
    }

    private static ConnectionFactory withoutCancelNotify(Peer peer) {
        ConnectionFactory factory = peer.factory();
        Map<String, Object> properties = new HashMap<>(factory.getClientProperties());
        Map<String, Object> capabilities = new HashMap<>();
        ((Map<?, ?>) properties.getOrDefault("capabilities", Map.of()))
                .forEach((name, value) -> capabilities.put((String) name, value));
        capabilities.put("consumer_cancel_notify", false);
        properties.put("capabilities", capabilities);
        factory.setClientProperties(properties);
        return factory;
    }
}
