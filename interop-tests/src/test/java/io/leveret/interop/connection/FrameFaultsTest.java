package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;

final class FrameFaultsTest {

    @Case("an unknown frame type is 501")
    void unknownType(Peer peer) throws Exception {
        peer.observe(
                peer.raw().open(1).frame(4, 1, Octets.none().text("abcdefgh")).next());
        peer.observe(peer.raw().frame(0, 0, Octets.none().text("abc")).next());
        peer.observe(peer.raw().frame(255, 0, Octets.none()).next());

        peer.expect(
                "connection closed: 501 FRAME_ERROR - type 4, all octets = <<\"abcdefgh\">>: unknown_frame [no"
                        + " method]",
                "connection closed: 501 FRAME_ERROR - type 0, all octets = <<\"abc\">>: unknown_frame [no method]",
                "connection closed: 501 FRAME_ERROR - type 255, all octets = <<>>: unknown_frame [no method]");
    }

    @Case("a frame that does not end with 206 is 501")
    void wrongEnd(Peer peer) throws Exception {
        Octets frame = Octets.none().u8(1).u16(1).u32(5).u16(20).u16(20).u8(1).u8(205);
        peer.observe(peer.raw().open(1).send(frame.toBytes()).next());

        peer.expect("connection closed: 501 FRAME_ERROR - type 1, all octets = <<0,20,0,20,1>>:"
                + " {invalid_frame_end_marker,205} [no method]");
    }

    @Case("of a long faulty frame the 501 shows the first 16 octets")
    void longFaultyFrame(Peer peer) throws Exception {
        peer.observe(peer.raw()
                .frame(4, 0, Octets.none().text("abcdefghijklmnopqrstuvwxyz"))
                .next());
        peer.observe(peer.raw()
                .frame(4, 0, Octets.none().text("12345678901234\u0001\u0002xyz"))
                .next());

        peer.expect(
                "connection closed: 501 FRAME_ERROR - type 4, first 16 octets = <<\"abcdefghijklmnop\">>:"
                        + " unknown_frame [no method]",
                "connection closed: 501 FRAME_ERROR - type 4, first 16 octets ="
                        + " <<49,50,51,52,53,54,55,56,57,48,49,50,51,52,1,2>>: unknown_frame [no method]");
    }

    @Case("a frame above frame_max is 501 as soon as its length is read")
    void tooLarge(Peer peer) throws Exception {
        RawClient client = peer.socket().login(2047, 8_192, 0).open(1);
        client.send(Octets.none().u8(3).u16(1).u32(8_193).toBytes());
        peer.observe(client.next());

        peer.expect("connection closed: 501 FRAME_ERROR - type 3, all octets = <<>>: {frame_too_large,8193,8184} [no"
                + " method]");
    }

    @Case("a payload of up to frame_max is accepted, eight bytes more than the specification")
    void tolerance(Peer peer) throws Exception {
        RawClient client = peer.socket().login(2047, 8_192, 0).open(1);
        client.method(
                1,
                Octets.method(60, 40).u16(0).shortString("").shortString("none").u8(0));
        client.header(1, Octets.contentHeader(8_192, 0)).body(1, Octets.none().zeros(8_192));
        client.method(1, Octets.method(20, 20).u8(1));
        peer.observe(client.next());

        peer.expect("channel.flow-ok on channel 1");
    }

    @Case("a frame length of 4 GiB is 501 as soon as it is read")
    void hugeLength(Peer peer) throws Exception {
        peer.observe(peer.raw()
                .open(1)
                .send(Octets.none().u8(1).u16(1).u32(0xffffffffL).toBytes())
                .next());

        peer.expect(
                "connection closed: 501 FRAME_ERROR - type 1, all octets = <<>>: {frame_too_large,4294967295,131064}"
                        + " [no method]");
    }

    @Case("a method frame too short for its ids is 501")
    void shortMethod(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).frame(1, 1, Octets.none()).next());
        peer.observe(peer.raw().open(1).frame(1, 1, Octets.none().u16(20).u8(0)).next());

        peer.expect(
                "connection closed: 501 FRAME_ERROR - type 1, all octets = <<>>: unknown_frame [no method]",
                "connection closed: 501 FRAME_ERROR - type 1, all octets = <<0,20,0>>: unknown_frame [no method]");
    }

    @Case("arguments cut short are 501")
    void truncatedArguments(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).method(1, Octets.method(50, 10)).next());
        peer.observe(peer.raw()
                .open(1)
                .method(1, Octets.method(50, 10).u16(0).u8(32).text("abc"))
                .next());
        peer.observe(peer.raw().open(1).method(1, Octets.method(60, 80).u32(1)).next());

        peer.expect(
                "connection closed: 501 FRAME_ERROR - cannot decode <<>> [queue.declare]",
                "connection closed: 501 FRAME_ERROR - cannot decode <<0,0,32,97,98,99>> [queue.declare]",
                "connection closed: 501 FRAME_ERROR - cannot decode <<0,0,0,1>> [basic.ack]");
    }

    @Case("octets after the arguments are 501")
    void trailingOctets(Peer peer) throws Exception {
        peer.observe(peer.raw()
                .open(1)
                .method(1, Octets.method(20, 20).u8(1).text("xyz"))
                .next());

        peer.expect("connection closed: 501 FRAME_ERROR - cannot decode <<1,120,121,122>> [channel.flow]");
    }

    @Case("a name that is no UTF-8 is 501")
    @Differs(
            because = "Leveret says in which method",
            leveret = "connection closed: 501 FRAME_ERROR - Malformed UTF-8 in shortstr [queue.declare]")
    void malformedUtf8(Peer peer) throws Exception {
        Octets declare =
                Octets.method(50, 10).u16(0).u8(2).u8(0xff).u8(0xfe).u8(0).emptyTable();
        peer.observe(peer.raw().open(1).method(1, declare).next());

        peer.expect("connection closed: 501 FRAME_ERROR - Malformed UTF-8 in shortstr [no method]");
    }
}
