package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which types of the protocol the arguments of a quorum queue may have. */
final class QuorumArgumentTypesTest {

    private static final String DECLARED = "queue q: 0 messages, 0 consumers";

    private static final List<String> NUMBERS = List.of(
            "x-expires",
            "x-message-ttl",
            "x-max-length",
            "x-max-length-bytes",
            "x-max-in-memory-length",
            "x-max-in-memory-bytes",
            "x-consumer-timeout",
            "x-consumer-disconnected-timeout",
            "x-quorum-initial-group-size");

    private static final List<String> TEXTS = List.of("x-overflow", "x-dead-letter-strategy", "x-queue-leader-locator");

    @Case("numbers of a quorum queue are integers of any width")
    void widths(Peer peer) throws Exception {
        for (Object value : new Object[] {(byte) 5, (short) 5, 5, 5L}) {
            Map<String, Object> arguments = new HashMap<>();
            NUMBERS.forEach(each -> arguments.put(each, each.equals("x-expires") ? widened(value) : value));
            arguments.put("x-delivery-limit", value);
            arguments.put("x-delayed-retry-min", value);
            arguments.put("x-delayed-retry-max", value);
            declare(peer, arguments);
        }

        peer.expect(DECLARED, DECLARED, DECLARED, DECLARED);
    }

    /** Long enough for the queue not to expire meanwhile, where there is room for that. */
    private static Object widened(Object value) {
        return value instanceof Byte || value instanceof Short ? Short.MAX_VALUE : 60_000L;
    }

    @Case("x-delivery-limit of any integer width holds, and 20 if it is no integer")
    void deliveryLimitOfAnyWidth(Peer peer) throws Exception {
        for (Object value : new Object[] {(byte) 1, (short) 1, 1, 1L, 1.0, "1", true}) {
            Channel channel = peer.channel();
            String queue = peer.quorumQueue(channel, "q", Map.of("x-delivery-limit", value));
            peer.enqueue(channel, queue, "m");
            int tries = 0;
            for (var got = channel.basicGet(queue, false); got != null; got = channel.basicGet(queue, false)) {
                tries++;
                channel.basicReject(got.getEnvelope().getDeliveryTag(), true);
            }
            peer.observe(tries);
            channel.queueDelete(queue);
        }

        peer.expect("2", "2", "2", "2", "21", "21", "21");
    }

    @Case("numbers of a quorum queue are nothing else than integers")
    void noNumbers(Peer peer) throws Exception {
        for (String argument : NUMBERS) {
            declare(peer, argument, 5.0);
        }

        peer.expect(NUMBERS.stream()
                .map(each -> refused(each, "\"expected integer, got double\""))
                .toArray(String[]::new));
    }

    @Case("x-max-length of a quorum queue of each other type is 406")
    void otherTypes(Peer peer) throws Exception {
        declare(peer, "x-max-length", "5", 5.0f, true, new BigDecimal(5), new Date(5_000), List.of(), Map.of());
        declare(peer, "x-max-length", new byte[] {5}, null);

        peer.expect(
                List.of("longstr", "float", "bool", "decimal", "timestamp", "array", "table", "binary", "void").stream()
                        .map(each -> refused("x-max-length", "\"expected integer, got " + each + "\""))
                        .toArray(String[]::new));
    }

    @Case("words of a quorum queue are long strings, not octets and not nothing")
    void words(Peer peer) throws Exception {
        for (String argument : TEXTS) {
            declare(peer, argument, new byte[] {'a'}, null);
        }

        peer.expect(TEXTS.stream()
                .flatMap(each -> List.of("binary", "void").stream()
                        .map(type -> refused(each, "{unacceptable_type," + type + "}")))
                .toArray(String[]::new));
    }

    private static String refused(String argument, String problem) {
        return "channel closed: 406 PRECONDITION_FAILED - invalid arg '" + argument + "' for queue 'q' in vhost '/': "
                + problem + " [queue.declare]";
    }

    private static void declare(Peer peer, String argument, @Nullable Object... values) throws Exception {
        for (Object value : values) {
            declare(peer, Collections.singletonMap(argument, value));
        }
    }

    /** Declares a fresh quorum queue. */
    private static void declare(Peer peer, Map<String, @Nullable Object> arguments) throws Exception {
        Channel channel = peer.channel();
        Map<String, @Nullable Object> all = new HashMap<>(arguments);
        all.put("x-queue-type", "quorum");
        peer.attempt(channel, () -> {
            channel.queueDelete(peer.name("q"));
            return channel.queueDeclare(peer.name("q"), true, false, false, all);
        });
    }
}
