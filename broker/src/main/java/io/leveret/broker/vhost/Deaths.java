package io.leveret.broker.vhost;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import io.leveret.broker.message.RoutingKeys;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.transaction.TransactionHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a dead-lettered message tells of its deaths: the header {@code x-death}, the newest first, each queue and reason once, and
 * what RabbitMQ sets beside it. Such headers of a message that a client published mean nothing, since RabbitMQ 4.0. Immutable.
 */
final class Deaths {

    private static final String HEADER = "x-death";
    private static final String FIRST = "x-first-death-";
    private static final String LAST = "x-last-death-";
    private static final String CC = "CC";

    /** Of what was held back and could not be routed: where a queue's name stands for other reasons, this has the exchange's. */
    static final String UNROUTABLE = "unroutable";

    /** Of half messages that nobody decided, likewise. */
    static final String UNRESOLVED = TransactionHeaders.UNRESOLVED;

    private static final Set<String> OF_EXCHANGES = Set.of(UNROUTABLE, UNRESOLVED);

    private final List<FieldTable> newestFirst;

    private Deaths(List<FieldTable> newestFirst) {
        this.newestFirst = newestFirst;
    }

    /**
     * Why a message is dead-lettered.
     *
     * @param queue which it leaves, or the exchange
     * @param timeMs when, in milliseconds since 1970
     * @param delivered whether a client may have seen it
     */
    record Cause(String queue, String reason, long timeMs, boolean delivered) {

        static Cause of(Departure departure) {
            return new Cause(
                    departure.queue().name(), departure.reason().wireName(), departure.timeMs(), departure.delivered());
        }
    }

    /** What a message has behind it. */
    static Deaths of(Message message) {
        List<FieldTable> deaths = new ArrayList<>();
        if (message.past() != Past.NONE
                && message.properties().headers().get(HEADER) instanceof FieldValue.Array array) {
            for (FieldValue each : array.values()) {
                if (each instanceof FieldValue.Table table) {
                    deaths.add(table.value());
                }
            }
        }
        return new Deaths(deaths);
    }

    /**
     * Whether a message that died now would come to a queue once more without anybody having rejected it since: then it is
     * dropped, or it might go round for ever. What an exchange could not route does not count, since an exchange has no loop of its
     * own; a client that writes such a death into a message itself loses the check for its own message only.
     */
    boolean isCycle(String queue, Departure.Reason now) {
        if (now == Departure.Reason.REJECTED) {
            return false;
        }
        for (FieldTable death : newestFirst) {
            if (Departure.Reason.REJECTED.wireName().equals(text(death, "reason"))) {
                return false;
            }
            if (queue.equals(text(death, "queue")) && !isOfExchange(death)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfExchange(FieldTable death) {
        String reason = text(death, "reason");
        return reason != null && OF_EXCHANGES.contains(reason);
    }

    /** With one more, of that message: a queue and reason that were there before are counted, and come first. */
    Deaths and(Cause departed, Message message) {
        String queue = departed.queue();
        String reason = departed.reason();
        List<FieldTable> deaths = new ArrayList<>(newestFirst);
        Optional<FieldTable> before = deaths.stream()
                .filter(each -> queue.equals(text(each, "queue")) && reason.equals(text(each, "reason")))
                .findFirst();
        before.ifPresent(deaths::remove);
        deaths.add(0, before.map(Deaths::oneMore).orElseGet(() -> first(departed, message)));
        return new Deaths(deaths);
    }

    /**
     * The message as it is published again after the newest of these deaths: without a time to live.
     *
     * @param keys by which it is routed now: the one of {@code to}, and others
     */
    Message told(Cause departed, Message message, Address to, List<String> keys) {
        BasicProperties properties = message.properties();
        FieldTable.Builder headers = FieldTable.builder().putAll(properties.headers());
        headers.put(HEADER, newestFirst.stream().map(FieldValue::of).toList());
        if (message.past() == Past.NONE) {
            name(headers, FIRST, departed, message);
        }
        name(headers, LAST, departed, message);
        BasicProperties kept =
                properties.toBuilder().headers(headers.build()).expiration(null).build();
        boolean asBefore = message.furtherKeys() == null && keys.equals(message.routingKeys());
        return new Message(
                to,
                kept,
                message.body(),
                departed.delivered() ? Past.DELIVERED : Past.DEAD_LETTERED,
                asBefore ? null : List.copyOf(keys.subList(1, keys.size())));
    }

    private static void name(FieldTable.Builder headers, String prefix, Cause departed, Message message) {
        headers.put(prefix + "queue", departed.queue());
        headers.put(prefix + "reason", departed.reason());
        headers.put(prefix + "exchange", message.address().exchange());
    }

    private static FieldTable oneMore(FieldTable death) {
        FieldValue count = death.get("count");
        return FieldTable.builder()
                .putAll(death)
                .put("count", (count == null ? 0 : count.longValue()) + 1)
                .build();
    }

    private static FieldTable first(Cause departed, Message message) {
        FieldTable.Builder death = FieldTable.builder()
                .put("count", 1L)
                .put("reason", departed.reason())
                .put("queue", departed.queue())
                .put("time", new FieldValue.Timestamp(departed.timeMs() / 1000))
                .put("exchange", message.address().exchange())
                .put("routing-keys", routingKeys(message));
        String expiration = message.properties().expiration();
        if (expiration != null) {
            death.put("original-expiration", expiration);
        }
        return death.build();
    }

    /** Without those of BCC, which nobody is to see. */
    private static List<FieldValue> routingKeys(Message message) {
        List<String> all = message.routingKeys();
        List<FieldValue> copies =
                message.properties().headers().get(CC) instanceof FieldValue.Array array ? array.values() : List.of();
        List<FieldValue> keys = new ArrayList<>();
        keys.add(RoutingKeys.value(all.get(0)));
        all.stream().skip(1).map(RoutingKeys::value).filter(copies::contains).forEach(keys::add);
        return keys;
    }

    private static String text(FieldTable death, String key) {
        return death.get(key) instanceof FieldValue.LongString text ? text.asString() : "";
    }
}
