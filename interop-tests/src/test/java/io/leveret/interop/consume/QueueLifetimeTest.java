package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Line;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.io.IOException;
import java.util.Map;

/** How long queues live that end with a consumer or a connection. */
final class QueueLifetimeTest {

    @Case
    void anAutoDeleteQueueStaysWhileAnotherConsumes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = autoDelete(peer, channel);

        channel.basicConsume(queue, false, "t", new Inbox());
        channel.basicConsume(queue, false, "u", new Inbox());
        channel.basicCancel("t");
        peer.observe(channel.queueDeclarePassive(queue));

        peer.expect("queue q: 0 messages, 1 consumers");
    }

    @Case
    void anAutoDeleteQueueOutlivesTheConnectionThatDeclaredIt(Peer peer) throws Exception {
        Connection connection = peer.connect();
        String queue = autoDelete(peer, connection.createChannel());

        connection.close();
        peer.observe(peer.channel().queueDeclarePassive(queue));

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case
    void anAutoDeleteQueueGoesWhenAnErrorClosesItsLastConsumersChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = autoDelete(peer, channel);

        Inbox.of(channel, queue);
        peer.attempt(channel, () -> channel.queueDeclarePassive(peer.name("none")));
        QueueState.awaitGone(peer.connect(), queue);
        peer.observe("gone");

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'none' in vhost '/' [queue.declare]", "gone");
    }

    @Case
    void anAutoDeleteQueueGoesWhenItsLastConsumersConnectionIsLost(Peer peer) throws Exception {
        Line line = peer.line();
        Channel channel = line.connection().createChannel();
        String queue = autoDelete(peer, channel);

        Inbox.of(channel, queue);
        line.cut();
        expectGone(peer, queue);
    }

    @Case
    void whatTheLastConsumerOfAnAutoDeleteQueueHeldMayStillBeAcked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = autoDelete(peer, channel);
        Inbox inbox = new Inbox();

        channel.basicConsume(queue, false, "t", inbox);
        peer.publish(channel, "", queue, "m1");
        peer.observe(inbox.next());
        channel.basicCancel("t");
        QueueState.awaitGone(peer.connect(), queue);
        peer.attempt(channel, () -> {
            channel.basicAck(1, false);
            return null;
        });

        peer.expect("m1", "ok");
    }

    @Case
    void anExclusiveQueueGoesWhenItsConnectionIsLost(Peer peer) throws Exception {
        Line line = peer.line();
        String queue = peer.queue(line.connection().createChannel(), "q");

        line.cut();
        QueueState.awaitGone(peer.connect(), queue);
        peer.observe("gone");

        peer.expect("gone");
    }

    @Case
    void anExclusiveQueueGoesWithItsMessagesAndConsumers(Peer peer) throws Exception {
        Line line = peer.line();
        Channel channel = line.connection().createChannel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(inbox.next());
        line.cut();
        QueueState.awaitGone(peer.connect(), queue);
        Channel other = peer.channel();
        peer.queue(other, "q");
        peer.observe(other.queueDeclarePassive(queue));

        peer.expect("m1", "queue q: 0 messages, 0 consumers");
    }

    @Case
    void anExclusiveQueueOutlivesTheChannelThatDeclaredIt(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.close();
        peer.observe(other.queueDeclarePassive(queue));

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case
    void anExclusiveQueueTakesMessagesFromOtherConnections(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(peer.connect().createChannel(), "", queue, "from elsewhere");
        peer.observe(inbox.next());

        peer.expect("from elsewhere");
    }

    private static String autoDelete(Peer peer, Channel channel) throws IOException {
        return channel.queueDeclare(peer.name("q"), false, false, true, Map.of())
                .getQueue();
    }

    private static void expectGone(Peer peer, String queue) throws Exception {
        QueueState.awaitGone(peer.connect(), queue);
        peer.observe("gone");

        peer.expect("gone");
    }
}
