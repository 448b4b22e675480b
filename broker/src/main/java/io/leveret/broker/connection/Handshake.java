package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.ConnectionOpen;
import io.leveret.amqp.method.ConnectionStart;
import io.leveret.amqp.method.ConnectionStartOk;
import io.leveret.amqp.method.ConnectionTune;
import io.leveret.amqp.method.ConnectionTuneOk;
import io.leveret.amqp.method.Method;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Login;
import io.leveret.broker.auth.User;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.VirtualHost;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The opening of a connection, from {@code connection.start} to {@code connection.open}: what is agreed, step by step. Does
 * no I/O; owned by the connection's event loop.
 */
final class Handshake {

    /** RabbitMQ's own bound is 8192; older clients ask for the specification's minimum. */
    private static final int FRAME_MIN = 4096;

    private enum Step {
        START_OK,
        TUNE_OK,
        OPEN,
        DONE
    }

    private final ServerContext server;
    private final InetAddress peer;

    private Step expected = Step.START_OK;
    private FieldTable clientProperties = FieldTable.EMPTY;
    private String mechanism = "";
    private @Nullable User user;
    private int channelMax;
    private int frameMaxBytes;
    private int heartbeatSeconds;

    /** Thrown when a login failed; whether the client is told depends on what it announced. */
    static final class LoginRefused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Who tried. */
        private final String user;

        LoginRefused(String user, String message) {
            super(message, null, false, false);
            this.user = user;
        }

        String user() {
            return user;
        }
    }

    /** Where the client may go. */
    record Opened(VirtualHost vhost, Access access) {}

    Handshake(ServerContext server, InetAddress peer) {
        this.server = server;
        this.peer = peer;
    }

    ConnectionStart start() {
        return new ConnectionStart(
                0,
                9,
                ServerProperties.of(server.settings().identity()),
                server.authenticator().mechanisms(),
                "en_US");
    }

    /** Whether the limits are agreed on, so that errors are answered with a close method. */
    boolean isTuned() {
        return expected == Step.OPEN || expected == Step.DONE;
    }

    /**
     * @throws LoginRefused if the credentials are wrong
     * @throws AmqpException if another method is expected or the mechanism is not offered
     */
    ConnectionTune startOk(Method method) {
        if (expected != Step.START_OK || !(method instanceof ConnectionStartOk startOk)) {
            throw unexpected(method);
        }
        clientProperties = startOk.clientProperties();
        mechanism = startOk.mechanism();
        Login login = server.authenticator().authenticate(mechanism, startOk.response(), peer);
        user = login.user();
        if (user == null) {
            throw new LoginRefused(
                    login.name(),
                    "user '" + login.name() + "' from " + peer.getHostAddress() + " with " + mechanism + ": "
                            + login.refusal());
        }
        expected = Step.TUNE_OK;
        BrokerSettings settings = server.settings();
        return new ConnectionTune(
                settings.limits().channelMax(),
                settings.network().frameMaxBytes(),
                settings.network().heartbeatSeconds());
    }

    /** @throws AmqpException if the client wants more than was proposed, or frames that are too small */
    void tuneOk(Method method) {
        if (expected != Step.TUNE_OK || !(method instanceof ConnectionTuneOk tuneOk)) {
            throw unexpected(method);
        }
        BrokerSettings settings = server.settings();
        channelMax =
                agreed("channel_max", tuneOk.channelMax(), settings.limits().channelMax());
        frameMaxBytes =
                agreed("frame_max", tuneOk.frameMax(), settings.network().frameMaxBytes());
        if (frameMaxBytes != 0 && frameMaxBytes < FRAME_MIN) {
            throw AmqpException.notAllowed("negotiated frame_max = " + frameMaxBytes
                    + " is lower than the minimum allowed value (" + FRAME_MIN + ")");
        }
        heartbeatSeconds = tuneOk.heartbeat();
        expected = Step.OPEN;
    }

    /** @throws AmqpException not allowed, if the client may not enter the virtual host, or nobody may at the moment */
    Opened open(Method method) {
        if (expected != Step.OPEN || !(method instanceof ConnectionOpen open) || user == null) {
            throw AmqpException.channelError("unexpected method in connection state opening");
        }
        // RabbitMQ checks this limit before all others.
        server.peers().opened();
        try {
            Opened opened = enter(open.virtualHost(), user);
            expected = Step.DONE;
            return opened;
        } catch (RuntimeException | Error refused) {
            server.peers().closed();
            throw refused;
        }
    }

    /** After all the connection can't be opened: it does not count. */
    void undo(Opened opened) {
        server.peers().closed();
        server.peers().left(opened.vhost().name(), opened.access().user().name());
    }

    private Opened enter(String name, User visitor) {
        VirtualHost vhost = server.vhosts().apply(name);
        if (vhost == null) {
            throw AmqpException.notAllowed("vhost " + name + " not found");
        }
        String user = visitor.name();
        long userMax = server.authenticator().limits(user).maxConnections();
        // As in RabbitMQ, before it is looked at what the user may do.
        server.peers().entered(name, vhost.limits().maxConnections(), user, userMax);
        try {
            return admitted(vhost, name, visitor);
        } catch (RuntimeException | Error refused) {
            server.peers().left(name, user);
            throw refused;
        }
    }

    private Opened admitted(VirtualHost vhost, String name, User visitor) {
        Access access = server.authenticator().access(visitor, name);
        if (access == null) {
            throw AmqpException.notAllowed("access to vhost '" + name + "' refused for user '" + visitor.name() + "'");
        }
        if (vhost.isDown()) {
            throw AmqpException.internalError("access to vhost '" + name + "' refused for user '" + visitor.name()
                    + "': vhost '" + name + "' is down");
        }
        return new Opened(vhost, access);
    }

    /** Who has logged in; empty before. */
    String userName() {
        return user == null ? "" : user.name();
    }

    FieldTable clientProperties() {
        return clientProperties;
    }

    String mechanism() {
        return mechanism;
    }

    int channelMax() {
        return channelMax;
    }

    int frameMaxBytes() {
        return frameMaxBytes;
    }

    int heartbeatSeconds() {
        return heartbeatSeconds;
    }

    /** Whether the client announced a capability. */
    boolean clientCan(String capability) {
        return clientProperties.get("capabilities") instanceof FieldValue.Table table
                && table.value().get(capability) instanceof FieldValue.Bool bool
                && bool.value();
    }

    /** 0 means no limit, on either side. */
    private static int agreed(String parameter, long client, int server) {
        if (server != 0 && (client == 0 || client > server)) {
            throw AmqpException.notAllowed("negotiated " + parameter + " = " + client + " is "
                    + (client == 0 ? "no limit" : "higher") + " than the maximum allowed value (" + server + ")");
        }
        return (int) Math.min(client, Integer.MAX_VALUE);
    }

    private static AmqpException unexpected(Method method) {
        return AmqpException.commandInvalid(
                "unexpected method " + method.getClass().getSimpleName() + " during the handshake");
    }
}
