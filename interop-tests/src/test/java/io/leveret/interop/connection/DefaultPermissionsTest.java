package io.leveret.interop.connection;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.RunsOn;
import io.leveret.interop.Setup;

/** The user is that of read-only.conf. */
@RunsOn(Setup.READ_ONLY)
final class DefaultPermissionsTest {

    @Case("default_permissions.write is what a user may read, and default_permissions.read what they may write")
    @Differs(
            because = "Leveret goes by the keys' names",
            leveret = {
                "ok",
                "channel closed: 403 ACCESS_REFUSED - write access to exchange 'x' in vhost '/' refused for user"
                        + " 'guest' [basic.publish]"
            })
    void ofOneKeyForTheOther(Peer peer) throws Exception {
        Channel reader = peer.channel();
        String queue = peer.queue(reader, "q");
        peer.attempt(reader, () -> reader.basicGet(queue, true));

        Channel writer = peer.channel();
        String exchange = peer.exchange(writer, "x", "fanout");
        peer.attempt(writer, () -> {
            peer.publish(writer, exchange, "", new BasicProperties(), "body");
            return null;
        });

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - read access to queue 'q' in vhost '/' refused for user 'guest'"
                        + " [basic.get]",
                "ok");
    }
}
