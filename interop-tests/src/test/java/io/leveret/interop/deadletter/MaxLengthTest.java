package io.leveret.interop.deadletter;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Confirms;
import io.leveret.interop.Differs;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What becomes of messages that a queue has no room for. */
final class MaxLengthTest {

    @Case
    void theOldestLeaveAFullQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length", 2));

        peer.enqueue(channel, queue, "m1", "m2", "m3", "m4");
        QueueState.awaitReady(channel, queue, 2);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m3, m4]");
    }

    @Case
    void theirBodiesCount(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length-bytes", 6));

        peer.enqueue(channel, queue, "aaa", "bbb", "cc", "dddd");
        QueueState.awaitReady(channel, queue, 2);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[cc, dddd]");
    }

    @Case
    void aMessageLargerThanTheQueueLeavesItEmpty(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length-bytes", 3));

        peer.enqueue(channel, queue, "a", "bbbb");
        QueueState.awaitReady(channel, queue, 0);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("null");
    }

    @Case
    void whatIsDeliveredDoesNotCount(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length", 1));

        peer.enqueue(channel, queue, "m1");
        channel.basicGet(queue, false);
        peer.enqueue(channel, queue, "m2");
        peer.observe(channel.messageCount(queue));
        channel.basicNack(1, false, true);
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("1", "m2");
    }

    @Case("a queue of length 0 passes messages on to consumers that wait")
    void aLengthOfZeroIsNowOrNever(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length", 0));

        NowOrNever.observe(peer, channel, queue);

        peer.expect("somebody");
    }

    @Case
    void aFullQueueRefusesWithANack(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length", 2, "x-overflow", "reject-publish"));

        channel.confirmSelect();
        Confirms confirms = Confirms.of(channel);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4");
        peer.observe(confirms.await(4), peer.drain(channel, queue));

        peer.expect("2 acked, 2 nacked, numbers up to 4", "[m1, m2]");
    }

    @Case
    void itRefusesByBytesToo(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length-bytes", 4, "x-overflow", "reject-publish"));

        channel.confirmSelect();
        Confirms confirms = Confirms.of(channel);
        for (String body : new String[] {"aaa", "bb", "c", "d"}) {
            peer.publish(channel, "", queue, body);
            channel.waitForConfirms();
        }
        peer.observe(confirms.await(4), peer.drain(channel, queue));

        peer.expect("2 acked, 2 nacked, numbers up to 4", "[aaa, c]");
    }

    @Case
    void theOtherQueuesTakeWhatOneRefuses(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String full = peer.queue(channel, "full", Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
        String other = peer.queue(channel, "other");
        String exchange = peer.exchange(channel, "x", "fanout");
        channel.queueBind(full, exchange, "");
        channel.queueBind(other, exchange, "");

        channel.confirmSelect();
        Confirms confirms = Confirms.of(channel);
        peer.publish(channel, exchange, "", "m1");
        peer.observe(confirms.await(1));
        QueueState.awaitReady(channel, other, 1);
        peer.observe(channel.basicGet(other, true), channel.basicGet(full, true));

        peer.expect("0 acked, 1 nacked, numbers up to 1", "m1", "null");
    }

    @Case
    void withoutConfirmsItIsDroppedSilently(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length", 1, "x-overflow", "reject-publish"));

        peer.publish(channel, "", queue, "m1");
        QueueState.awaitReady(channel, queue, 1);
        channel.basicPublish("", queue, true, null, "m2".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        peer.roundTrip(channel);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m1]");
    }

    @Case
    void aRefusingQueueRefusesThoughAConsumerWaits(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length", 0, "x-overflow", "reject-publish"));

        Inbox inbox = Inbox.of(channel, queue);
        channel.confirmSelect();
        Confirms confirms = Confirms.of(channel);
        peer.publish(channel, "", queue, "m1");
        peer.observe(confirms.await(1), inbox.isEmpty());

        peer.expect("0 acked, 1 nacked, numbers up to 1", "true");
    }

    @Case
    void roomComesBackWithEachMessageTaken(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length", 1, "x-overflow", "reject-publish"));

        channel.confirmSelect();
        peer.publish(channel, "", queue, "m1");
        peer.observe(channel.waitForConfirms());
        peer.publish(channel, "", queue, "m2");
        peer.observe(channel.waitForConfirms());
        peer.observe(channel.basicGet(queue, true));
        peer.publish(channel, "", queue, "m3");
        peer.observe(channel.waitForConfirms(), channel.basicGet(queue, true));

        peer.expect("true", "false", "m1", "true", "m3");
    }

    @Case
    @io.leveret.interop.Differs(
            because = "a commit is all or nothing: RabbitMQ keeps what the queue had room for",
            leveret = {"channel closed: 406 PRECONDITION_FAILED - partial tx completion [tx.commit]", "[]"})
    void aTransactionThatDoesNotFitFails(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-length", 1, "x-overflow", "reject-publish"));

        channel.txSelect();
        peer.publish(channel, "", queue, "m1", "m2");
        peer.attempt(channel, channel::txCommit);
        peer.observe(peer.drain(peer.channel(), queue));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - partial tx completion [tx.commit]", "[m1]");
    }

    @Case("a quorum queue does not know reject-publish-dlx, and dead-letters its oldest message")
    void aQuorumQueueDoesNotKnowRejectPublishDlx(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        Map<String, Object> arguments =
                Deaths.to(dead, "x-queue-type", "quorum", "x-max-length", 1, "x-overflow", "reject-publish-dlx");
        channel.queueDeclare(peer.name("q"), true, false, false, arguments);

        Deaths.observeOverflow(peer, channel, peer.name("q"), dead);

        peer.expect("2 acked, 0 nacked, numbers up to 2", "m1", "maxlen", "[m2]");
    }

    @Case("a quorum queue does not know reject-publish-dlx of a policy either")
    void aQuorumQueueDoesNotKnowRejectPublishDlxByPolicy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        peer.policies()
                .setFor(
                        "q",
                        "p",
                        Map.of(
                                "max-length",
                                1,
                                "overflow",
                                "reject-publish-dlx",
                                "dead-letter-exchange",
                                "",
                                "dead-letter-routing-key",
                                dead));
        channel.queueDeclare(peer.name("q"), true, false, false, Map.of("x-queue-type", "quorum"));

        Deaths.observeOverflow(peer, channel, peer.name("q"), dead);

        peer.expect("2 acked, 0 nacked, numbers up to 2", "m1", "maxlen", "[m2]");
    }

    @Case("a quorum queue with reject-publish takes one message beyond its limit")
    @Differs(
            because =
                    "Leveret refuses what is beyond the limit; a quorum queue of RabbitMQ tells its publishers once it is",
            leveret = {"[true, true, false, false]"})
    void aQuorumQueueTakesOneMore(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Map<String, Object> arguments =
                Map.of("x-queue-type", "quorum", "x-max-length", 2, "x-overflow", "reject-publish");
        String queue = channel.queueDeclare(peer.name("q"), true, false, false, arguments)
                .getQueue();

        channel.confirmSelect();
        List<Boolean> confirmed = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            peer.publish(channel, "", queue, "m" + i);
            confirmed.add(channel.waitForConfirms());
        }
        peer.observe(confirmed);

        peer.expect("[true, true, true, false]");
    }
}
