package io.leveret.interop.event;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.Resource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What is told when publishers have to wait for room, and when they go on. */
@Isolated("nobody else could publish meanwhile")
@Timeout(90) // rabbitmqctl takes seconds to come up.
final class AlarmEventsTest {

    @Case("alarm.set and alarm.cleared tell which resource is short")
    void disk(Peer peer) throws Exception {
        Happened happened = Happened.from(peer).of("disk");

        peer.lack(Resource.DISK);
        happened.observe(1);
        peer.plenty(Resource.DISK);
        happened.observe(1);

        peer.expect(
                "alarm.set",
                "  node = name@host",
                "  source = disk",
                "  timestamp_in_ms = Long",
                "alarm.cleared",
                "  node = name@host",
                "  source = disk",
                "  timestamp_in_ms = Long");
    }
}
