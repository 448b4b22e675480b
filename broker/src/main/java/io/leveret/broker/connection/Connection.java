package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.frame.FrameDecoder;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.frame.FrameListener;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionOpenOk;
import io.leveret.amqp.method.ConnectionUpdateSecret;
import io.leveret.amqp.method.ConnectionUpdateSecretOk;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.MethodReader;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.channel.Channel;
import io.leveret.broker.channel.GivingBack;
import io.leveret.broker.channel.Link;
import io.leveret.broker.channel.Outbox;
import io.leveret.broker.channel.Session;
import io.leveret.broker.channel.TargetCache;
import io.leveret.broker.event.Identified;
import io.leveret.broker.storage.DurableWaits;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.vhost.Bursts;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.persistence.log.StoreFailedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: takes its frames to their channels, or to the parts that open and close it, and turns every error
 * into the close that RabbitMQ answers with. Belongs to one event loop; only {@link #shutdown} and {@link #abort} are called
 * from elsewhere.
 */
final class Connection implements FrameListener, Identified {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** The frame limit until one is agreed on. */
    private static final int HANDSHAKE_FRAME_MAX = 8192;

    private static final int METHOD_BYTES = 64;

    private final ServerContext server;
    private final SocketOutput output;
    private final Loop loop;
    private final Pace pace;
    private final Reading reading;
    private final ConnectionName name;
    private final FrameDecoder decoder = new FrameDecoder(this, HANDSHAKE_FRAME_MAX);
    private final Outbox outbox;
    private final Closing closing;
    private final Opening opening;
    private final ConnectionEvents events;
    private final HeapUse.Part heap;

    /** There from when the connection is open until it closes. */
    private @Nullable Channels channels;

    private @Nullable Blocking blocking;

    private Heartbeat heartbeat;

    /** @param scheduleTurn sees to it that {@link #drain} is called at the end of the loop's turn; from any thread */
    Connection(ServerContext server, Runnable scheduleTurn, Loop loop, ChannelHandlerContext context) {
        this.server = server;
        this.loop = loop;
        this.pace = loop.pace();
        this.reading = new Reading(context.channel().config());
        this.name = ConnectionName.of(context.channel());
        this.outbox = new Outbox(scheduleTurn);
        this.output = new SocketOutput(context, loop.buffers(), outbox, reading, scheduleTurn, this::bytesWritten);
        this.closing = new Closing(output, context, name);
        this.events = new ConnectionEvents(server.events(), name);
        this.opening = new Opening(server, this, output, closing, name, events);
        this.heap = server.heapUse().newPart();
        this.heartbeat = new Heartbeat(0, now());
        server.peers().add(this);
    }

    FrameDecoder decoder() {
        return decoder;
    }

    @Override
    public boolean isClosed() {
        return closing.isDeaf();
    }

    /** Whether the handshake is over and no close has begun. */
    boolean isOpen() {
        return channels != null;
    }

    boolean isHeaderPending() {
        return opening.isHeaderPending();
    }

    /** Reads the protocol header, if it is there; true if frames follow. */
    boolean protocolHeader(ByteBuf in) {
        return opening.protocolHeader(in);
    }

    void bytesRead() {
        heartbeat.read();
    }

    private void bytesWritten() {
        heartbeat.written(now());
    }

    /**
     * The handshake has come to the limits.
     *
     * @param frameMaxBytes of what is read
     */
    void tuned(int frameMaxBytes, int heartbeatSeconds) {
        decoder.frameMax(frameMaxBytes);
        heartbeat = new Heartbeat(heartbeatSeconds, now());
    }

    /** The handshake has come to its end. */
    void opened(Session session, int channelMax) {
        outbox.watchedBy(session.vhost().tracing());
        Journal journal = session.vhost().journal();
        DurableWaits disk = journal == null ? null : loop.waits(journal);
        Bursts bursts = session.vhost().newBursts(disk == null ? null : disk.newWriter());
        Link link = new Link(
                output,
                outbox,
                bursts,
                new TargetCache(),
                heap,
                new GivingBack(this::inLaterTurn),
                this::execute,
                this::resumed);
        blocking = new Blocking(this, server.alarms(), reading, this::execute, session.blockedNotify());
        channels = new Channels(this, session, server, channelMax, link, reading, disk);
        send(new ConnectionOpenOk());
        server.log()
                .info(
                        "connection opened user={} vhost={} connection={}",
                        session.access().user().name(),
                        session.vhost().name(),
                        this);
    }

    /** Runs a task on the loop; from any thread. What fails in it ends this connection only, which is told what to tell. */
    private void execute(Runnable task) {
        loop.execute(guarded(task));
    }

    /** Does a piece of long work in a later turn of the loop, from which it is called. What fails in it ends this connection only. */
    void inLaterTurn(Runnable piece) {
        loop.executeAfterSockets(guarded(piece));
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (AmqpException toTell) {
                close(toTell, 0, 0);
            } catch (RuntimeException | Error bug) {
                internalFault(bug);
            }
        };
    }

    private void resumed(Channel channel) {
        if (channels != null) {
            channels.resume(channel);
        }
    }

    @Override
    public void onMethod(int number, ByteBuf payload) {
        pace.frame();
        Channels open = channels;
        if (open != null) {
            if (number == 0) {
                onChannelZero(payload);
            } else {
                open.onMethod(number, payload);
            }
        } else if (closing.hasBegun()) {
            closing.onMethod(number, payload.getInt(payload.readerIndex()));
        } else {
            opening.onMethod(number, payload);
        }
    }

    private void onChannelZero(ByteBuf payload) {
        int start = payload.readerIndex();
        try {
            handle(MethodReader.read(payload));
        } catch (AmqpException e) {
            close(e, payload.getUnsignedShort(start), payload.getUnsignedShort(start + 2));
        }
    }

    private void handle(Method method) {
        if (method instanceof ConnectionClose) {
            server.log().info("connection closed by the client connection={}", this);
            endBurst();
            endChannels(closing::answer);
        } else if (method instanceof ConnectionUpdateSecret) {
            send(new ConnectionUpdateSecretOk());
        } else {
            throw AmqpException.channelError("unexpected method in connection state running");
        }
    }

    @Override
    public void onHeader(int number, ByteBuf payload) {
        pace.frame();
        Channels open = channels;
        if (open != null) {
            open.onHeader(number, payload);
        } else if (!closing.hasBegun()) {
            opening.onContent(number);
        }
    }

    @Override
    public void onBody(int number, ByteBuf payload) {
        pace.frame();
        Channels open = channels;
        if (open != null) {
            open.onBody(number, payload);
        } else if (!closing.hasBegun()) {
            opening.onContent(number);
        }
    }

    @Override
    public void onHeartbeat(int channel) {
        // Any traffic counts, and this was noted when the bytes came.
    }

    /** A frame that breaks the rules of framing: nothing after it can be trusted. */
    void frameFault(AmqpException error) {
        if (channels != null) {
            endBurst();
            closing.deafen();
            endChannels(() -> {
                closing.tell(error, 0, 0);
                closing.afterDelay();
            });
            return;
        }
        if (!closing.hasBegun()) {
            opening.frameFault(error);
        }
        closing.afterDelay();
    }

    /** A fault of ours: the client can't be told more than that, unless it is the store's, which is known already. */
    void internalFault(Throwable bug) {
        if (bug instanceof StoreFailedException && channels != null) {
            endWithVhost(channels.vhost());
            return;
        }
        log.error("internal error, closing connection={}", this, bug);
        if (channels == null) {
            hangUp();
            return;
        }
        try {
            // Whether what came before it was taken can't be told, so nothing more is confirmed.
            endChannels(() -> closing.tell(AmqpException.internalError(""), 0, 0));
        } catch (RuntimeException | Error unsaid) {
            // If memory ran out, there is none for a last word either.
            bug.addSuppressed(unsaid);
            hangUp();
        }
    }

    /** Without another word; what has been read counts for nothing. From the event loop. */
    void hangUp() {
        closing.deafen();
        closing.now();
    }

    /** Closes the connection because the broker stops; from any thread. */
    void shutdown() {
        execute(() -> {
            if (channels != null) {
                close(AmqpException.connectionForced("broker forced connection closure with reason 'shutdown'"), 0, 0);
            } else {
                closing.afterFlush();
            }
        });
    }

    /**
     * Closes the connection because its virtual host failed, if it is in that one; from any thread. Whether what came last was
     * taken can't be told, so nothing more is confirmed.
     */
    void vhostFailed(VirtualHost vhost) {
        execute(() -> {
            if (channels != null && channels.vhost() == vhost) {
                endWithVhost(vhost);
            }
        });
    }

    private void endWithVhost(VirtualHost vhost) {
        endChannels(() -> closing.tell(AmqpException.internalError("vhost '" + vhost.name() + "' is down"), 0, 0));
    }

    /** Closes the socket without waiting for anything; from any thread. */
    void abort() {
        closing.now();
    }

    /** Closes the connection and tells the client why. What it sent before counts, and is confirmed. */
    void close(AmqpException error, int classId, int methodId) {
        endBurst();
        endChannels(() -> closing.tell(error, classId, methodId));
    }

    /** @param then what follows once everything unsettled is back in its queue, unless the socket is gone by then */
    private void endChannels(Runnable then) {
        Channels open = channels;
        if (open == null) {
            then.run();
            return;
        }
        channels = null;
        if (blocking != null) {
            blocking.end();
            blocking = null;
        }
        closing.begin();
        open.left();
        open.detachAll();
        opening.tellClosed();
        open.closeAll(() -> {
            if (!closing.isDisconnected()) {
                then.run();
            }
        });
    }

    /** Called when all that there was to read has been read. */
    void endBurst() {
        if (channels != null) {
            channels.endBurst();
            if (channels.takePublished() && blocking != null) {
                blocking.published();
            }
            heap.tell(output.heldBytes());
        }
    }

    /** Writes what queues have handed over and what answers there are; at the end of the loop's turn. */
    void drain() {
        outbox.drain();
        if (channels != null) {
            // What went out without acknowledgement is settled by that.
            channels.flushSettled();
        }
        outbox.resume();
        output.flush();
        heap.tell(output.heldBytes());
    }

    void disconnected() {
        if (channels != null && !closing.isCutOff()) {
            server.log().info("client closed the socket without closing the connection connection={}", this);
        }
        closing.disconnected();
        server.peers().remove(this);
        try {
            endChannels(() -> {});
            opening.tellClosed();
        } finally {
            output.release();
            heap.end();
        }
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
        if (channels != null) {
            checkHeartbeat(now);
            channels.timeOut();
        } else if (!closing.hasBegun()) {
            opening.checkTime(now);
        }
    }

    private void checkHeartbeat(long now) {
        if (reading.isPaused()) {
            heartbeat.read();
        }
        if (heartbeat.isPeerDead(now)) {
            log.warn("missed heartbeats from the client, closing connection={}", this);
            closing.now();
        } else if (heartbeat.isSendDue(now) && !output.isBlocked()) {
            FrameEncoder.writeHeartbeat(output.buffer(METHOD_BYTES));
        }
    }

    /** Sends a method of the connection's own, on channel 0. */
    void send(Method method) {
        FrameEncoder.writeMethod(output.buffer(METHOD_BYTES), 0, method);
    }

    @Override
    public long eventId() {
        return events.id();
    }

    private long now() {
        return server.nanoClock().getAsLong();
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
