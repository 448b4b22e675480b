package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.Map;

/** A queue of which only one consumer at a time gets anything. */
final class SingleActiveConsumerTest {

    private static final Map<String, Object> SINGLE = Map.of("x-single-active-consumer", true);

    private static String quorum(Peer peer, Channel channel) throws Exception {
        return channel.queueDeclare(
                        peer.name("q"),
                        true,
                        false,
                        false,
                        Map.of("x-queue-type", "quorum", "x-single-active-consumer", true))
                .getQueue();
    }

    @Case
    void theFirstOneGetsEverything(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", SINGLE);

        Inbox first = Inbox.of(channel, queue);
        Inbox second = Inbox.of(channel, queue);
        peer.enqueue(channel, queue, "m1", "m2", "m3");
        peer.observe(first.take(3), second.isEmpty());

        peer.expect("[m1, m2, m3]", "true");
    }

    @Case
    void whenItGoesTheNextOneFollowsInTheOrderOfTheirComing(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", SINGLE);

        Inbox first = Inbox.of(channel, queue, "first", Map.of());
        Inbox second = Inbox.of(channel, queue, "second", Map.of());
        Inbox third = Inbox.of(channel, queue, "third", Map.of());
        peer.enqueue(channel, queue, "m1");
        peer.observe(first.next());
        channel.basicCancel("first");
        peer.enqueue(channel, queue, "m2", "m3");
        peer.observe(second.take(2), third.isEmpty());
        channel.basicCancel("second");
        peer.enqueue(channel, queue, "m4");
        peer.observe(third.next());

        peer.expect("m1", "[m2, m3]", "true", "m4");
    }

    @Case
    void theNextOneGetsWhatWaitedAtOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        channel.basicQos(1);
        String queue = peer.queue(channel, "q", SINGLE);

        Inbox first = Inbox.of(channel, queue, "first", Map.of());
        Inbox second = Inbox.of(other, queue);
        peer.enqueue(channel, queue, "m1", "m2", "m3");
        peer.observe(first.next(), second.isEmpty());
        channel.basicCancel("first");
        peer.observe(second.take(2));

        peer.expect("m1", "true", "[m2, m3]");
    }

    @Case
    void whatItHeldReturnsToTheNextOneWhenItIsLost(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel lost = peer.channel();
        String queue = peer.queue(channel, "q", SINGLE);

        Inbox first = Inbox.of(lost, queue);
        Inbox second = Inbox.of(channel, queue);
        peer.enqueue(channel, queue, "m1", "m2");
        peer.observe(first.take(2));
        lost.close();
        peer.observe(second.take(2));

        peer.expect("[m1, m2]", "[m1 redelivered, m2 redelivered]");
    }

    @Case
    void whatALostOneHeldComesBeforeWhatWaited(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel lost = peer.channel();
        lost.basicQos(2);
        String queue = peer.queue(channel, "q", SINGLE);

        whatIsLostComesFirst(peer, channel, lost, queue);
    }

    @Case
    void whatALostOneHeldComesBeforeWhatWaitedInAQuorumQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel lost = peer.channel();
        lost.basicQos(2);

        whatIsLostComesFirst(peer, channel, lost, quorum(peer, channel));
    }

    private static void whatIsLostComesFirst(Peer peer, Channel channel, Channel lost, String queue) throws Exception {
        Inbox first = Inbox.of(lost, queue);
        Inbox second = Inbox.of(channel, queue);
        peer.enqueue(channel, queue, "m1", "m2", "m3", "m4");
        peer.observe(first.take(2));
        lost.close();
        peer.observe(second.take(4));

        peer.expect("[m1, m2]", "[m1 redelivered, m2 redelivered, m3, m4]");
    }

    @Case("in a classic queue a consumer of a higher priority waits until the active one goes, and comes next then")
    void aHigherPriorityComesNext(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", SINGLE);

        Inbox first = Inbox.of(channel, queue, "first", Map.of());
        Inbox low = Inbox.of(channel, queue);
        Inbox high = Inbox.withPriority(channel, queue, 5);
        peer.enqueue(channel, queue, "m1");
        peer.observe(first.next());
        channel.basicCancel("first");
        peer.enqueue(channel, queue, "m2");
        peer.observe(high.next(), low.isEmpty());

        peer.expect("m1", "m2", "true");
    }

    @Case("in a quorum queue a higher priority takes over, once what the active consumer has is settled")
    void aHigherPriorityTakesAQuorumQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel);

        Inbox low = Inbox.of(channel, queue);
        peer.enqueue(channel, queue, "m1");
        long tag = low.nextTag();
        Inbox high = Inbox.withPriority(channel, queue, 5);
        peer.enqueue(channel, queue, "m2");
        peer.observe(high.isEmpty());
        channel.basicAck(tag, false);
        peer.observe(high.next());
        peer.enqueue(channel, queue, "m3");
        peer.observe(high.next(), low.isEmpty());

        peer.expect("true", "m2", "m3", "true");
    }

    @Case(
            "in a quorum queue the active consumer settles what it has before it gets more, though who was to follow has gone")
    void anActiveConsumerThatYieldsDoesNotTurnBack(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel);

        Inbox low = Inbox.of(channel, queue);
        peer.enqueue(channel, queue, "m1");
        long tag = low.nextTag();
        Inbox.of(channel, queue, "high", Map.of("x-priority", 5));
        channel.basicCancel("high");
        peer.enqueue(channel, queue, "m2");
        peer.observe(low.isEmpty());
        channel.basicAck(tag, false);
        peer.observe(low.next());

        peer.expect("true", "m2");
    }

    @Case("in a quorum queue the one with the largest prefetch comes next, of those that have one priority")
    void theLargestPrefetchComesNextInAQuorumQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel);

        Inbox first = Inbox.of(channel, queue, "first", Map.of());
        channel.basicQos(1);
        Inbox small = Inbox.of(channel, queue);
        channel.basicQos(5);
        Inbox large = Inbox.of(channel, queue, "large", Map.of());
        channel.basicQos(0);
        Inbox unlimited = Inbox.of(channel, queue, "unlimited", Map.of());
        peer.enqueue(channel, queue, "m1");
        peer.observe(first.next());
        channel.basicCancel("first");
        peer.enqueue(channel, queue, "m2");
        peer.observe(unlimited.next());
        channel.basicCancel("unlimited");
        peer.enqueue(channel, queue, "m3");
        peer.observe(large.next(), small.isEmpty());

        peer.expect("m1", "m2", "m3", "true");
    }

    @Case
    void anExclusiveConsumerIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", SINGLE);

        peer.attempt(channel, () -> Inbox.exclusive(channel, queue));

        peer.expect("channel closed: 403 ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use [basic.consume]");
    }

    @Case
    void aGetIsAnswered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", SINGLE);

        peer.enqueue(channel, queue, "m1");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("m1");
    }

    @Case
    void aGetFromAQuorumQueueIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel);

        peer.enqueue(channel, queue, "m1");
        peer.attempt(channel, () -> channel.basicGet(queue, true));

        peer.expect("channel closed: 405 RESOURCE_LOCKED - cannot obtain access to locked queue 'q' in vhost '/'."
                + " basic.get operations are not supported by <<\"quorum\">> queues with single active consumer"
                + " [basic.get]");
    }

    @Case
    void theQueueIsInUseWhileOnesWait(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", SINGLE);

        Inbox.of(channel, queue, "first", Map.of());
        Inbox.of(channel, queue, "second", Map.of());
        peer.observe(channel.consumerCount(queue));
        channel.basicCancel("first");
        channel.basicCancel("second");
        QueueState.awaitUnused(channel, queue);

        peer.expect("2");
    }
}
