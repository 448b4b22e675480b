package io.leveret.interop.event;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Map;
import org.junit.jupiter.api.parallel.Isolated;

/** The limits are so high that nobody reaches them. */
@Isolated("others make so many events that RabbitMQ falls behind")
final class LimitEventsTest {

    private static final String[] TOLD = {
        "component", "name", "username", "value", "max-queues", "max-connections", "max-channels", "vhost"
    };

    @Case("vhost.limits.set and vhost.limits.cleared follow the events of the parameter")
    void ofVirtualHost(Peer peer) throws Exception {
        Happened happened = Happened.from(peer).of("limits");

        peer.limits(Map.of("max-queues", 1_000_000));
        happened.observe(2, TOLD);
        peer.clearLimits();
        happened.observe(2, TOLD);

        peer.expect(
                "parameter.set component=vhost-limits name=limits value={max-queues=Long 1000000} vhost=/",
                "vhost.limits.set name=limits max-queues=Long 1000000 vhost=/",
                "parameter.cleared component=vhost-limits name=limits vhost=/",
                "vhost.limits.cleared name=limits vhost=/");
    }

    @Case("user.limits.set tells the limit that was set, user.limits.cleared none")
    void ofUser(Peer peer) throws Exception {
        Happened happened = Happened.from(peer).of("limits");

        peer.userLimit("max-channels", 1_000_000);
        peer.userLimit("max-connections", 2_000_000);
        peer.clearUserLimit("max-channels");
        peer.clearUserLimit("max-connections");
        happened.observe(4, TOLD);

        peer.expect(
                "user.limits.set name=limits username=guest max-channels=Long 1000000",
                "user.limits.set name=limits username=guest max-connections=Long 2000000",
                "user.limits.cleared name=limits username=guest",
                "user.limits.cleared name=limits username=guest");
    }
}
