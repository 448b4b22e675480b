package io.leveret.broker.vhost;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import io.leveret.broker.vhost.Deaths.Cause;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the last message told that died for the first time: of a million that expire together nearly all tell the same, so that the headers are
 * made once for each of them that differs. Any thread may use it.
 */
final class AlikeDeaths {

    private static final long SECOND_MS = 1_000;
    private static final byte[] NO_BODY = {};

    /** A dead letter that had the same before it tells the same. */
    private volatile @Nullable Dead last;

    /**
     * A message as it is published again.
     *
     * @param deaths all that it has behind it
     */
    record Told(Deaths deaths, Message message) {}

    /** What it tells depends on nothing else: the time of a death is told by the second. */
    private record Dead(
            Cause cause, BasicProperties before, Address from, String exchange, List<String> keys, Told told) {

        boolean isAlike(Cause other, Message message, String to, List<String> by) {
            return cause.delivered() == other.delivered()
                    && cause.timeMs() / SECOND_MS == other.timeMs() / SECOND_MS
                    && cause.queue().equals(other.queue())
                    && cause.reason().equals(other.reason())
                    && from.exchange().equals(message.address().exchange())
                    && from.routingKey().equals(message.address().routingKey())
                    && exchange.equals(to)
                    && keys.equals(by)
                    && Arrays.equals(before.encoded(), message.properties().encoded());
        }
    }

    /**
     * A message that died as it is published again.
     *
     * @param exchange to which it goes
     * @param keys by which it is routed now, at least one
     */
    Told told(Cause cause, Message message, String exchange, List<String> keys) {
        if (message.past() != Past.NONE || message.furtherKeys() != null) {
            return tell(cause, message, exchange, keys);
        }
        Dead before = last;
        if (before != null && before.isAlike(cause, message, exchange, keys)) {
            return alike(before.told(), message.body());
        }
        Told told = tell(cause, message, exchange, keys);
        // No body is to stay in memory for this.
        last = new Dead(cause, message.properties(), message.address(), exchange, keys, alike(told, NO_BODY));
        return told;
    }

    private static Told tell(Cause cause, Message message, String exchange, List<String> keys) {
        Deaths deaths = Deaths.of(message).and(cause, message);
        return new Told(deaths, deaths.told(cause, message, new Address(exchange, keys.get(0)), keys));
    }

    private static Told alike(Told told, byte[] body) {
        Message dead = told.message();
        return new Told(
                told.deaths(), new Message(dead.address(), dead.properties(), body, dead.past(), dead.furtherKeys()));
    }
}
