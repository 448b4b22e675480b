package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FrameDecoder;
import io.leveret.amqp.FrameEncoder;
import io.leveret.amqp.FrameListener;
import io.leveret.amqp.ProtocolHeader;
import io.leveret.amqp.ReplyCode;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.ChannelOpenOk;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.ConnectionOpenOk;
import io.leveret.amqp.method.ConnectionStartOk;
import io.leveret.amqp.method.ConnectionUpdateSecret;
import io.leveret.amqp.method.ConnectionUpdateSecretOk;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.MethodReader;
import io.leveret.broker.channel.Channel;
import io.leveret.broker.channel.Outbox;
import io.leveret.broker.channel.Session;
import io.leveret.broker.connection.Handshake.LoginRefused;
import io.leveret.broker.connection.Handshake.Opened;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: takes its frames to the handshake or to their channels, and turns every error into the close that
 * RabbitMQ answers with. Belongs to one event loop; only {@link #shutdown} is called from elsewhere.
 */
final class Connection implements FrameListener {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** The frame limit until one is agreed on. */
    private static final int HANDSHAKE_FRAME_MAX = 8192;

    private static final int METHOD_BYTES = 64;
    private static final int START_BYTES = 1024;
    /** How long a client that failed in the handshake keeps its socket, so that guessing passwords takes time. */
    private static final long REFUSAL_DELAY_MS = 3_000;
    /** How long the client may take to answer a close. */
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private enum Phase {
        HEADER,
        HANDSHAKE,
        OPEN,
        /** The broker sent a close and waits for the answer; everything else is ignored. */
        CLOSING,
        /** Nothing more is read. */
        DEAF
    }

    private final ServerContext server;
    private final SocketHandler socket;
    private final Pace pace;
    private final ChannelHandlerContext context;
    private final FrameDecoder decoder = new FrameDecoder(this, HANDSHAKE_FRAME_MAX);
    private final Outbox outbox;
    private final Handshake handshake;
    private final InetSocketAddress peer;
    private final long connectedAtNanos;

    private Phase phase = Phase.HEADER;
    private @Nullable Channels channels;
    private Heartbeat heartbeat;

    Connection(ServerContext server, SocketHandler socket, Pace pace, ChannelHandlerContext context) {
        this.server = server;
        this.socket = socket;
        this.pace = pace;
        this.context = context;
        this.outbox = new Outbox(socket::scheduleTurn);
        this.peer = (InetSocketAddress) context.channel().remoteAddress();
        this.handshake = new Handshake(server, peer.getAddress());
        this.connectedAtNanos = now();
        this.heartbeat = new Heartbeat(0, connectedAtNanos);
        server.peers().add(this);
    }

    FrameDecoder decoder() {
        return decoder;
    }

    boolean isDeaf() {
        return phase == Phase.DEAF;
    }

    @Override
    public boolean isClosed() {
        return phase == Phase.DEAF;
    }

    boolean isHeaderPending() {
        return phase == Phase.HEADER;
    }

    /** Reads the protocol header, if it is there; true if frames follow. */
    boolean protocolHeader(ByteBuf in) {
        if (in.readableBytes() < ProtocolHeader.LENGTH) {
            return false;
        }
        ProtocolHeader.Offer offer = ProtocolHeader.read(in);
        if (!offer.accepted()) {
            log.info("closing a connection that does not speak AMQP 0-9-1: {} connection={}", offer, this);
            offer.writeRefusal(socket.buffer(ProtocolHeader.LENGTH));
            closeAfterFlush();
            return false;
        }
        phase = Phase.HANDSHAKE;
        send(handshake.start(), START_BYTES);
        return true;
    }

    void bytesRead() {
        heartbeat.read();
    }

    void bytesWritten() {
        heartbeat.written(now());
    }

    @Override
    public void onMethod(int number, ByteBuf payload) {
        pace.frame();
        int classId = payload.getUnsignedShort(payload.readerIndex());
        int methodId = payload.getUnsignedShort(payload.readerIndex() + 2);
        Channel channel = null;
        try {
            switch (phase) {
                case HANDSHAKE -> handshake(number, MethodReader.read(payload));
                case OPEN -> {
                    channel = number == 0 ? null : channels().find(number);
                    if (channel != null && !channel.isClosed()) {
                        onChannelMethod(channel, payload);
                    } else {
                        onConnectionMethod(number, MethodReader.read(payload));
                    }
                }
                case CLOSING -> onMethodWhileClosing(number, payload.getInt(payload.readerIndex()));
                default -> {}
            }
        } catch (AmqpException e) {
            fault(
                    channel,
                    e,
                    channel == null ? classId : channel.classId(),
                    channel == null ? methodId : channel.methodId());
        } catch (LoginRefused e) {
            refuseLogin(e);
        }
    }

    @Override
    public void onHeader(int number, ByteBuf payload) {
        onContent(number, payload, true);
    }

    @Override
    public void onBody(int number, ByteBuf payload) {
        onContent(number, payload, false);
    }

    private void onContent(int number, ByteBuf payload, boolean header) {
        pace.frame();
        if (phase == Phase.HANDSHAKE) {
            handshakeFault(notChannelZero(number), 0, 0);
        }
        if (phase != Phase.OPEN) {
            return;
        }
        Channel channel = channels().find(number);
        try {
            if (channel == null) {
                throw Channel.methodExpected();
            }
            if (header) {
                channel.onHeader(payload);
            } else {
                channel.onBody(payload);
            }
        } catch (AmqpException e) {
            fault(channel, e, channel == null ? 0 : channel.classId(), channel == null ? 0 : channel.methodId());
        }
    }

    @Override
    public void onHeartbeat(int channel) {
        // Any traffic counts, and this was noted when the bytes came.
    }

    private void onChannelMethod(Channel channel, ByteBuf payload) {
        channel.onMethod(payload);
        if (channel.isClosed()) {
            channels().remove(channel);
        }
    }

    private void handshake(int number, Method method) {
        if (number != 0) {
            throw notChannelZero(number);
        }
        if (method instanceof ConnectionStartOk) {
            send(handshake.startOk(method), METHOD_BYTES);
        } else if (!handshake.isTuned()) {
            handshake.tuneOk(method);
            decoder.frameMax(handshake.frameMaxBytes());
            heartbeat = new Heartbeat(handshake.heartbeatSeconds(), now());
        } else {
            Opened opened = handshake.open(method);
            Session session = new Session(
                    this,
                    opened.vhost(),
                    opened.access(),
                    server.settings(),
                    handshake.frameMaxBytes(),
                    handshake.clientCan("consumer_cancel_notify"));
            channels =
                    new Channels(session, server.peers(), handshake.channelMax(), socket, outbox, context.executor());
            phase = Phase.OPEN;
            send(new ConnectionOpenOk(), METHOD_BYTES);
            log.info(
                    "connection opened user={} vhost={} connection={}",
                    opened.access().user().name(),
                    opened.vhost().name(),
                    this);
        }
    }

    /** A method on channel 0, or on a number that no channel has. */
    private void onConnectionMethod(int number, Method method) {
        if (number != 0) {
            if (!(method instanceof ChannelOpen)) {
                throw expectedOpen();
            }
            channels().open(number);
            FrameEncoder.writeMethod(socket.buffer(METHOD_BYTES), number, new ChannelOpenOk());
        } else if (method instanceof ConnectionClose) {
            endChannels();
            send(new ConnectionCloseOk(), METHOD_BYTES);
            log.info("connection closed by the client connection={}", this);
            closeAfterFlush();
        } else if (method instanceof ConnectionUpdateSecret) {
            send(new ConnectionUpdateSecretOk(), METHOD_BYTES);
        } else {
            throw AmqpException.channelError("unexpected method in connection state running");
        }
    }

    /** Anything else is not even read, or what is wrong with it would be answered with another close. */
    private void onMethodWhileClosing(int number, int methodId) {
        if (number == 0 && methodId == ConnectionClose.ID) {
            send(new ConnectionCloseOk(), METHOD_BYTES);
            closeAfterFlush();
        } else if (number == 0 && methodId == ConnectionCloseOk.ID) {
            closeAfterFlush();
        }
    }

    /** The one place where a client's fault becomes a close: of the channel if it is soft, else of the connection. */
    private void fault(@Nullable Channel channel, AmqpException error, int classId, int methodId) {
        if (phase == Phase.HANDSHAKE) {
            handshakeFault(error, classId, methodId);
        } else if (channel != null && !error.code().hard()) {
            channels().flushBursts();
            log.info("channel error: {} channel={} connection={}", error.replyText(), channel.number(), this);
            channel.fail(error);
        } else {
            close(error, classId, methodId);
        }
    }

    /** Before the tuning is done RabbitMQ says nothing: it waits and drops the connection. */
    private void handshakeFault(AmqpException error, int classId, int methodId) {
        if (handshake.isTuned()) {
            close(error, classId, methodId);
        } else {
            log.warn("handshake failed: {} connection={}", error.replyText(), this);
            closeLater();
        }
    }

    private void refuseLogin(LoginRefused refusal) {
        log.warn("login refused: {} connection={}", refusal.getMessage(), this);
        if (handshake.clientCan("authentication_failure_close")) {
            close(
                    AmqpException.accessRefused("Login was refused using authentication mechanism "
                            + handshake.mechanism() + ". For details see the broker logfile."),
                    0,
                    0);
        } else {
            closeLater();
        }
    }

    /** A frame that breaks the rules of framing: nothing after it can be trusted. */
    void frameFault(AmqpException error) {
        if (phase == Phase.OPEN) {
            close(error, 0, 0);
        } else if (phase == Phase.HEADER || phase == Phase.HANDSHAKE) {
            log.warn("bad frame during the handshake: {} connection={}", error.replyText(), this);
        }
        phase = Phase.DEAF;
        closeLater();
    }

    /** A fault of ours: the client can't be told more than that. */
    void internalFault(Throwable bug) {
        log.error("internal error, closing connection={}", this, bug);
        if (phase != Phase.OPEN) {
            context.close();
            return;
        }
        try {
            close(AmqpException.internalError(""), 0, 0);
        } catch (RuntimeException | Error unsaid) {
            // If memory ran out, there is none for a last word either.
            bug.addSuppressed(unsaid);
            context.close();
        }
    }

    /** Closes the connection because the broker stops; from any thread. */
    void shutdown() {
        context.executor().execute(() -> {
            if (phase == Phase.OPEN) {
                close(AmqpException.connectionForced("broker forced connection closure with reason 'shutdown'"), 0, 0);
            } else {
                closeAfterFlush();
            }
        });
    }

    /** Closes the socket without waiting for anything; from any thread. */
    void abort() {
        context.close();
    }

    private void close(AmqpException error, int classId, int methodId) {
        if (error.code() != ReplyCode.CONNECTION_FORCED) {
            log.warn("connection error: {} connection={}", error.replyText(), this);
        }
        endChannels();
        phase = Phase.CLOSING;
        boolean names = error.namesMethod();
        int code = error.code().code();
        send(new ConnectionClose(code, error.replyText(), names ? classId : 0, names ? methodId : 0), METHOD_BYTES);
        context.executor().schedule(() -> context.close(), CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    private void closeLater() {
        phase = Phase.DEAF;
        context.executor().schedule(() -> context.close(), REFUSAL_DELAY_MS, TimeUnit.MILLISECONDS);
    }

    private void closeAfterFlush() {
        phase = Phase.DEAF;
        socket.flush();
        ChannelFuture flushed = context.writeAndFlush(Unpooled.EMPTY_BUFFER);
        flushed.addListener(ChannelFutureListener.CLOSE);
        if (!flushed.isDone()) {
            // The client may never read what stands before it.
            context.executor().schedule(() -> context.close(), CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void endChannels() {
        Channels open = channels;
        if (open != null) {
            channels = null;
            server.peers().closed();
            open.closeAll();
        }
    }

    /** Called when all that there was to read has been read. */
    void endBurst() {
        if (phase == Phase.OPEN) {
            channels().endBurst();
        }
    }

    /** Writes what queues have handed over; at the end of the loop's turn. */
    void drain() {
        outbox.drain();
        resumeIfRoom();
    }

    void writable(boolean writable) {
        outbox.writable(writable);
        resumeIfRoom();
    }

    private void resumeIfRoom() {
        if (outbox.takeRoomRegained() && channels != null) {
            channels.resume();
        }
    }

    void disconnected() {
        if (phase == Phase.OPEN) {
            log.info("client closed the socket without closing the connection connection={}", this);
        }
        phase = Phase.DEAF;
        endChannels();
        server.peers().remove(this);
    }

    /** Looks at timeouts and heartbeats; often. */
    void tick() {
        try {
            checkTime(now());
        } catch (RuntimeException | Error bug) {
            // Not further: the timer is that of all connections of the loop.
            internalFault(bug);
        }
    }

    private void checkTime(long now) {
        if (phase == Phase.HEADER || phase == Phase.HANDSHAKE) {
            long timeoutMs = server.settings().network().handshakeTimeoutMs();
            if (now - connectedAtNanos >= TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
                log.warn("handshake took longer than {} ms, closing connection={}", timeoutMs, this);
                context.close();
            }
        } else if (phase == Phase.OPEN) {
            if (heartbeat.isPeerDead(now)) {
                log.warn("missed heartbeats from the client, closing connection={}", this);
                context.close();
            } else if (heartbeat.isSendDue(now)) {
                FrameEncoder.writeHeartbeat(socket.buffer(METHOD_BYTES));
            }
        }
    }

    private void send(Method method, int bytes) {
        FrameEncoder.writeMethod(socket.buffer(bytes), 0, method);
    }

    private Channels channels() {
        if (channels == null) {
            throw new AssertionError("the connection is not open");
        }
        return channels;
    }

    private static AmqpException notChannelZero(int number) {
        return AmqpException.unexpectedFrame(
                "expected a frame on channel 0 until the connection is open, got one on channel " + number);
    }

    private static AmqpException expectedOpen() {
        return AmqpException.channelError("expected 'channel.open'");
    }

    private long now() {
        return server.nanoClock().getAsLong();
    }

    /** Address and port of both ends, as RabbitMQ names connections. */
    @Override
    public String toString() {
        InetSocketAddress local = (InetSocketAddress) context.channel().localAddress();
        return peer.getAddress().getHostAddress() + ":" + peer.getPort() + " -> "
                + local.getAddress().getHostAddress() + ":" + local.getPort();
    }
}
