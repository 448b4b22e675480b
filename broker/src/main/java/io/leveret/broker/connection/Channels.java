package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.ChannelOpenOk;
import io.leveret.amqp.method.MethodReader;
import io.leveret.broker.channel.Channel;
import io.leveret.broker.channel.GivingBack;
import io.leveret.broker.channel.HeldFrames.HeldFrame;
import io.leveret.broker.channel.Link;
import io.leveret.broker.channel.ProtocolErrors;
import io.leveret.broker.channel.Returns;
import io.leveret.broker.channel.Session;
import io.leveret.broker.storage.DurableWaits;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.persistence.log.StoreFailedException;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels of one open connection, by number: takes their frames to them, and closes a channel, or has the connection
 * closed, for what its client did wrong. Owned by the connection's event loop.
 */
final class Channels {

    private static final Logger log = LoggerFactory.getLogger(Channels.class);

    private static final int METHOD_BYTES = 64;

    /** How many exclusive queues go in one turn of the loop, each with a record of its own. */
    static final int EXCLUSIVE_PIECE = 200;

    private final Connection connection;
    private final Session session;
    private final ServerContext server;
    private final Peers peers;
    private final int channelMax;
    private final Link link;
    private final @Nullable WaitingChannels waiting;
    private final TimeOuts timeOuts;
    private final IntObjectMap<Channel> byNumber = new IntObjectHashMap<>(2);

    /** The channels that this read burst brought frames for. */
    private final List<Channel> touched = new ArrayList<>(1);

    /** The channel of the frame before; the next frame is nearly always for the same one. */
    private @Nullable Channel last;

    /**
     * @param channelMax how many may be open; 0 means no limit
     * @param disk where to wait for what is to be durable; null if nothing is
     */
    Channels(
            Connection connection,
            Session session,
            ServerContext server,
            int channelMax,
            Link link,
            Reading reading,
            @Nullable DurableWaits disk) {
        this.connection = connection;
        this.session = session;
        this.server = server;
        this.peers = server.peers();
        this.channelMax = channelMax;
        this.link = link;
        this.waiting = disk == null ? null : new WaitingChannels(this, link.bursts(), reading, disk);
        this.timeOuts = new TimeOuts(this, connection, server.nanoClock());
    }

    /** Takes a method frame, of any number but 0. */
    void onMethod(int number, ByteBuf payload) {
        Channel channel = find(number);
        if (channel == null) {
            onMethodOfNone(number, payload);
            return;
        }
        try {
            channel.onMethod(payload);
            if (channel.isClosed()) {
                remove(channel);
            }
        } catch (AmqpException e) {
            fault(channel, e);
        }
    }

    void onHeader(int number, ByteBuf payload) {
        Channel channel = findForContent(number);
        if (channel == null) {
            return;
        }
        try {
            channel.onHeader(payload);
        } catch (AmqpException e) {
            fault(channel, e);
        }
    }

    void onBody(int number, ByteBuf payload) {
        Channel channel = findForContent(number);
        if (channel == null) {
            return;
        }
        try {
            channel.onBody(payload);
        } catch (AmqpException e) {
            fault(channel, e);
        }
    }

    /** Null if the content is nobody's, which closes the connection. */
    private @Nullable Channel findForContent(int number) {
        Channel channel = find(number);
        if (channel == null) {
            connection.close(ProtocolErrors.methodExpected(), 0, 0);
        }
        return channel;
    }

    /** The channel of a frame; null if the number is not in use. */
    private @Nullable Channel find(int number) {
        Channel channel = last;
        if (channel == null || channel.number() != number) {
            channel = byNumber.get(number);
            last = channel;
        }
        if (channel != null && channel.beginBurst()) {
            touched.add(channel);
        }
        return channel;
    }

    /** A number that no channel has is good for one method only. */
    private void onMethodOfNone(int number, ByteBuf payload) {
        int start = payload.readerIndex();
        try {
            if (!(MethodReader.read(payload) instanceof ChannelOpen)) {
                throw AmqpException.channelError("expected 'channel.open'");
            }
            open(number);
        } catch (AmqpException e) {
            connection.close(e, payload.getUnsignedShort(start), payload.getUnsignedShort(start + 2));
        }
    }

    /** @throws AmqpException not allowed, if there are as many as there may be */
    private void open(int number) {
        if (channelMax != 0 && byNumber.size() >= channelMax) {
            throw AmqpException.notAllowed("number of channels opened (" + byNumber.size()
                            + ") has reached the negotiated channel_max (" + channelMax + ")")
                    .withoutMethod();
        }
        peers.channelOpened(
                session.settings().identity().clusterName(),
                user(),
                server.authenticator().limits(user()).maxChannels());
        try {
            byNumber.put(number, new Channel(number, session, link));
        } catch (RuntimeException | Error e) {
            peers.channelsClosed(user(), 1);
            throw e;
        }
        FrameEncoder.writeMethod(link.output().buffer(METHOD_BYTES), number, new ChannelOpenOk());
    }

    private String user() {
        return session.access().user().name();
    }

    /** The connection does not count any more. */
    void left() {
        peers.closed();
        peers.left(session.vhost().name(), user());
    }

    /** Forgets a channel that is closed. */
    private void remove(Channel channel) {
        byNumber.remove(channel.number());
        last = null;
        peers.channelsClosed(user(), 1);
    }

    /** The one place where what a client did wrong on a channel becomes a close: of the channel if it is soft, else of all. */
    void fault(Channel channel, AmqpException error) {
        if (error.code().hard()) {
            connection.close(error, channel.classId(), channel.methodId());
            return;
        }
        link.bursts().flush();
        log.info("channel error: {} channel={} connection={}", error.replyText(), channel.number(), connection);
        channel.fail(error);
        // What came while an answer waited, which does not any more.
        replay(channel);
    }

    /** Looks for deliveries that have waited for too long. */
    void timeOut() {
        timeOuts.check(byNumber.values());
    }

    /** Brings what a read burst gathered to the queues, then confirms it, or waits until that may be done. */
    void endBurst() {
        link.bursts().flush();
        for (int i = 0; i < touched.size(); i++) {
            Channel channel = touched.get(i);
            channel.endBurst();
            if (waiting != null && channel.isWaiting()) {
                waiting.add(channel);
            }
        }
        touched.clear();
        if (waiting != null) {
            waiting.endBurst();
        }
    }

    /** Whether something was published since this was asked last. */
    boolean takePublished() {
        return link.bursts().takePublished();
    }

    /** Writes down what was settled by being delivered. */
    void flushSettled() {
        link.bursts().flush();
    }

    Connection connection() {
        return connection;
    }

    VirtualHost vhost() {
        return session.vhost();
    }

    /** Goes on with a channel whose answer waited for something else than the disk. */
    void resume(Channel channel) {
        if (byNumber.get(channel.number()) != channel) {
            return;
        }
        try {
            channel.goOn();
        } catch (AmqpException e) {
            fault(channel, e);
        }
        replay(channel);
        if (connection.isOpen()) {
            endBurst();
        }
    }

    /** Does what came for a channel while its answer waited, until another one has to, or the connection closes. */
    void replay(Channel channel) {
        while (connection.isOpen()) {
            HeldFrame frame = channel.nextHeld();
            if (frame == null) {
                return;
            }
            switch (frame.kind()) {
                case METHOD -> onMethod(channel.number(), frame.payload());
                case HEADER -> onHeader(channel.number(), frame.payload());
                case BODY -> onBody(channel.number(), frame.payload());
            }
        }
    }

    /** The first part of the end of all channels: no queue offers anything more. */
    void detachAll() {
        flushIfPossible();
        byNumber.values().forEach(Channel::detach);
    }

    /**
     * The rest of the end: everything unsettled returns, in order over all channels; then exclusive queues go. With much to return it
     * goes on in later turns of the loop.
     *
     * @param done what follows
     */
    void closeAll(Runnable done) {
        peers.channelsClosed(user(), byNumber.size());
        ArrayDeque<Channel> leaving = new ArrayDeque<>(byNumber.values());
        byNumber.clear();
        last = null;
        if (waiting != null) {
            waiting.clear();
        }
        link.givingBack().dropFollowing();
        Returns returns = new Returns();
        link.givingBack().add(() -> giveBack(leaving, returns) || deleteExclusive(done), () -> {});
    }

    /** A piece of it: channels until there is enough for one turn, and once all have given, what they gave. */
    private static boolean giveBack(ArrayDeque<Channel> leaving, Returns returns) {
        int before = returns.size();
        while (!leaving.isEmpty()) {
            if (leaving.getFirst().giveBack(returns)) {
                return true;
            }
            leaving.removeFirst();
            if (returns.size() - before >= GivingBack.PIECE) {
                return true;
            }
        }
        return returns.requeue(GivingBack.PIECE);
    }

    /** Likewise; and what follows, also if the store has failed. */
    private boolean deleteExclusive(Runnable done) {
        boolean more = false;
        try {
            more = session.vhost().queues().deleteExclusive(session.owner(), EXCLUSIVE_PIECE);
        } finally {
            if (!more) {
                done.run();
            }
        }
        return more;
    }

    /** What could not be written down was not confirmed; the channels are closed all the same. */
    private void flushIfPossible() {
        try {
            link.bursts().flushRegardless();
        } catch (StoreFailedException e) {
            log.warn("lost what a closing connection published last: {} connection={}", e.getMessage(), connection);
        }
    }
}
