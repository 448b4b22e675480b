package io.leveret.interop.confirm;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.util.Map;

final class ConfirmTest {

    @Case
    void selectMayBeRepeated(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, channel::confirmSelect);
        peer.attempt(channel, channel::confirmSelect);

        peer.expect("confirm.select-ok", "confirm.select-ok");
    }

    @Case
    void selectWithNowaitIsNotAnswered(Peer peer) throws Exception {
        RawClient raw = peer.raw().open(1);

        raw.method(1, Octets.method(85, 10).u8(1));
        raw.method(1, Octets.method(60, 10).u32(0).u16(0).u8(0));
        peer.observe(raw.next());

        peer.expect("basic.qos-ok on channel 1");
    }

    @Case
    void aMessageThatAQueueTookIsAcked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Verdicts verdicts = Verdicts.of(channel);

        channel.confirmSelect();
        peer.publish(channel, "", queue, "m1");
        peer.observe(verdicts.next(), channel.basicGet(queue, true));

        peer.expect("ack 1", "m1");
    }

    @Case
    void messagesAreNumberedFromOneAfterTheSelect(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Verdicts verdicts = Verdicts.of(channel);

        peer.publish(channel, "", queue, "before", "it");
        channel.confirmSelect();
        peer.publish(channel, "", queue, "m1");
        peer.observe(verdicts.next());
        peer.publish(channel, "", queue, "m2");
        peer.observe(verdicts.next());

        peer.expect("ack 1", "ack 2");
    }

    @Case
    void aSecondSelectDoesNotStartAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Verdicts verdicts = Verdicts.of(channel);

        channel.confirmSelect();
        peer.publish(channel, "", queue, "m1");
        peer.observe(verdicts.next());
        channel.confirmSelect();
        peer.publish(channel, "", queue, "m2");
        peer.observe(verdicts.next());

        peer.expect("ack 1", "ack 2");
    }

    @Case
    void everyMessageIsAckedOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Verdicts verdicts = Verdicts.of(channel);
        int published = 1000;

        channel.confirmSelect();
        for (int i = 0; i < published; i++) {
            peer.publish(channel, "", queue, "m" + i);
        }
        verdicts.untilAcked(published);
        peer.observe(QueueState.awaitReady(channel, queue, 1000), verdicts.isEmpty());

        peer.expect("1000", "true");
    }

    @Case
    void anUnroutableMessageIsAcked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Verdicts verdicts = Verdicts.of(channel);

        channel.confirmSelect();
        peer.publish(channel, "", peer.name("none"), "m1");
        peer.observe(verdicts.next());

        peer.expect("ack 1");
    }

    @Case
    void aMandatoryMessageIsReturnedBeforeItsAck(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Verdicts verdicts = Verdicts.of(channel);

        channel.confirmSelect();
        channel.basicPublish("", peer.name("none"), true, new BasicProperties(), new byte[] {'m'});
        peer.observe(verdicts.next(), verdicts.next());

        peer.expect("returned 312 NO_ROUTE '' 'none': m", "ack 1");
    }

    @Case
    void aMessageForManyQueuesIsAckedOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "fanout");
        channel.queueBind(peer.queue(channel, "one"), exchange, "");
        channel.queueBind(peer.queue(channel, "two"), exchange, "");
        Verdicts verdicts = Verdicts.of(channel);

        channel.confirmSelect();
        peer.publish(channel, exchange, "", "m1");
        peer.observe(verdicts.next());
        peer.publish(channel, exchange, "", "m2");
        peer.observe(verdicts.next());

        peer.expect("ack 1", "ack 2");
    }

    @Case
    void aPersistentMessageInADurableQueueIsAcked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = channel.queueDeclare(peer.name("q"), true, false, false, Map.of())
                .getQueue();
        Verdicts verdicts = Verdicts.of(channel);

        channel.confirmSelect();
        peer.publish(channel, "", queue, MessageProperties.PERSISTENT_BASIC, "m1");
        peer.observe(verdicts.next());

        peer.expect("ack 1");
    }

    @Case
    void anAckedMessageIsThereForOthers(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        Channel other = peer.connect().createChannel();
        Verdicts verdicts = Verdicts.of(channel);

        channel.confirmSelect();
        peer.publish(channel, "", queue, "m1");
        peer.observe(verdicts.next(), other.basicGet(queue, true));

        peer.expect("ack 1", "m1");
    }

    @Case
    void anotherChannelIsNotInConfirmMode(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel plain = peer.channel();
        String queue = peer.queue(channel, "q");
        Verdicts verdicts = Verdicts.of(channel);
        Verdicts none = Verdicts.of(plain);

        channel.confirmSelect();
        peer.publish(plain, "", queue, "unconfirmed");
        peer.observe(QueueState.awaitReady(plain, queue, 1));
        peer.publish(channel, "", queue, "m1");
        peer.observe(verdicts.next(), none.isEmpty());

        peer.expect("1", "ack 1", "true");
    }

    @Case
    void aRefusedMessageClosesTheChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();

        channel.confirmSelect();
        peer.attempt(channel, () -> {
            peer.publish(channel, peer.name("none"), "k", "m1");
            return null;
        });

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'none' in vhost '/' [basic.publish]");
    }

    @Case
    void whatWasPublishedBeforeARefusedMessageIsInItsQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.confirmSelect();
        peer.attempt(channel, () -> {
            peer.publish(channel, "", queue, "m1", "m2");
            peer.publish(channel, peer.name("none"), "k", "refused");
            peer.publish(channel, "", queue, "too late");
            return null;
        });
        peer.observe(other.basicGet(queue, true), other.basicGet(queue, true), other.basicGet(queue, true));

        peer.expect(
                "channel closed: 404 NOT_FOUND - no exchange 'none' in vhost '/' [basic.publish]", "m1", "m2", "null");
    }

    @Case
    void aMessageForADeletedQueueIsAcked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Verdicts verdicts = Verdicts.of(channel);

        channel.confirmSelect();
        peer.publish(channel, "", queue, "m1");
        peer.observe(verdicts.next());
        channel.queueDelete(queue);
        peer.publish(channel, "", queue, "m2");
        peer.observe(verdicts.next());

        peer.expect("ack 1", "ack 2");
    }

    @Case
    void aTransactionalChannelCannotConfirm(Peer peer) throws Exception {
        Channel channel = peer.channel();

        channel.txSelect();
        peer.attempt(channel, channel::confirmSelect);

        peer.expect("channel closed: 406 PRECONDITION_FAILED - cannot switch from tx to confirm mode [confirm.select]");
    }
}
