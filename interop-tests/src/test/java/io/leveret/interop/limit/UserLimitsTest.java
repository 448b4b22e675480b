package io.leveret.interop.limit;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.RunsOn;
import io.leveret.interop.Setup;
import io.leveret.interop.raw.RawClient;
import java.util.Map;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The limits are those of guest, so that nobody else may be it meanwhile. */
@RunsOn(Setup.LIMITED)
@ResourceLock("limited brokers")
final class UserLimitsTest {

    @Case("a connection more than a user's max-connections is 530")
    void maxConnections(Peer peer) throws Exception {
        Channel open = peer.channel();
        peer.observe(peer.userLimit("max-connections", 1));

        peer.observe(Openings.connection(peer));
        peer.attempt(open, () -> open.exchangeDeclarePassive("amq.fanout"));

        peer.expect(
                "set",
                "connection closed: 530 NOT_ALLOWED - connection refused for user 'guest': user connection limit (1) is"
                        + " reached [connection.open]",
                "exchange.declare-ok");
    }

    @Case("the limit of the virtual host is told before that of the user")
    void both(Peer peer) throws Exception {
        peer.limits(Map.of("max-connections", 0));
        peer.userLimit("max-connections", 0);

        peer.observe(Openings.connection(peer));
        peer.clearLimits();
        peer.observe(Openings.connection(peer));

        peer.expect(
                "connection closed: 530 NOT_ALLOWED - access to vhost '/' refused for user 'guest': connection limit (0)"
                        + " is reached [connection.open]",
                "connection closed: 530 NOT_ALLOWED - connection refused for user 'guest': user connection limit (0) is"
                        + " reached [connection.open]");
    }

    @Case("a channel more than a user's max-channels closes the connection with 530")
    void maxChannels(Peer peer) throws Exception {
        RawClient client = Openings.open(peer);
        Openings.channel(client, 1);
        peer.observe(peer.userLimit("max-channels", 1));

        peer.observe(Openings.channel(client, 2));

        peer.expect(
                "set",
                "connection closed: 530 NOT_ALLOWED - number of channels opened for user 'guest' has reached the maximum"
                        + " allowed user limit of 1 [no method]");
    }

    @Case("channels count over all of a user's connections")
    void channelsOfAllConnections(Peer peer) throws Exception {
        Openings.channel(Openings.open(peer), 1);
        RawClient other = Openings.open(peer);
        peer.userLimit("max-channels", 1);

        peer.observe(Openings.channel(other, 1));

        peer.expect("connection closed: 530 NOT_ALLOWED - number of channels opened for user 'guest' has reached the"
                + " maximum allowed user limit of 1 [no method]");
    }

    @Case("0 allows none, a negative number is no limit")
    void zeroAndNegative(Peer peer) throws Exception {
        RawClient client = Openings.open(peer);
        peer.userLimit("max-channels", -1);
        peer.observe(Openings.channel(client, 1));
        peer.userLimit("max-channels", 0);
        peer.observe(Openings.channel(client, 2));

        peer.expect(
                "channel.open-ok on channel 1",
                "connection closed: 530 NOT_ALLOWED - number of channels opened for user 'guest' has reached the maximum"
                        + " allowed user limit of 0 [no method]");
    }

    @Case("a limit that is cleared does not hold any more, another one stays")
    void cleared(Peer peer) throws Exception {
        peer.userLimit("max-channels", 0);
        peer.userLimit("max-connections", 0);
        peer.clearUserLimit("max-connections");

        RawClient client = Openings.open(peer);
        peer.observe(Openings.channel(client, 1));

        peer.expect("connection closed: 530 NOT_ALLOWED - number of channels opened for user 'guest' has reached the"
                + " maximum allowed user limit of 0 [no method]");
    }

    @Case("a limit that is no number, or none that there is, is refused")
    void refusals(Peer peer) throws Exception {
        peer.observe(peer.userLimit("max-channels", "a"));
        peer.observe(peer.userLimit("max-queues", 1));

        peer.expect(
                "max-channels should be a number, actually was <<\"a\">>",
                "Unrecognised terms [{<<\"max-queues\">>,1}] in user-limits");
    }
}
