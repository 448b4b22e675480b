package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.ConfirmedChannel.Route;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of a topic and a headers exchange that one client changes, over every restart; at most one change has no
 * answer. A binding that is lost shows as a message that is lost, one that comes back as a message that nobody sent there.
 */
final class Rebindings {

    private static final List<String> EXCHANGES = List.of(Layout.TOPIC, Layout.HEADERS);
    /** Which place of a key must have a yes, for each queue. */
    private static final List<String> PATTERNS = List.of("yes.#", "*.yes.*", "#.yes");

    private final Set<Binding> bound = new HashSet<>();
    private @Nullable Change unanswered;

    private record Binding(String exchange, int queue) {

        Map<String, Object> arguments() {
            return Map.of("x-match", queue == 0 ? "any" : "all", "to." + queue, "yes");
        }

        void bind(Channel channel) throws IOException {
            channel.queueBind(Layout.REBOUND.get(queue), exchange, PATTERNS.get(queue), arguments());
        }

        void unbind(Channel channel) throws IOException {
            channel.queueUnbind(Layout.REBOUND.get(queue), exchange, PATTERNS.get(queue), arguments());
        }
    }

    private record Change(Binding binding, boolean bind) {}

    synchronized void repeatUnanswered(Channel channel) throws IOException {
        if (unanswered != null) {
            perform(unanswered, channel);
        }
    }

    /** Binds what is not bound, or unbinds what is; returns when the broker has answered. */
    synchronized void change(Random random, Channel channel) throws IOException {
        Binding binding =
                new Binding(EXCHANGES.get(random.nextInt(EXCHANGES.size())), random.nextInt(Layout.REBOUND.size()));
        perform(new Change(binding, !bound.contains(binding)), channel);
    }

    private void perform(Change change, Channel channel) throws IOException {
        unanswered = change;
        if (change.bind()) {
            change.binding().bind(channel);
            bound.add(change.binding());
        } else {
            change.binding().unbind(channel);
            bound.remove(change.binding());
        }
        unanswered = null;
    }

    /** For some of the queues, of which those get it that are bound. */
    synchronized Route route(Random random) {
        String exchange = EXCHANGES.get(random.nextInt(EXCHANGES.size()));
        List<Boolean> wanted =
                Layout.REBOUND.stream().map(queue -> random.nextBoolean()).toList();
        List<String> words = wanted.stream().map(yes -> yes ? "yes" : "no").toList();
        Map<String, Object> headers = new HashMap<>();
        IntStream.range(0, words.size()).forEach(queue -> headers.put("to." + queue, words.get(queue)));
        List<String> reached = IntStream.range(0, wanted.size())
                .filter(queue -> wanted.get(queue) && bound.contains(new Binding(exchange, queue)))
                .mapToObj(Layout.REBOUND::get)
                .toList();
        return new Route(exchange, String.join(".", words), headers, reached);
    }
}
