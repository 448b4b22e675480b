package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.channel.Channel;
import io.leveret.broker.channel.GivingBack;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Looks in the channels of one connection for deliveries that have waited for their acknowledgement for too long, and takes them back: so much
 * in each of the loop's turns, since there may be thousands of channels, each with very many. Owned by the connection's event loop.
 */
final class TimeOuts {

    /** For how many deliveries, at most, a turn looks into one more channel: half a piece, since that one may add a piece of its own. */
    static final int TURN = GivingBack.PIECE / 2;

    /** As how many deliveries a channel counts besides its own: its consumers are looked through, and maybe cancelled, or it closes. */
    static final int CHANNEL = 10;

    /** Likewise one with nothing outstanding. */
    private static final int IDLE_CHANNEL = 1;

    private final Channels channels;
    private final Connection connection;
    private final LongSupplier nanoClock;

    /** Those that this check has yet to look into. One that closes meanwhile has nothing to look for. */
    private final ArrayDeque<Channel> ahead = new ArrayDeque<>(0);

    TimeOuts(Channels channels, Connection connection, LongSupplier nanoClock) {
        this.channels = channels;
        this.connection = connection;
        this.nanoClock = nanoClock;
    }

    /** Begins a check of all channels, unless the last one has not come to its end. */
    void check(Collection<Channel> all) {
        if (ahead.isEmpty()) {
            ahead.addAll(all);
            goOn();
        }
    }

    private void goOn() {
        // Not that of the beginning: what was delivered since then is not as old.
        long nowMs = TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong());
        int left = TURN;
        while (left > 0 && !ahead.isEmpty()) {
            Channel channel = ahead.remove();
            int deliveries = channel.timeOut(nowMs, () -> end(channel));
            left -= deliveries < 0 ? IDLE_CHANNEL : CHANNEL + deliveries;
        }
        if (connection.isOpen() && !ahead.isEmpty()) {
            connection.inLaterTurn(this::goOn);
        }
    }

    /** What was found in a channel returns. */
    private void end(Channel channel) {
        try {
            if (connection.isOpen()) {
                channel.endTimeOut();
            }
        } catch (AmqpException e) {
            channels.fault(channel, e);
        }
        if (connection.isOpen()) {
            // What was held may have published.
            channels.endBurst();
        }
    }
}
