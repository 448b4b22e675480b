package io.leveret.interop.connection;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;

final class ChannelLifecycleTest {

    private static final Octets OPEN = Octets.method(20, 10).shortString("");
    private static final Octets CLOSE =
            Octets.method(20, 40).u16(200).shortString("bye").u16(0).u16(0);
    private static final Octets CLOSE_OK = Octets.method(20, 41);
    private static final Octets FLOW = Octets.method(20, 20).u8(1);
    private static final Octets ERROR = Octets.method(40, 10)
            .u16(0)
            .shortString("")
            .shortString("direct")
            .u8(0)
            .emptyTable();

    @Case("channel.open is answered with open-ok, and its number may be used again after close-ok")
    void opensAndCloses(Peer peer) throws Exception {
        RawClient client = peer.raw();

        peer.observe(client.method(1, OPEN).next());
        peer.observe(client.method(1, CLOSE).next());
        peer.observe(client.method(1, OPEN).next());

        peer.expect("channel.open-ok on channel 1", "channel.close-ok on channel 1", "channel.open-ok on channel 1");
    }

    @Case("a method before channel.open is 504")
    void methodBeforeOpen(Peer peer) throws Exception {
        peer.observe(peer.raw().method(1, FLOW).next());
        peer.observe(peer.raw().method(1, CLOSE).next());
        peer.observe(peer.raw().method(1, CLOSE_OK).next());

        peer.expect(
                "connection closed: 504 CHANNEL_ERROR - expected 'channel.open' [channel.flow]",
                "connection closed: 504 CHANNEL_ERROR - expected 'channel.open' [channel.close]",
                "connection closed: 504 CHANNEL_ERROR - expected 'channel.open' [channel.close-ok]");
    }

    @Case("basic.publish before channel.open is 504")
    void publishBeforeOpen(Peer peer) throws Exception {
        Octets publish =
                Octets.method(60, 40).u16(0).shortString("").shortString("k").u8(0);
        peer.observe(peer.raw()
                .method(1, publish)
                .header(1, Octets.contentHeader(0, 0))
                .next());

        peer.expect("connection closed: 504 CHANNEL_ERROR - expected 'channel.open' [basic.publish]");
    }

    @Case("a content frame before channel.open is 505")
    void contentBeforeOpen(Peer peer) throws Exception {
        peer.observe(peer.raw().header(1, Octets.contentHeader(0, 0)).next());
        peer.observe(peer.raw().body(1, Octets.none().text("body")).next());

        peer.expect(
                "connection closed: 505 UNEXPECTED_FRAME - expected method frame, got non method frame instead [no"
                        + " method]",
                "connection closed: 505 UNEXPECTED_FRAME - expected method frame, got non method frame instead [no"
                        + " method]");
    }

    @Case("a second channel.open is 504")
    void secondOpen(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).method(1, OPEN).next());

        peer.expect("connection closed: 504 CHANNEL_ERROR - second 'channel.open' seen [channel.open]");
    }

    @Case("a channel method on channel 0 is 504")
    void onChannelZero(Peer peer) throws Exception {
        peer.observe(peer.raw().method(0, OPEN).next());
        peer.observe(peer.raw().method(0, ERROR).next());

        peer.expect(
                "connection closed: 504 CHANNEL_ERROR - unexpected method in connection state running [channel.open]",
                "connection closed: 504 CHANNEL_ERROR - unexpected method in connection state running"
                        + " [exchange.declare]");
    }

    @Case("a connection method on another channel than 0 is 503, or 504 before channel.open")
    void connectionMethodOnAChannel(Peer peer) throws Exception {
        Octets close = Octets.method(10, 50).u16(200).shortString("").u16(0).u16(0);
        peer.observe(peer.raw().open(1).method(1, close).next());
        peer.observe(peer.raw().method(1, close).next());

        peer.expect(
                "connection closed: 503 COMMAND_INVALID - unimplemented method [connection.close]",
                "connection closed: 504 CHANNEL_ERROR - expected 'channel.open' [connection.close]");
    }

    @Case("channel.close-ok that nobody asked for is 503")
    void closeOkUnasked(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).method(1, CLOSE_OK).next());

        peer.expect("connection closed: 503 COMMAND_INVALID - unimplemented method [channel.close-ok]");
    }

    @Case("methods after a channel error are ignored until close-ok")
    void ignoredUntilCloseOk(Peer peer) throws Exception {
        RawClient client = peer.raw().open(1).open(2);
        client.method(1, ERROR);
        peer.observe(client.next());

        client.method(1, FLOW).method(1, ERROR).method(2, FLOW);
        peer.observe(client.next());
        client.method(1, CLOSE_OK).method(1, OPEN);
        peer.observe(client.next());

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange"
                        + " [exchange.declare]",
                "channel.flow-ok on channel 2",
                "channel.open-ok on channel 1");
    }

    @Case("channel.open after a channel error, before close-ok, is 504")
    void openBeforeCloseOk(Peer peer) throws Exception {
        RawClient client = peer.raw().open(1).method(1, ERROR);
        peer.observe(client.next());
        peer.observe(client.method(1, OPEN).next());

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange"
                        + " [exchange.declare]",
                "connection closed: 504 CHANNEL_ERROR - second 'channel.open' seen [channel.open]");
    }

    @Case("a channel.close that crosses the broker's is answered with close-ok")
    void crossingClose(Peer peer) throws Exception {
        RawClient client = peer.raw().open(1).method(1, ERROR);
        peer.observe(client.next());
        peer.observe(client.method(1, CLOSE).next());
        client.method(1, CLOSE_OK);
        peer.observe(client.method(1, OPEN).next());

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange"
                        + " [exchange.declare]",
                "channel.close-ok on channel 1",
                "channel.open-ok on channel 1");
    }

    @Case("a channel error leaves the connection's other channels alone")
    void othersStay(Peer peer) throws Exception {
        Connection connection = peer.connect();
        Channel failing = connection.createChannel();
        Channel bystander = connection.createChannel();

        peer.attempt(failing, () -> failing.queueDeclarePassive(peer.name("none")));
        peer.attempt(bystander, () -> null);

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'none' in vhost '/' [queue.declare]", "ok");
    }

    @Case("a channel error requeues the channel's unacknowledged messages and ends its consumers")
    void errorRequeues(Peer peer) throws Exception {
        Connection connection = peer.connect();
        Channel failing = connection.createChannel();
        Channel other = connection.createChannel();
        String queue = peer.queue(failing, "q");
        peer.enqueue(failing, queue, "a", "b");
        failing.basicQos(1);
        failing.basicConsume(queue, new Inbox());

        peer.attempt(failing, () -> failing.queueDeclarePassive(peer.name("none")));
        peer.eventually(() -> other.queueDeclarePassive(queue).getMessageCount() == 2);
        peer.attempt(other, () -> other.queueDeclarePassive(queue));
        peer.observe(other.basicGet(queue, true), other.basicGet(queue, true));

        peer.expect(
                "channel closed: 404 NOT_FOUND - no queue 'none' in vhost '/' [queue.declare]",
                "queue q: 2 messages, 0 consumers",
                "a redelivered",
                "b");
    }

    @Case("a closed channel's unacknowledged messages return to their queue in order")
    void closeRequeues(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel getting = channel.getConnection().createChannel();
        String queue = peer.queue(channel, "q");
        peer.enqueue(channel, queue, "a", "b", "c");
        getting.basicGet(queue, false);
        getting.basicGet(queue, false);

        getting.close();
        peer.eventually(() -> channel.queueDeclarePassive(queue).getMessageCount() == 3);
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("a redelivered", "b redelivered", "c");
    }
}
