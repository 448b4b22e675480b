package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.net.SocketTimeoutException;

final class ContentFaultsTest {

    private static final Octets FLOW = Octets.method(20, 20).u8(1);
    private static final Octets THREE_BYTES = Octets.contentHeader(3, 0);
    private static final int A_WHILE_MS = 1_000;

    @Case("a message for a channel that is not open is 504 once its content has come")
    @Differs(
            because = "Leveret answers the method, and ignores what follows it",
            leveret = {
                "connection closed: 504 CHANNEL_ERROR - expected 'channel.open' [basic.publish]",
                "nothing in a second"
            })
    void channelThatIsNotOpen(Peer peer) throws Exception {
        RawClient client = peer.raw();
        client.waitingUpTo(A_WHILE_MS)
                .method(
                        7,
                        Octets.method(60, 40)
                                .u16(0)
                                .shortString("")
                                .shortString("q")
                                .u8(0));
        peer.observe(nextOrNothing(client));
        client.header(7, THREE_BYTES).body(7, Octets.none().text("abc"));
        peer.observe(nextOrNothing(client));

        peer.expect(
                "nothing in a second",
                "connection closed: 504 CHANNEL_ERROR - expected 'channel.open' [basic.publish]");
    }

    private static String nextOrNothing(RawClient client) throws IOException {
        try {
            return client.next();
        } catch (SocketTimeoutException e) {
            return "nothing in a second";
        }
    }

    @Case("a method between basic.publish and its content header is 505")
    void methodInsteadOfHeader(Peer peer) throws Exception {
        peer.observe(publishing(peer).method(1, FLOW).next());

        peer.expect("connection closed: 505 UNEXPECTED_FRAME - expected content header for class 60, got non content"
                + " header frame instead [basic.publish]");
    }

    @Case("a body frame instead of the content header is 505")
    void bodyInsteadOfHeader(Peer peer) throws Exception {
        peer.observe(publishing(peer).body(1, Octets.none().text("abc")).next());

        peer.expect("connection closed: 505 UNEXPECTED_FRAME - expected content header for class 60, got non content"
                + " header frame instead [basic.publish]");
    }

    @Case("a content header of another class is 505")
    void headerOfAnotherClass(Peer peer) throws Exception {
        Octets header = Octets.none().u16(50).u16(0).u64(3).u16(0);
        peer.observe(publishing(peer).header(1, header).next());

        peer.expect("connection closed: 505 UNEXPECTED_FRAME - expected content header for class 60, got one for class"
                + " 50 instead [basic.publish]");
    }

    @Case("a content header with a weight is 505")
    void headerWithWeight(Peer peer) throws Exception {
        Octets header = Octets.none().u16(60).u16(1).u64(3).u16(0);
        peer.observe(publishing(peer).header(1, header).next());

        peer.expect("connection closed: 505 UNEXPECTED_FRAME - expected content header for class 60, got non content"
                + " header frame instead [basic.publish]");
    }

    @Case("a content header cut short is 501")
    void shortHeader(Peer peer) throws Exception {
        peer.observe(publishing(peer).header(1, Octets.none().u16(60)).next());
        peer.observe(
                publishing(peer).header(1, Octets.none().u16(60).u16(0).u32(0)).next());

        peer.expect(
                "connection closed: 501 FRAME_ERROR - type 2, all octets = <<0,60>>: unknown_frame [no method]",
                "connection closed: 501 FRAME_ERROR - type 2, all octets = <<0,60,0,0,0,0,0,0>>: unknown_frame [no"
                        + " method]");
    }

    @Case("a method instead of the body is 505")
    void methodInsteadOfBody(Peer peer) throws Exception {
        peer.observe(publishing(peer).header(1, THREE_BYTES).method(1, FLOW).next());

        peer.expect(
                "connection closed: 505 UNEXPECTED_FRAME - expected content body, got non content body frame instead"
                        + " [basic.publish]");
    }

    @Case("a second content header instead of the body is 505")
    void headerInsteadOfBody(Peer peer) throws Exception {
        peer.observe(
                publishing(peer).header(1, THREE_BYTES).header(1, THREE_BYTES).next());

        peer.expect(
                "connection closed: 505 UNEXPECTED_FRAME - expected content body, got non content body frame instead"
                        + " [basic.publish]");
    }

    @Case("a content frame without basic.publish is 505")
    void contentWithoutMethod(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).header(1, THREE_BYTES).next());
        peer.observe(peer.raw().open(1).body(1, Octets.none().text("abc")).next());

        peer.expect(
                "connection closed: 505 UNEXPECTED_FRAME - expected method frame, got non method frame instead [no"
                        + " method]",
                "connection closed: 505 UNEXPECTED_FRAME - expected method frame, got non method frame instead [no"
                        + " method]");
    }

    @Case("a body longer than announced is 501")
    void bodyTooLong(Peer peer) throws Exception {
        peer.observe(publishing(peer)
                .header(1, THREE_BYTES)
                .body(1, Octets.none().text("abcd"))
                .next());
        RawClient inTwo = publishing(peer).header(1, THREE_BYTES);
        peer.observe(inTwo.body(1, Octets.none().text("ab"))
                .body(1, Octets.none().text("cd"))
                .next());

        peer.expect(
                "connection closed: 501 FRAME_ERROR - content body frame exceeds remaining content size"
                        + " [basic.publish]",
                "connection closed: 501 FRAME_ERROR - content body frame exceeds remaining content size"
                        + " [basic.publish]");
    }

    @Case("a body frame after an announced size of 0 is 505")
    void bodyAfterEmpty(Peer peer) throws Exception {
        peer.observe(publishing(peer)
                .header(1, Octets.contentHeader(0, 0))
                .body(1, Octets.none())
                .next());

        peer.expect("connection closed: 505 UNEXPECTED_FRAME - expected method frame, got non method frame instead [no"
                + " method]");
    }

    @Case("empty body frames between others are skipped")
    void emptyBodyFrames(Peer peer) throws Exception {
        RawClient client = publishing(peer).header(1, THREE_BYTES);
        client.body(1, Octets.none()).body(1, Octets.none().text("a"));
        client.body(1, Octets.none()).body(1, Octets.none().text("bc")).method(1, FLOW);
        peer.observe(client.next());

        peer.expect("channel.flow-ok on channel 1");
    }

    @Case("an announced body above 512 MiB is 501")
    void hugeBody(Peer peer) throws Exception {
        peer.observe(publishing(peer)
                .header(1, Octets.contentHeader((512L << 20) + 1, 0))
                .next());
        peer.observe(publishing(peer)
                .header(1, Octets.contentHeader(Long.MIN_VALUE, 0))
                .next());
        peer.observe(publishing(peer).header(1, Octets.contentHeader(-1, 0)).next());

        peer.expect(
                "connection closed: 501 FRAME_ERROR - content body size 536870913 exceeds maximum allowed size"
                        + " 536870912 [basic.publish]",
                "connection closed: 501 FRAME_ERROR - content body size 9223372036854775808 exceeds maximum allowed"
                        + " size 536870912 [basic.publish]",
                "connection closed: 501 FRAME_ERROR - content body size 18446744073709551615 exceeds maximum allowed"
                        + " size 536870912 [basic.publish]");
    }

    @Case("frames of two channels may be mixed")
    void mixedChannels(Peer peer) throws Exception {
        RawClient client = publishing(peer).open(2);
        client.method(2, publish("none")).header(1, THREE_BYTES).header(2, THREE_BYTES);
        client.body(2, Octets.none().text("abc")).body(1, Octets.none().text("abc"));
        peer.observe(client.method(2, FLOW).next(), client.method(1, FLOW).next());

        peer.expect("channel.flow-ok on channel 2", "channel.flow-ok on channel 1");
    }

    @Case("properties cut short are an internal error, 541")
    void truncatedProperties(Peer peer) throws Exception {
        peer.observe(publishing(peer).header(1, Octets.contentHeader(0, 0x8000)).next());
        peer.observe(publishing(peer)
                .header(1, Octets.contentHeader(0, 0x8000).u8(9).text("abc"))
                .next());

        peer.expect(
                "connection closed: 541 INTERNAL_ERROR [no method]",
                "connection closed: 541 INTERNAL_ERROR [no method]");
    }

    @Case("octets after the properties are an internal error, 541")
    void trailingOctets(Peer peer) throws Exception {
        Octets header =
                Octets.contentHeader(0, 0x8000).shortString("text/plain").text("xyz");
        peer.observe(publishing(peer).header(1, header).next());

        peer.expect("connection closed: 541 INTERNAL_ERROR [no method]");
    }

    @Case("malformed headers in properties are an internal error, 541")
    void malformedHeaders(Peer peer) throws Exception {
        peer.observe(publishing(peer)
                .header(1, Octets.contentHeader(0, 0x2000).u32(9).text("abc"))
                .next());

        peer.expect("connection closed: 541 INTERNAL_ERROR [no method]");
    }

    @Case("a reserved property flag is ignored")
    void reservedFlag(Peer peer) throws Exception {
        peer.observe(publishing(peer)
                .header(1, Octets.contentHeader(0, 0x0002))
                .method(1, FLOW)
                .next());

        peer.expect("channel.flow-ok on channel 1");
    }

    @Case("a second word of property flags is an internal error, 541")
    void continuedFlags(Peer peer) throws Exception {
        peer.observe(publishing(peer)
                .header(1, Octets.contentHeader(0, 0x0001).u16(0))
                .next());

        peer.expect("connection closed: 541 INTERNAL_ERROR [no method]");
    }

    /** A client that has announced a message to nowhere. */
    private static RawClient publishing(Peer peer) throws Exception {
        return peer.raw().open(1).method(1, publish("none"));
    }

    private static Octets publish(String routingKey) {
        return Octets.method(60, 40)
                .u16(0)
                .shortString("")
                .shortString(routingKey)
                .u8(0);
    }
}
