package io.leveret.interop.queue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.HashMap;
import java.util.Map;

/** In which order messages of different priorities leave a queue. */
final class PriorityTest {

    private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

    /** Publishes messages whose bodies say their priority first: {@code 3a}, or {@code -a} for none. */
    private static void enqueue(Peer peer, Channel channel, String queue, String... bodies) throws Exception {
        channel.confirmSelect();
        for (String body : bodies) {
            BasicProperties.Builder properties = new BasicProperties.Builder();
            int end = body.length() - 1;
            if (!body.startsWith("-")) {
                properties.priority(Integer.parseInt(body.substring(0, end)));
            }
            peer.publish(channel, "", queue, properties.build(), body);
        }
        channel.waitForConfirmsOrDie(Patience.MS);
    }

    private static String quorum(Peer peer, Channel channel, Map<String, Object> arguments) throws Exception {
        Map<String, Object> all = new HashMap<>(arguments);
        all.putAll(QUORUM);
        return channel.queueDeclare(peer.name("q"), true, false, false, all).getQueue();
    }

    @Case
    void theHighestPriorityComesFirst(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-priority", 5));

        enqueue(peer, channel, queue, "1a", "5a", "-a", "3a", "5b", "0a", "1b");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[5a, 5b, 3a, 1a, 1b, -a, 0a]");
    }

    @Case
    void whatIsAboveTheHighestCountsAsTheHighest(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-priority", 2));

        enqueue(peer, channel, queue, "2a", "9a", "2b", "255a", "1a");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[2a, 9a, 2b, 255a, 1a]");
    }

    @Case
    void aQueueWithoutLevelsKeepsTheOrder(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String none = peer.queue(channel, "none");
        String zero = peer.queue(channel, "zero", Map.of("x-max-priority", 0));

        enqueue(peer, channel, none, "1a", "9a");
        enqueue(peer, channel, zero, "1a", "9a");
        peer.observe(peer.drain(channel, none), peer.drain(channel, zero));

        peer.expect("[1a, 9a]", "[1a, 9a]");
    }

    @Case
    void whatReturnsStandsAtItsPlaceAmongItsPriority(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-priority", 5));

        enqueue(peer, channel, queue, "1a", "1b", "5a");
        Inbox inbox = Inbox.of(channel, queue, "c", Map.of());
        peer.observe(inbox.take(3));
        channel.basicCancel("c");
        channel.basicNack(0, true, true);
        QueueState.awaitReady(channel, queue, 3);
        enqueue(peer, channel, queue, "1c", "5b");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[5a, 1a, 1b]", "[5a, 5b, 1a, 1b, 1c]");
    }

    @Case
    void aConsumerThatWaitsGetsMessagesAsTheyComeWhateverTheirPriority(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-priority", 5));

        observeConsumedAtOnce(peer, channel, queue);

        peer.expect("[1a, 5a, 3a]");
    }

    @Case
    void aConsumerOfAQuorumQueueThatWaitsGetsThemLikewise(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        observeConsumedAtOnce(peer, channel, queue);

        peer.expect("[1a, 5a, 3a]");
    }

    /** Publishes what comes in one piece while a consumer waits. */
    private static void observeConsumedAtOnce(Peer peer, Channel channel, String queue) throws Exception {
        Inbox inbox = Inbox.of(channel, queue, "c", Map.of());
        Channel publisher = peer.channel();
        publisher.txSelect();
        for (int priority : new int[] {1, 5, 3}) {
            BasicProperties properties =
                    new BasicProperties.Builder().priority(priority).build();
            peer.publish(publisher, "", queue, properties, priority + "a");
        }
        publisher.txCommit();
        peer.observe(inbox.take(3));
    }

    @Case("a full queue drops the highest priority first, from its head")
    void aFullQueueDropsTheHighestFirst(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-priority", 5, "x-max-length", 3));

        enqueue(peer, channel, queue, "1a", "5a", "5b", "1b");
        QueueState.awaitReady(channel, queue, 3);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[5b, 1a, 1b]");
    }

    @Case
    void aPurgeTakesEveryPriority(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-max-priority", 5));

        enqueue(peer, channel, queue, "1a", "5a", "-a");
        peer.observe(channel.queuePurge(queue).getMessageCount(), peer.drain(channel, queue));

        peer.expect("3", "[]");
    }

    @Case
    void everyPriorityExpires(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(
                channel,
                "q",
                Map.of(
                        "x-max-priority",
                        5,
                        "x-message-ttl",
                        20,
                        "x-dead-letter-exchange",
                        "",
                        "x-dead-letter-routing-key",
                        dead));

        enqueue(peer, channel, queue, "1a", "5a", "-a");
        QueueState.awaitReady(channel, dead, 3);
        peer.observe(channel.messageCount(queue));

        peer.expect("0");
    }

    @Case
    void aQuorumQueueHasPrioritiesAlways(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        enqueue(peer, channel, queue, "0a", "-a", "4a", "5a", "31a", "255a", "3a", "-b");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[31a, 255a, 5a, -a, 4a, -b, 3a, 0a]");
    }

    @Case("what returns to a quorum queue comes before everything else, in the order of its return")
    void whatReturnsToAQuorumQueueComesFirst(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        enqueue(peer, channel, queue, "4a", "4b", "4c", "4d");
        for (int i = 0; i < 3; i++) {
            channel.basicGet(queue, false);
        }
        channel.basicNack(3, false, true);
        channel.basicNack(1, false, true);
        channel.basicNack(2, false, true);
        QueueState.awaitReady(channel, queue, 4);
        enqueue(peer, channel, queue, "31a");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[4c, 4a, 4b, 31a, 4d]");
    }

    @Case
    void allThatAChannelHeldReturnsInOrder(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of());
        Channel holder = peer.channel();

        enqueue(peer, channel, queue, "1a", "9a", "4a");
        for (int i = 0; i < 3; i++) {
            holder.basicGet(queue, false);
        }
        holder.close();
        QueueState.awaitReady(channel, queue, 3);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[9a, 4a, 1a]");
    }
}
