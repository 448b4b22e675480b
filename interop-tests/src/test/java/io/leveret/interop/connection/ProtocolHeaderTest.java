package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;

final class ProtocolHeaderTest {

    @Case("the protocol header of AMQP 0-9-1 is answered with connection.start")
    void amqp091(Peer peer) throws Exception {
        peer.observe(peer.socket().send(RawClient.PROTOCOL_HEADER).next());

        peer.expect("connection.start on channel 0");
    }

    @Case("the protocol header of AMQP 0-9 is answered with connection.start")
    void amqp09(Peer peer) throws Exception {
        peer.observe(peer.socket().send(header(1, 1, 0, 9)).next());

        peer.expect("connection.start on channel 0");
    }

    @Case("a header of another 0-9 or later version is answered with the header of 0-9-1")
    void otherVersions(Peer peer) throws Exception {
        answers(peer, header(0, 0, 9, 0));
        answers(peer, header(0, 0, 9, 2));
        answers(peer, header(0, 0, 10, 0));

        peer.expect(
                "protocol header 00 00 09 01",
                "socket closed",
                "protocol header 00 00 09 01",
                "socket closed",
                "protocol header 00 00 09 01",
                "socket closed");
    }

    @Case("a header of an older version is answered with the SASL header of AMQP 1.0")
    void olderVersions(Peer peer) throws Exception {
        answers(peer, header(0, 0, 8, 0));
        answers(peer, header(1, 1, 8, 0));

        peer.expect("protocol header 03 01 00 00", "socket closed", "protocol header 03 01 00 00", "socket closed");
    }

    @Case("what is no protocol header is answered with the SASL header of AMQP 1.0")
    void noHeader(Peer peer) throws Exception {
        answers(peer, Octets.none().text("GET / HTTP/1.1\r\n").toBytes());
        answers(peer, Octets.none().text("XMQP").u8(0).u8(0).u8(9).u8(1).toBytes());
        answers(peer, Octets.none().u8(0x16).u8(3).u8(1).u16(200).u8(1).u16(0).toBytes());

        peer.expect(
                "protocol header 03 01 00 00",
                "socket closed",
                "protocol header 03 01 00 00",
                "socket closed",
                "protocol header 03 01 00 00",
                "socket closed");
    }

    @Case("the protocol header may come octet by octet")
    void octetByOctet(Peer peer) throws Exception {
        RawClient client = peer.socket();
        for (byte octet : RawClient.PROTOCOL_HEADER) {
            client.send(octet);
        }
        peer.observe(client.next());

        peer.expect("connection.start on channel 0");
    }

    private static void answers(Peer peer, byte[] header) throws Exception {
        RawClient client = peer.socket().send(header);
        peer.observe(client.next(), client.next());
    }

    private static byte[] header(int... numbers) {
        Octets octets = Octets.none().text("AMQP");
        for (int number : numbers) {
            octets.u8(number);
        }
        return octets.toBytes();
    }
}
