package io.leveret.interop.policy;

import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import java.util.Map;

/** What is said of runtime parameters that are no policies. Limits are so high that nobody reaches them. */
final class ParametersTest {

    @Case("component ... not found")
    void component(Peer peer) throws Exception {
        peer.observe(peer.parameter("nonsense", "n", Map.of("a", 1)));

        peer.expect("component nonsense not found");
    }

    @Case("limits of a virtual host are numbers")
    void limitsOfAVirtualHost(Peer peer) throws Exception {
        peer.observe(peer.limits(Map.of("max-queues", "x")));
        peer.observe(peer.limits(Map.of("max-connections", 1.5)));
        peer.observe(peer.limits(Map.of("max-queues", true)));
        peer.observe(peer.limits(Map.of("max-queues", -1)));
        peer.observe(peer.limits(Map.of()));

        peer.expect(
                "max-queues should be a number, actually was <<\"x\">>",
                "max-connections should be a number, actually was 1.5",
                "max-queues should be a number, actually was true",
                "set",
                "set");
    }

    @Case("a virtual host has the limits max-connections and max-queues")
    void otherLimits(Peer peer) throws Exception {
        peer.observe(peer.limits(Map.of("max-channels", 5)));
        peer.observe(peer.limits(Map.of("max-channels", 5, "max-queues", 1_000_000)));

        peer.expect(
                "Unrecognised terms [{<<\"max-channels\">>,5}] in limits",
                "Unrecognised terms [{<<\"max-channels\">>,5}] in limits");
    }

    @Case("all that is wrong with a virtual host's limits is told")
    void allOfAVirtualHost(Peer peer) throws Exception {
        String answer = peer.limits(Map.of("max-channels", 5, "max-queues", "x", "max-connections", "y"));
        answer.lines().forEach(peer::observe);

        peer.expect(
                "Unrecognised terms [{<<\"max-channels\">>,5}] in limits",
                "max-queues should be a number, actually was <<\"x\">>",
                "max-connections should be a number, actually was <<\"y\">>");
    }

    @Case("limits of a user are the numbers max-channels and max-connections")
    void limitsOfAUser(Peer peer) throws Exception {
        peer.observe(peer.userLimit("max-channels", "x"));
        peer.observe(peer.userLimit("max-queues", 5));
        peer.observe(peer.userLimit("max-connections", -1));

        peer.expect(
                "max-channels should be a number, actually was <<\"x\">>",
                "Unrecognised terms [{<<\"max-queues\">>,5}] in user-limits",
                "set");
    }

    @Case("what federation and shovels ask of their parameters is checked")
    @Differs(
            because =
                    "there is neither yet: their parameters are kept as they are, so that a definitions file can be imported",
            leveret = {"set", "set"})
    void ofPlugins(Peer peer) throws Exception {
        peer.observe(peer.parameter("federation-upstream", "u", Map.of("max-hops", 1)));
        peer.observe(peer.parameter("federation-upstream", "u", Map.of("uri", "amqp://localhost", "other", 1)));

        peer.expect("Key \"uri\" not found in u", "Unrecognised terms [{<<\"other\">>,1}] in u");
    }
}
