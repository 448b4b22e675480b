package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.util.ArrayList;
import java.util.List;

final class TuningTest {

    @Case("2047 channels, frames of 131072 bytes and heartbeats of 60 seconds are proposed")
    void proposal(Peer peer) throws Exception {
        var connection = peer.connect();

        peer.observe(connection.getChannelMax(), connection.getFrameMax(), connection.getHeartbeat());

        peer.expect("2047", "131072", "60");
    }

    @Case("channel_max above the proposal, or none, closes the socket")
    void channelMax(Peer peer) throws Exception {
        answers(peer, Login.tuneOk(2048, 131_072, 0), Login.tuneOk(65_535, 131_072, 0), Login.tuneOk(0, 131_072, 0));

        peer.expect("socket closed", "socket closed", "socket closed");
    }

    @Case("frame_max above the proposal, or none, closes the socket")
    void frameMax(Peer peer) throws Exception {
        answers(peer, Login.tuneOk(2047, 131_073, 0), Login.tuneOk(2047, 0, 0));

        peer.expect("socket closed", "socket closed");
    }

    @Case("frame_max below 4096 closes the socket")
    void tinyFrameMax(Peer peer) throws Exception {
        answers(peer, Login.tuneOk(2047, 4095, 0), Login.tuneOk(2047, 1, 0));

        peer.expect("socket closed", "socket closed");
    }

    @Case("frame_max from 4096 to 8191 closes the socket")
    @Differs(
            because =
                    "4096 is the minimum of the specification, and was RabbitMQ's until 4.0; older clients ask for it",
            leveret = {"connection.open-ok on channel 0", "connection.open-ok on channel 0"})
    void smallFrameMax(Peer peer) throws Exception {
        answers(peer, Login.tuneOk(2047, 4096, 0), Login.tuneOk(2047, 8191, 0));

        peer.expect("socket closed", "socket closed");
    }

    @Case("lower channel_max, frame_max and any heartbeat are accepted")
    void lower(Peer peer) throws Exception {
        answers(
                peer,
                Login.tuneOk(1, 131_072, 0),
                Login.tuneOk(2047, 8192, 0),
                Login.tuneOk(2047, 131_072, 1),
                Login.tuneOk(2047, 131_072, 65_535));

        peer.expect(
                "connection.open-ok on channel 0",
                "connection.open-ok on channel 0",
                "connection.open-ok on channel 0",
                "connection.open-ok on channel 0");
    }

    @Case("more channels than the negotiated channel_max are 530")
    void tooManyChannels(Peer peer) throws Exception {
        RawClient client = peer.socket().login(2, 131_072, 0).open(1).open(2);

        client.method(3, Octets.method(20, 10).shortString(""));
        peer.observe(client.next());

        peer.expect("connection closed: 530 NOT_ALLOWED - number of channels opened (2) has reached the negotiated"
                + " channel_max (2) [no method]");
    }

    @Case("a closed channel makes room for another below channel_max")
    void closedChannelsDoNotCount(Peer peer) throws Exception {
        RawClient client = peer.socket().login(1, 131_072, 0).open(1);

        client.method(1, Octets.method(20, 40).u16(200).shortString("").u16(0).u16(0));
        peer.observe(client.next());
        client.method(1, Octets.method(20, 10).shortString(""));
        peer.observe(client.next());

        peer.expect("channel.close-ok on channel 1", "channel.open-ok on channel 1");
    }

    @Case("a channel number above the negotiated channel_max is accepted, only their number counts")
    void highChannelNumber(Peer peer) throws Exception {
        RawClient client = peer.socket().login(2, 131_072, 0);

        client.method(65_535, Octets.method(20, 10).shortString(""));
        peer.observe(client.next());

        peer.expect("channel.open-ok on channel 65535");
    }

    /** Sends connection.open only where tune-ok was taken, since input that is not read would turn the close into a reset. */
    private static void answers(Peer peer, Octets... tuneOks) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (Octets tuneOk : tuneOks) {
            RawClient client = peer.socket().send(RawClient.PROTOCOL_HEADER);
            client.next();
            client.method(0, Login.plain("guest", "guest"));
            client.next();
            clients.add(client.method(0, tuneOk).method(0, Login.open("/")));
        }
        for (RawClient client : clients) {
            peer.observe(client.next());
        }
    }
}
