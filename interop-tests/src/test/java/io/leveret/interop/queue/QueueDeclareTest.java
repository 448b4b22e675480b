package io.leveret.interop.queue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import java.util.Map;

final class QueueDeclareTest {

    @Case("queue.declare answers with name, ready messages and consumers")
    void answersWithCounts(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));
        peer.enqueue(channel, queue, "a", "b", "c");
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));
        channel.basicQos(1);
        Inbox.of(channel, queue).next();
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 3 messages, 0 consumers",
                "queue q: 2 messages, 1 consumers");
    }

    @Case("queue.declare again with the same attributes succeeds and counts")
    void declaringAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), true, false, false, Map.of()));
        peer.enqueue(channel, peer.name("q"), "a");
        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), true, false, false, Map.of()));

        peer.expect("queue q: 0 messages, 0 consumers", "queue q: 1 messages, 0 consumers");
    }

    @Case("queue.declare of a transient queue that is not exclusive succeeds")
    void transientQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), false, false, false, Map.of()));

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case("queue.declare with an empty name makes one up")
    void serverNamed(Peer peer) throws Exception {
        Channel channel = peer.channel();

        String first = channel.queueDeclare().getQueue();
        String second = channel.queueDeclare().getQueue();
        peer.observe(
                first, first.length() + " characters", first.equals(second) ? "the same again" : "another each time");
        peer.attempt(channel, () -> channel.queueDeclarePassive(first));

        peer.expect("amq.gen-*", "30 characters", "another each time", "queue amq.gen-*: 0 messages, 0 consumers");
    }

    @Case("a name that the broker made up can't be declared again, 403")
    void serverNamedAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String name = channel.queueDeclare().getQueue();

        peer.attempt(channel, () -> channel.queueDeclare(name, false, true, true, Map.of()));

        peer.expect("channel closed: 403 ACCESS_REFUSED - queue name 'amq.gen-*' contains reserved prefix 'amq.*'"
                + " [queue.declare]");
    }

    @Case("queue.declare of a new amq. name is 403")
    void reservedName(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclare("amq.none", false, true, false, Map.of()));

        peer.expect("channel closed: 403 ACCESS_REFUSED - queue name 'amq.none' contains reserved prefix 'amq.*'"
                + " [queue.declare]");
    }

    @Case("queue.declare passive of a missing queue is 404")
    void passiveOfAMissingQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclarePassive(peer.name("q")));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.declare]");
    }

    @Case("queue.declare passive of a missing amq. name is 404, not 403")
    void passiveOfAMissingReservedName(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclarePassive("amq.none"));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'amq.none' in vhost '/' [queue.declare]");
    }

    @Case("queue.declare passive ignores flags and arguments")
    void passiveIgnoresEverythingElse(Peer peer) throws Exception {
        Channel channel = peer.channel();
        channel.queueDeclare(peer.name("q"), true, false, false, Map.of());
        AMQP.Queue.Declare declare = new AMQP.Queue.Declare.Builder()
                .queue(peer.name("q"))
                .passive(true)
                .autoDelete(true)
                .exclusive(true)
                .arguments(Map.of("x-message-ttl", "nonsense"))
                .build();

        peer.attempt(channel, () -> channel.rpc(declare).getMethod());

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case("queue.declare passive of an empty name is 404, even after a declare")
    void passiveOfAnEmptyName(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueDeclarePassive(""));

        peer.expect("channel closed: 404 NOT_FOUND - no queue '' in vhost '/' [queue.declare]");
    }

    @Case("queue.declare passive makes the queue the last declared one")
    void passiveSetsTheLastDeclared(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Channel another = channel.getConnection().createChannel();
        peer.publish(channel, "", queue, "body");
        peer.roundTrip(channel);

        another.queueDeclarePassive(queue);
        peer.observe(another.basicGet("", true));

        peer.expect("body");
    }

    @Case("the last declared queue is the channel's own")
    void lastDeclaredIsPerChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.queue(channel, "q");
        Channel another = channel.getConnection().createChannel();

        peer.attempt(another, () -> another.basicGet("", true));

        peer.expect("channel closed: 404 NOT_FOUND - no previously declared queue [basic.get]");
    }

    @Case("carriage returns and line feeds are stripped from queue names")
    void stripsLineEndsFromNames(Peer peer) throws Exception {
        Channel channel = peer.channel();

        String odd = peer.name("q").replace("q", "\r\nq\n");
        peer.attempt(channel, () -> channel.queueDeclare(odd, false, true, false, Map.of()));
        peer.attempt(channel, () -> channel.queueDeclarePassive(peer.name("q")));

        peer.expect("queue q: 0 messages, 0 consumers", "queue q: 0 messages, 0 consumers");
    }

    @Case("a queue's name may have 255 bytes and any characters")
    void takesLongAndStrangeNames(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String longest = "q".repeat(255 - peer.name("").length());

        peer.observe(peer.queue(channel, "ä #*/ \u0001"));
        peer.observe(peer.queue(channel, longest).length());

        peer.expect("ä #*/ \u0001", "255");
    }

    @Case("queue.declare with nowait is done before the next method")
    void declaresWithoutWaiting(Peer peer) throws Exception {
        Channel channel = peer.channel();

        channel.queueDeclareNoWait(peer.name("q"), false, true, false, Map.of());
        peer.attempt(channel, () -> channel.queueDeclarePassive(peer.name("q")));

        peer.expect("queue q: 0 messages, 0 consumers");
    }
}
