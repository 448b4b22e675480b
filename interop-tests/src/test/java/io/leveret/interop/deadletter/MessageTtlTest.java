package io.leveret.interop.deadletter;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Ours;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.Map;

/** How long messages wait. */
final class MessageTtlTest {

    @Case
    void aQueuesMessagesExpire(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-message-ttl", 50));

        peer.enqueue(channel, queue, "m1", "m2");
        QueueState.awaitReady(channel, queue, 0);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("null");
    }

    @Case
    void aMessageExpiresByItsOwnTimeToLive(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.confirmSelect();
        peer.publish(channel, "", queue, expiration("50"), "short");
        peer.publish(channel, "", queue, "kept");
        channel.waitForConfirmsOrDie();
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("kept");
    }

    @Case
    void theShorterTimeCounts(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String shortQueue = peer.queue(channel, "q", Map.of("x-message-ttl", 50));
        String longQueue = peer.queue(channel, "r", Map.of("x-message-ttl", 600_000));

        peer.publish(channel, "", shortQueue, expiration("600000"), "m1");
        peer.publish(channel, "", longQueue, expiration("50"), "m2");
        peer.roundTrip(channel);
        QueueState.awaitReady(channel, shortQueue, 0);
        QueueState.awaitReady(channel, longQueue, 0);
        peer.observe(channel.basicGet(shortQueue, true), channel.basicGet(longQueue, true));

        peer.expect("null", "null");
    }

    @Case("with a time to live of 0 a message reaches a consumer that waits, or nobody")
    void aTimeToLiveOfZeroIsNowOrNever(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-message-ttl", 0));

        NowOrNever.observe(peer, channel, queue);

        peer.expect("somebody");
    }

    @Case
    void whatIsDeliveredDoesNotExpireButDoesOnceItReturns(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-message-ttl", 100));
        String later = peer.queue(channel, "later", Map.of("x-message-ttl", 100));

        peer.enqueue(channel, queue, "m1");
        long tag = channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
        peer.enqueue(channel, later, "expires after it");
        QueueState.awaitReady(channel, later, 0);
        channel.basicReject(tag, true);
        QueueState.awaitReady(channel, queue, 0);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("null");
    }

    @Case
    @Ours
    void aMessageExpiresBehindOneThatDoesNot(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, "first");
        peer.publish(channel, "", queue, expiration("50"), "expires");
        peer.publish(channel, "", queue, "last");
        peer.roundTrip(channel);
        QueueState.awaitReady(channel, queue, 2);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[first, last]");
    }

    @Case
    void theExpirationIsDeliveredAsPublished(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, expiration("600000"), "m1");
        peer.observe(Deaths.await(peer, channel, queue).getProps().getExpiration());

        peer.expect("600000");
    }

    private static BasicProperties expiration(String ms) {
        return new BasicProperties.Builder().expiration(ms).build();
    }
}
