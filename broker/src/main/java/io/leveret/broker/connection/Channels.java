package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.channel.Bursts;
import io.leveret.broker.channel.Channel;
import io.leveret.broker.channel.Outbox;
import io.leveret.broker.channel.Output;
import io.leveret.broker.channel.Returns;
import io.leveret.broker.channel.Session;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The channels of one open connection, by number. Owned by the connection's event loop. */
final class Channels {

    private final Session session;
    private final Peers peers;
    private final int channelMax;
    private final Output output;
    private final Outbox outbox;
    private final Executor loop;
    private final Bursts bursts = new Bursts();
    private final IntObjectMap<Channel> byNumber = new IntObjectHashMap<>(2);

    /** The channels that this read burst brought frames for. */
    private final List<Channel> touched = new ArrayList<>(1);

    /** The channel of the frame before; the next frame is nearly always for the same one. */
    private @Nullable Channel last;

    /** @param channelMax how many may be open; 0 means no limit */
    Channels(Session session, Peers peers, int channelMax, Output output, Outbox outbox, Executor loop) {
        this.session = session;
        this.peers = peers;
        this.channelMax = channelMax;
        this.output = output;
        this.outbox = outbox;
        this.loop = loop;
    }

    Session session() {
        return session;
    }

    int size() {
        return byNumber.size();
    }

    /** The channel of a frame; null if the number is not in use. */
    @Nullable
    Channel find(int number) {
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

    /** @throws AmqpException not allowed, if there are as many as there may be */
    void open(int number) {
        if (channelMax != 0 && byNumber.size() >= channelMax) {
            throw AmqpException.notAllowed("number of channels opened (" + byNumber.size()
                            + ") has reached the negotiated channel_max (" + channelMax + ")")
                    .withoutMethod();
        }
        peers.channelOpened(session.settings().identity().clusterName());
        byNumber.put(number, new Channel(number, session, output, outbox, bursts, loop));
    }

    /** Forgets a channel that is closed. */
    void remove(Channel channel) {
        byNumber.remove(channel.number());
        last = null;
        peers.channelsClosed(1);
    }

    /** Brings what a read burst gathered to the queues, then confirms it. */
    void endBurst() {
        bursts.flush();
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).endBurst();
        }
        touched.clear();
    }

    void flushBursts() {
        bursts.flush();
    }

    /** Lets all consumers go on that waited for room. */
    void resume() {
        byNumber.values().forEach(Channel::resume);
    }

    /**
     * Ends all channels: first no queue offers anything more, then everything unsettled returns, in order over all channels;
     * then exclusive queues go.
     */
    void closeAll() {
        bursts.flush();
        Returns returns = new Returns();
        byNumber.values().forEach(Channel::detach);
        byNumber.values().forEach(channel -> channel.giveBack(returns));
        returns.requeue();
        peers.channelsClosed(byNumber.size());
        byNumber.clear();
        last = null;
        session.vhost().queues().deleteExclusive(session.owner());
    }
}
