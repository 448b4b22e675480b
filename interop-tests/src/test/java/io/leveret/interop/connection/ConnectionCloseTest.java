package io.leveret.interop.connection;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;

final class ConnectionCloseTest {

    private static final Octets CLOSE =
            Octets.method(10, 50).u16(200).shortString("bye").u16(0).u16(0);
    private static final Octets CLOSE_OK = Octets.method(10, 51);

    @Case("connection.close is answered with close-ok")
    void closes(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).method(0, CLOSE).next());

        peer.expect("connection.close-ok on channel 0");
    }

    @Case("what a client sends after connection.close is ignored")
    void ignoresTheRest(Peer peer) throws Exception {
        RawClient client = peer.raw().open(1);
        String queue = peer.name("q");
        client.method(0, CLOSE)
                .method(1, Octets.method(50, 10).u16(0).shortString(queue).u8(0).emptyTable());
        client.next();
        Channel channel = peer.channel();
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.declare]");
    }

    @Case("close-ok ends a connection that the broker closed")
    void closeOkEnds(Peer peer) throws Exception {
        RawClient client = peer.raw().frame(4, 0, Octets.none());
        String closed = client.next();
        client.method(0, CLOSE_OK);
        peer.observe(closed, client.next());

        peer.expect(
                "connection closed: 501 FRAME_ERROR - type 4, all octets = <<>>: unknown_frame [no method]",
                "socket closed");
    }

    @Case("after the broker closed a connection only close and close-ok are looked at")
    void crossingClose(Peer peer) throws Exception {
        RawClient client = peer.raw().open(1).method(0, Octets.method(10, 51));
        String closed = client.next();
        client.method(1, Octets.method(20, 20).u8(1));
        client.method(0, CLOSE);
        peer.observe(closed, client.next());

        peer.expect(
                "connection closed: 504 CHANNEL_ERROR - unexpected method in connection state running"
                        + " [connection.close-ok]",
                "connection.close-ok on channel 0");
    }

    @Case("connection.close-ok that nobody asked for is 504")
    void closeOkUnasked(Peer peer) throws Exception {
        peer.observe(peer.raw().method(0, CLOSE_OK).next());

        peer.expect("connection closed: 504 CHANNEL_ERROR - unexpected method in connection state running"
                + " [connection.close-ok]");
    }

    @Case("connection.blocked and unblocked from a client are 504")
    void blockedFromAClient(Peer peer) throws Exception {
        peer.observe(peer.raw().method(0, Octets.method(10, 60).shortString("")).next());
        peer.observe(peer.raw().method(0, Octets.method(10, 61)).next());

        peer.expect(
                "connection closed: 504 CHANNEL_ERROR - unexpected method in connection state running"
                        + " [connection.blocked]",
                "connection closed: 504 CHANNEL_ERROR - unexpected method in connection state running"
                        + " [connection.unblocked]");
    }

    @Case("connection.update-secret is answered with update-secret-ok")
    void updateSecret(Peer peer) throws Exception {
        Octets update = Octets.method(10, 70).longString("guest").shortString("renewed");
        peer.observe(peer.raw().method(0, update).next());

        peer.expect("connection.update-secret-ok on channel 0");
    }

    @Case("a closed connection's unacknowledged messages return to their queue in order")
    void requeues(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.name("q");
        channel.queueDeclare(queue, true, false, false, null);
        peer.enqueue(channel, queue, "a", "b", "c");
        Connection consuming = peer.connect();
        Channel getting = consuming.createChannel();
        getting.basicGet(queue, false);
        getting.basicGet(queue, false);

        consuming.close();
        peer.eventually(() -> channel.queueDeclarePassive(queue).getMessageCount() == 3);
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("a redelivered", "b redelivered", "c");
    }

    @Case("a lost socket's unacknowledged messages return to their queue in order")
    void requeuesAfterALoss(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.name("q");
        channel.queueDeclare(queue, true, false, false, null);
        peer.enqueue(channel, queue, "a", "b", "c");
        RawClient client = peer.raw().open(1);
        Octets get = Octets.method(60, 70).u16(0).shortString(queue).u8(0);
        client.method(1, get);
        client.next();
        client.method(1, get);
        peer.eventually(() -> channel.queueDeclarePassive(queue).getMessageCount() == 1);

        client.close();
        peer.eventually(() -> channel.queueDeclarePassive(queue).getMessageCount() == 3);
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("a redelivered", "b redelivered", "c");
    }

    @Case("a connection error leaves other connections alone")
    void othersStay(Peer peer) throws Exception {
        Channel bystander = peer.channel();
        peer.raw().frame(4, 0, Octets.none()).next();

        peer.attempt(bystander, () -> null);

        peer.expect("ok");
    }

    @Case("what was published before a connection error is kept")
    void keepsWhatCameBefore(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        RawClient client = peer.raw().open(1);
        client.method(
                1,
                Octets.method(60, 40).u16(0).shortString("").shortString(queue).u8(0));
        client.header(1, Octets.contentHeader(4, 0)).body(1, Octets.none().text("kept"));
        client.frame(4, 1, Octets.none());
        client.next();
        peer.eventually(() -> channel.queueDeclarePassive(queue).getMessageCount() == 1);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("kept");
    }
}
