package io.leveret.broker.connection;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.event.ErlangTerms;
import io.leveret.broker.event.Events;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells what becomes of one connection. Owned by the connection's event loop. */
final class ConnectionEvents {

    /** What there is to tell of TLS, which this connection does not have. */
    private static final List<String> OF_TLS = List.of(
            "ssl_protocol",
            "ssl_key_exchange",
            "ssl_cipher",
            "ssl_hash",
            "peer_cert_subject",
            "peer_cert_issuer",
            "peer_cert_validity",
            "peer_cert_serial_number");

    private final Events events;
    private final ConnectionName name;
    private final long id;
    private boolean closed;

    ConnectionEvents(Events events, ConnectionName name) {
        this.events = events;
        this.name = name;
        this.id = events.newId();
    }

    long id() {
        return id;
    }

    void authenticated(String user, String mechanism) {
        events.tell("user.authentication.success", () -> login(user, mechanism));
    }

    void refused(String user, String mechanism) {
        events.tell(
                "user.authentication.failure",
                () -> login(user, mechanism)
                        .put("error", ErlangTerms.characters("user '" + user + "' - invalid credentials")));
    }

    private FieldTable.Builder login(String user, String mechanism) {
        return addresses()
                .put("name", user)
                .put("auth_mechanism", mechanism)
                .put("connection_name", name.toString())
                .put("connection_type", "network")
                .put("ssl", false);
    }

    private FieldTable.Builder addresses() {
        FieldTable.Builder headers = FieldTable.builder()
                .put("protocol", "{0,9,1}")
                .put("peer_host", ErlangTerms.of(name.client().getAddress()))
                .put("peer_port", (long) name.client().getPort());
        InetSocketAddress server = name.server();
        return server == null ? headers : headers.put("host", ErlangTerms.of(server.getAddress()));
    }

    /** @param connectedAtMs in milliseconds since 1970 */
    void opened(String user, String vhost, Handshake agreed, long connectedAtMs) {
        events.tell("connection.created", () -> {
            FieldTable.Builder headers = described(addresses(), agreed.clientProperties())
                    .put("type", "network")
                    .put("user", user)
                    .put("user_who_performed_action", user)
                    .put("vhost", vhost)
                    .put("auth_mechanism", agreed.mechanism())
                    .put("channel_max", (long) agreed.channelMax())
                    .put("frame_max", (long) agreed.frameMaxBytes())
                    .put("timeout", (long) agreed.heartbeatSeconds())
                    .put("connected_at", connectedAtMs)
                    .put("ssl", false);
            OF_TLS.forEach(each -> headers.put(each, ""));
            InetSocketAddress server = name.server();
            return server == null ? headers : headers.put("port", (long) server.getPort());
        });
    }

    /** Once, however it ends, and whether or not it ever opened. */
    void closed(FieldTable clientProperties) {
        if (!closed) {
            closed = true;
            events.tell("connection.closed", () -> described(FieldTable.builder(), clientProperties));
        }
    }

    private FieldTable.Builder described(FieldTable.Builder headers, FieldTable clientProperties) {
        headers.put("name", name.toString())
                .put("pid", events.pid(id))
                .put("node", events.node())
                .put("client_properties", ErlangTerms.of(clientProperties));
        @Nullable FieldValue given = clientProperties.get("connection_name");
        return given instanceof FieldValue.LongString text
                ? headers.put("user_provided_name", text.asString())
                : headers;
    }
}
