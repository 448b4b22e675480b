package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.util.ArrayList;
import java.util.List;

final class LoginTest {

    @Case("login by PLAIN, AMQPLAIN and ANONYMOUS is answered with connection.tune")
    void succeeds(Peer peer) throws Exception {
        answers(
                peer,
                Login.plain("guest", "guest"),
                Login.startOk("AMQPLAIN", amqPlain('S', "guest"), true),
                Login.startOk("AMQPLAIN", amqPlain('x', "guest"), true),
                Login.startOk("ANONYMOUS", ""),
                Login.startOk("ANONYMOUS", "anything"));

        peer.expect(
                "connection.tune on channel 0",
                "connection.tune on channel 0",
                "connection.tune on channel 0",
                "connection.tune on channel 0",
                "connection.tune on channel 0");
    }

    @Case("a refused login is 403 for a client that announced authentication_failure_close")
    void refused(Peer peer) throws Exception {
        answers(
                peer,
                Login.plain("guest", "wrong"),
                Login.plain("nobody", "guest"),
                Login.plain("", ""),
                Login.startOk("AMQPLAIN", amqPlain('S', "wrong"), true));

        peer.expect(
                "connection closed: 403 ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For"
                        + " details see the broker logfile. [no method]",
                "connection closed: 403 ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For"
                        + " details see the broker logfile. [no method]",
                "connection closed: 403 ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For"
                        + " details see the broker logfile. [no method]",
                "connection closed: 403 ACCESS_REFUSED - Login was refused using authentication mechanism AMQPLAIN."
                        + " For details see the broker logfile. [no method]");
    }

    @Case("a refused login closes the socket of a client that did not announce authentication_failure_close")
    void refusedWithoutCapability(Peer peer) throws Exception {
        answers(peer, Login.startOk("PLAIN", Octets.none().text("\0guest\0wrong"), false));

        peer.expect("socket closed");
    }

    @Case("a mechanism that was not offered closes the socket")
    void unknownMechanism(Peer peer) throws Exception {
        answers(
                peer,
                Login.startOk("NONSENSE", ""),
                Login.startOk("EXTERNAL", ""),
                Login.startOk("plain", "\0guest\0guest"));

        peer.expect("socket closed", "socket closed", "socket closed");
    }

    @Case("a malformed PLAIN response closes the socket")
    void malformedPlain(Peer peer) throws Exception {
        answers(
                peer,
                Login.startOk("PLAIN", ""),
                Login.startOk("PLAIN", "guest"),
                Login.startOk("PLAIN", "\0guest"),
                Login.startOk("PLAIN", "guest\0guest\0guest"),
                Login.startOk("PLAIN", "\0guest\0gu\0est"));

        peer.expect("socket closed", "socket closed", "socket closed", "socket closed", "socket closed");
    }

    @Case("a malformed AMQPLAIN response closes the socket")
    void malformedAmqPlain(Peer peer) throws Exception {
        Octets login = Octets.none().shortString("LOGIN").u8('S').longString("guest");
        answers(
                peer,
                Login.startOk("AMQPLAIN", ""),
                Login.startOk("AMQPLAIN", "junk"),
                Login.startOk("AMQPLAIN", login, true));

        peer.expect("socket closed", "socket closed", "socket closed");
    }

    @Case("user-id carries the name that was logged in with")
    void anonymousIsGuest(Peer peer) throws Exception {
        RawClient client = peer.socket().send(RawClient.PROTOCOL_HEADER);
        client.next();
        client.method(0, Login.startOk("ANONYMOUS", ""));
        client.next();
        client.method(0, Login.tuneOk(2047, 131_072, 0)).method(0, Login.open("/"));
        client.next();
        client.open(1);
        client.method(
                1,
                Octets.method(60, 40).u16(0).shortString("").shortString("none").u8(0));
        client.header(1, Octets.contentHeader(0, 0x0010).shortString("somebody"));
        peer.observe(client.next());

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - user_id property set to 'somebody' but authenticated user"
                        + " was 'guest' [basic.publish]");
    }

    private static Octets amqPlain(char type, String password) {
        return Octets.none()
                .shortString("LOGIN")
                .u8(type)
                .longString("guest")
                .shortString("PASSWORD")
                .u8(type)
                .longString(password);
    }

    /** Sends each on a socket of its own, all before the first answer: RabbitMQ waits three seconds before it refuses. */
    private static void answers(Peer peer, Octets... startOks) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (Octets startOk : startOks) {
            RawClient client = peer.socket().send(RawClient.PROTOCOL_HEADER);
            client.next();
            clients.add(client.method(0, startOk));
        }
        for (RawClient client : clients) {
            peer.observe(client.next());
        }
    }
}
