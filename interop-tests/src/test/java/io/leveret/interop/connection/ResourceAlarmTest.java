package io.leveret.interop.connection;

import static io.leveret.interop.Resource.DISK;
import static io.leveret.interop.Resource.MEMORY;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import io.leveret.interop.RunsOn;
import io.leveret.interop.Setup;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Alarms of memory and disk. A connection that is opened after the alarm knows of it; RabbitMQ tells the others in its own time. */
@RunsOn(Setup.ALONE)
@Isolated("rabbitmqctl takes a processor for seconds, and minutes beside all the others")
@Timeout(120)
final class ResourceAlarmTest {

    private static final Octets PUBLISH =
            Octets.method(60, 40).u16(0).shortString("").shortString("nowhere").u8(0);
    private static final Octets FLOW = Octets.method(20, 20).u8(1);

    @Case("who publishes while memory is short is told why, and when it may go on")
    void memory(Peer peer) throws Exception {
        peer.lack(MEMORY);
        Connection publisher = peer.connect();
        Told told = Told.of(publisher);

        peer.publish(publisher.createChannel(), "", "nowhere", "m");
        peer.observe(told.next());
        peer.plenty(MEMORY);
        peer.observe(told.next());

        peer.expect("blocked: low on memory", "unblocked");
    }

    @Case("of two alarms the second is told to those who publish from then on, and all go on when both are over")
    void both(Peer peer) throws Exception {
        peer.lack(DISK);
        Connection first = peer.connect();
        Told toldFirst = Told.of(first);
        peer.publish(first.createChannel(), "", "nowhere", "m");
        peer.observe(toldFirst.next());

        peer.lack(MEMORY);
        Connection second = peer.connect();
        Told toldSecond = Told.of(second);
        peer.publish(second.createChannel(), "", "nowhere", "m");
        peer.observe(toldSecond.next());

        peer.plenty(DISK);
        Connection third = peer.connect();
        Told toldThird = Told.of(third);
        peer.publish(third.createChannel(), "", "nowhere", "m");
        peer.observe(toldThird.next());
        peer.observe(toldFirst.soFar(), toldSecond.soFar());
        peer.plenty(MEMORY);
        peer.observe(toldFirst.next(), toldSecond.next(), toldThird.next());

        peer.expect(
                "blocked: low on disk",
                "blocked: low on disk & memory",
                "blocked: low on memory",
                "nothing",
                "nothing",
                "unblocked",
                "unblocked",
                "unblocked");
    }

    @Case("who publishes nothing is not told, and declares, consumes, gets and settles during an alarm")
    void others(Peer peer) throws Exception {
        Channel before = peer.channel();
        String queue = peer.sharedQueue(before, "q");
        peer.enqueue(before, queue, "a", "b");
        peer.lack(MEMORY);
        Connection connection = peer.connect();
        Told told = Told.of(connection);
        Channel channel = connection.createChannel();

        peer.observe(channel.queueDeclare(peer.name("new"), false, false, true, null));
        peer.observe(channel.basicGet(queue, true));
        Inbox inbox = Inbox.of(channel, queue);
        channel.basicNack(inbox.nextTag(), false, true);
        peer.observe(inbox.next());
        peer.observe(told.soFar());
        peer.plenty(MEMORY);

        peer.expect("queue new: 0 messages, 0 consumers", "a", "b redelivered", "nothing");
    }

    @Case("who published before an alarm is not told before it publishes again")
    void again(Peer peer) throws Exception {
        Connection connection = peer.connect();
        Told told = Told.of(connection);
        Channel channel = connection.createChannel();
        peer.enqueue(channel, peer.queue(channel, "q"), "m");

        peer.lack(MEMORY);
        peer.roundTrip(channel);
        peer.observe(told.soFar());
        peer.eventually(() -> {
            peer.publish(channel, "", "nowhere", "m");
            return !told.soFar().equals("nothing");
        });
        peer.observe(told.next());
        peer.plenty(MEMORY);
        peer.observe(told.next());

        peer.expect("nothing", "blocked: low on memory", "unblocked");
    }

    @Case("a connection that is blocked still gets deliveries")
    void deliveries(Peer peer) throws Exception {
        Channel settling = peer.channel();
        String queue = peer.sharedQueue(settling, "q");
        peer.enqueue(settling, queue, "m");
        long tag = settling.basicGet(queue, false).getEnvelope().getDeliveryTag();
        peer.lack(MEMORY);
        Connection blocked = peer.connect();
        Told told = Told.of(blocked);
        Channel channel = blocked.createChannel();
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", "nowhere", "m");
        peer.observe(told.next());

        settling.basicNack(tag, false, true);
        peer.observe(inbox.next());
        peer.plenty(MEMORY);
        peer.observe(told.next());

        peer.expect("blocked: low on memory", "m redelivered", "unblocked");
    }

    @Case("the message whose publish blocks a connection waits until it is unblocked")
    @Differs(
            because = "Leveret takes what it has read by then, and reads no more",
            leveret = {"blocked: low on memory", "1", "unblocked", "1"})
    void waits(Peer peer) throws Exception {
        Channel other = peer.channel();
        String queue = peer.sharedQueue(other, "q");
        peer.lack(MEMORY);
        Connection publisher = peer.connect();
        Told told = Told.of(publisher);

        peer.publish(publisher.createChannel(), "", queue, "m");
        peer.observe(told.next());
        peer.observe(other.messageCount(queue));
        peer.plenty(MEMORY);
        peer.observe(told.next());
        peer.observe(QueueState.awaitReady(other, queue, 1));

        peer.expect("blocked: low on memory", "0", "unblocked", "1");
    }

    @Case("a client without the capability is not told, but not heard either until the alarm is over")
    void silently(Peer peer) throws Exception {
        peer.lack(MEMORY);
        RawClient client = peer.raw().open(1);
        String queue = peer.name("q");

        client.method(1, PUBLISH)
                .header(1, Octets.contentHeader(1, 0))
                .body(1, Octets.none().text("m"));
        // Its publish is seen before what comes next is read.
        Channel other = peer.channel();
        for (int i = 0; i < 10; i++) {
            peer.roundTrip(other);
        }
        client.method(1, Octets.method(50, 10).u16(0).shortString(queue).u8(0).emptyTable());
        for (int i = 0; i < 10; i++) {
            peer.roundTrip(other);
        }
        peer.attempt(other, () -> other.queueDeclarePassive(queue));
        peer.plenty(MEMORY);
        peer.observe(client.next());
        peer.observe(client.method(1, FLOW).next());

        peer.expect(
                "channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.declare]",
                "queue.declare-ok on channel 1",
                "channel.flow-ok on channel 1");
    }
}
