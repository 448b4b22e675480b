package io.leveret.broker.channel;

import io.leveret.broker.auth.Access;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.VirtualHost;

/**
 * What a connection and the broker agreed on when it opened. Immutable.
 *
 * @param owner the connection's identity, as owner of exclusive queues
 * @param connectionName the connection, as RabbitMQ names it
 * @param frameMaxBytes the negotiated frame size; 0 means no limit
 * @param cancelNotify whether the client understands {@code basic.cancel} from the server
 * @param blockedNotify whether the client understands {@code connection.blocked}
 */
public record Session(
        Object owner,
        String connectionName,
        VirtualHost vhost,
        Access access,
        BrokerSettings settings,
        int frameMaxBytes,
        boolean cancelNotify,
        boolean blockedNotify) {}
