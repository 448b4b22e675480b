package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Peer;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class HeadersExchangeTest {

    private static final Map<String, Map<String, Object>> MESSAGES = messages();

    @Case("x-match all: every header of the binding must be there and equal")
    void all(Peer peer) throws Exception {
        observeMatches(peer, Map.of("x-match", "all", "a", 1, "b", 2));

        peer.expect("a=1 b=2, a=1 b=2 c=3");
    }

    @Case("without x-match all headers must match")
    void allIsTheDefault(Peer peer) throws Exception {
        observeMatches(peer, Map.of("a", 1, "b", 2));

        peer.expect("a=1 b=2, a=1 b=2 c=3");
    }

    @Case("x-match any: one header of the binding is enough")
    void any(Peer peer) throws Exception {
        observeMatches(peer, Map.of("x-match", "any", "a", 1, "b", 2));

        peer.expect("a=1, a=1 b=2, a=1 b=2 c=3, b=2, a=1 x-c=3, a=1 short");
    }

    @Case("x-match all and any do not look at headers that begin with x-")
    void ignoresXHeaders(Peer peer) throws Exception {
        observeMatches(peer, Map.of("x-match", "all", "a", 1, "x-c", 3));
        observeMatches(peer, Map.of("x-match", "any", "a", 9, "x-c", 3));

        peer.expect("a=1, a=1 b=2, a=1 b=2 c=3, a=1 x-c=3, a=1 short", "nothing");
    }

    @Case("x-match all-with-x and any-with-x look at headers that begin with x-")
    void withX(Peer peer) throws Exception {
        observeMatches(peer, Map.of("x-match", "all-with-x", "a", 1, "x-c", 3));
        observeMatches(peer, Map.of("x-match", "any-with-x", "a", 9, "x-c", 3));

        peer.expect("a=1 x-c=3", "x-c=3, a=1 x-c=3");
    }

    @Case("a binding without headers matches everything with all, nothing with any")
    void withoutHeaders(Peer peer) throws Exception {
        observeMatches(peer, Map.of());
        observeMatches(peer, Map.of("x-match", "any"));

        peer.expect(
                "none, a=1, a=2, a=1 b=2, a=1 b=2 c=3, b=2, x-c=3, a=1 x-c=3, a='1', a=1 short, a=1.0, a=1.0 float,"
                        + " a=1 decimal, a=true, a=void, a=[1 2], a=[1L 2], a={b=1}",
                "nothing");
    }

    @Case("a void value in a headers binding asks for presence only")
    void presence(Peer peer) throws Exception {
        observeMatches(peer, Collections.singletonMap("a", (@Nullable Object) null));

        peer.expect("a=1, a=2, a=1 b=2, a=1 b=2 c=3, a=1 x-c=3, a='1', a=1 short, a=1.0, a=1.0 float, a=1 decimal,"
                + " a=true, a=void, a=[1 2], a=[1L 2], a={b=1}");
    }

    @Case("header values of different types are not equal, of different integer widths are")
    void types(Peer peer) throws Exception {
        observeMatches(peer, Map.of("a", 1L));
        observeMatches(peer, Map.of("a", "1"));
        observeMatches(peer, Map.of("a", 1.0));
        observeMatches(peer, Map.of("a", true));

        peer.expect("a=1, a=1 b=2, a=1 b=2 c=3, a=1 x-c=3, a=1 short", "a='1'", "a=1.0, a=1.0 float", "a=true");
    }

    @Case("headers in tables and arrays are compared as a whole")
    void nested(Peer peer) throws Exception {
        observeMatches(peer, Map.of("a", List.of(1, 2)));
        observeMatches(peer, Map.of("a", Map.of("b", 1)));

        peer.expect("a=[1 2]", "a={b=1}");
    }

    @Case("an x-match that is none of the four is 406")
    void unknownMatch(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueBind(queue, "amq.headers", "", Map.of("x-match", "nonsense")));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - Invalid x-match field value <<\"nonsense\">>;"
                + " expected all, any, all-with-x, or any-with-x [queue.bind]");
    }

    @Case("an x-match that is no string is 406")
    void matchOfAnotherType(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueBind(queue, "amq.headers", "", Map.of("x-match", 5)));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - Invalid x-match field type signedint (value 5);"
                + " expected longstr [queue.bind]");
    }

    @Case("a headers exchange routes a message without headers only by bindings that ask for none")
    void messageWithoutHeaders(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "headers");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "", Map.of("a", 1));
        String all = peer.queue(channel, "all");
        channel.queueBind(all, exchange, "");

        peer.publish(channel, exchange, "", "bare");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(all, true));

        peer.expect("null", "bare");
    }

    /** A line with the messages that a queue gets which is bound with these arguments. */
    private static void observeMatches(Peer peer, Map<String, Object> binding) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.name("x");
        channel.exchangeDeclare(exchange, "headers");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "ignored", binding);
        for (Map.Entry<String, Map<String, Object>> message : MESSAGES.entrySet()) {
            peer.publish(channel, exchange, "", Headers.of(message.getValue()), message.getKey());
        }
        channel.queueUnbind(queue, exchange, "ignored", binding);
        List<String> matched = peer.drain(channel, queue);
        peer.observe(matched.isEmpty() ? "nothing" : String.join(", ", matched));
    }

    private static Map<String, Map<String, Object>> messages() {
        Map<String, Map<String, Object>> messages = new LinkedHashMap<>();
        messages.put("none", Map.of());
        messages.put("a=1", Map.of("a", 1));
        messages.put("a=2", Map.of("a", 2));
        messages.put("a=1 b=2", Map.of("a", 1, "b", 2));
        messages.put("a=1 b=2 c=3", Map.of("a", 1, "b", 2, "c", 3));
        messages.put("b=2", Map.of("b", 2));
        messages.put("x-c=3", Map.of("x-c", 3));
        messages.put("a=1 x-c=3", Map.of("a", 1, "x-c", 3));
        messages.put("a='1'", Map.of("a", "1"));
        messages.put("a=1 short", Map.of("a", (short) 1));
        messages.put("a=1.0", Map.of("a", 1.0));
        messages.put("a=1.0 float", Map.of("a", 1.0f));
        messages.put("a=1 decimal", Map.of("a", BigDecimal.ONE));
        messages.put("a=true", Map.of("a", true));
        messages.put("a=void", new HashMap<>(Collections.singletonMap("a", null)));
        messages.put("a=[1 2]", Map.of("a", List.of(1, 2)));
        messages.put("a=[1L 2]", Map.of("a", List.of(1L, 2)));
        messages.put("a={b=1}", Map.of("a", Map.of("b", 1)));
        return messages;
    }
}
