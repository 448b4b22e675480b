package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ProtocolHeader;
import io.leveret.amqp.method.ConnectionStartOk;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.MethodReader;
import io.leveret.broker.channel.Session;
import io.leveret.broker.connection.Handshake.LoginRefused;
import io.leveret.broker.connection.Handshake.Opened;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection from its first octet until it is open: answers each step of the handshake, and is as silent about what goes
 * wrong in it as RabbitMQ. What is agreed is the handshake's business. Owned by the connection's event loop.
 */
final class Opening {

    private static final Logger log = LoggerFactory.getLogger(Opening.class);

    private static final int DEFAULT_FRAME_MAX = 131_072;

    private final ServerContext server;
    private final Connection connection;
    private final SocketOutput output;
    private final Closing closing;
    private final ConnectionEvents events;
    private final Handshake handshake;
    private final long connectedAtNanos;

    private boolean headerPending = true;

    Opening(
            ServerContext server,
            Connection connection,
            SocketOutput output,
            Closing closing,
            ConnectionName name,
            ConnectionEvents events) {
        this.events = events;
        this.server = server;
        this.connection = connection;
        this.output = output;
        this.closing = closing;
        this.handshake = new Handshake(server, name.client().getAddress());
        this.connectedAtNanos = server.nanoClock().getAsLong();
    }

    boolean isHeaderPending() {
        return headerPending;
    }

    /** Reads the protocol header, if it is there; true if frames follow. */
    boolean protocolHeader(ByteBuf in) {
        if (in.readableBytes() < ProtocolHeader.LENGTH) {
            return false;
        }
        ProtocolHeader.Offer offer = ProtocolHeader.read(in);
        if (!offer.accepted()) {
            log.info("closing a connection that does not speak AMQP 0-9-1: {} connection={}", offer, connection);
            offer.writeRefusal(output.buffer(ProtocolHeader.LENGTH));
            closing.afterFlush();
            return false;
        }
        headerPending = false;
        connection.send(handshake.start());
        return true;
    }

    void onMethod(int number, ByteBuf payload) {
        int start = payload.readerIndex();
        try {
            Method method = MethodReader.read(payload);
            if (number != 0) {
                throw notChannelZero(number);
            }
            step(method);
        } catch (AmqpException e) {
            fault(e, payload.getUnsignedShort(start), payload.getUnsignedShort(start + 2));
        } catch (LoginRefused e) {
            refuseLogin(e);
        }
    }

    void onContent(int number) {
        fault(notChannelZero(number), 0, 0);
    }

    private void step(Method method) {
        if (method instanceof ConnectionStartOk) {
            connection.send(handshake.startOk(method));
            events.authenticated(handshake.userName(), handshake.mechanism());
        } else if (!handshake.isTuned()) {
            handshake.tuneOk(method);
            connection.tuned(readableFrameBytes(), handshake.heartbeatSeconds());
        } else {
            open(handshake.open(method));
        }
    }

    private void open(Opened opened) {
        try {
            events.opened(handshake.userName(), opened.vhost().name(), handshake, connectedAtMs());
            connection.opened(session(opened), handshake.channelMax());
        } catch (RuntimeException | Error e) {
            // One that is open gives its place back when it closes.
            if (!connection.isOpen()) {
                handshake.undo(opened);
            }
            throw e;
        }
    }

    /** Where the operator sets no limit, the client sets none either that is above what a message may need. */
    private int readableFrameBytes() {
        int agreed = handshake.frameMaxBytes();
        if (server.settings().network().frameMaxBytes() > 0) {
            return agreed;
        }
        int enough =
                (int) Math.max(DEFAULT_FRAME_MAX, server.settings().limits().maxMessageSizeBytes());
        return agreed == 0 ? enough : Math.min(agreed, enough);
    }

    private long connectedAtMs() {
        long ageNanos = server.nanoClock().getAsLong() - connectedAtNanos;
        return System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(ageNanos);
    }

    /** The connection ends, if that was not told already. */
    void tellClosed() {
        events.closed(handshake.clientProperties());
    }

    private Session session(Opened opened) {
        return new Session(
                connection,
                connection.toString(),
                opened.vhost(),
                opened.access(),
                server.settings(),
                handshake.frameMaxBytes(),
                handshake.clientCan("consumer_cancel_notify"),
                handshake.clientCan("connection.blocked"));
    }

    /** Before the tuning is done RabbitMQ says nothing: it waits and drops the connection. */
    private void fault(AmqpException error, int classId, int methodId) {
        if (handshake.isTuned()) {
            closing.tell(error, classId, methodId);
        } else {
            log.warn("handshake failed: {} connection={}", error.replyText(), connection);
            closing.afterDelay();
        }
    }

    private void refuseLogin(LoginRefused refusal) {
        events.refused(refusal.user(), handshake.mechanism());
        log.warn("login refused: {} connection={}", refusal.getMessage(), connection);
        if (handshake.clientCan("authentication_failure_close")) {
            closing.tell(
                    AmqpException.accessRefused("Login was refused using authentication mechanism "
                            + handshake.mechanism() + ". For details see the broker logfile."),
                    0,
                    0);
        } else {
            closing.afterDelay();
        }
    }

    /** A frame that breaks the rules of framing. */
    void frameFault(AmqpException error) {
        log.warn("bad frame during the handshake: {} connection={}", error.replyText(), connection);
    }

    /** Hangs up on a client that takes too long. */
    void checkTime(long nowNanos) {
        long timeoutMs = server.settings().network().handshakeTimeoutMs();
        if (nowNanos - connectedAtNanos >= TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
            log.warn("handshake took longer than {} ms, closing connection={}", timeoutMs, connection);
            closing.now();
        }
    }

    private static AmqpException notChannelZero(int number) {
        return AmqpException.unexpectedFrame(
                "expected a frame on channel 0 until the connection is open, got one on channel " + number);
    }
}
