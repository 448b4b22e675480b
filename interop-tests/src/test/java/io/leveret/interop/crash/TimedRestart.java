package io.leveret.interop.crash;

import static io.leveret.interop.crash.RestartCase.persistent;
import static io.leveret.interop.crash.RestartCase.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.QueueState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is to happen at a time. These come first, before and after the restart, so that little else goes on in that time. */
enum TimedRestart implements RestartCase {
    A_MESSAGE_DIES_AT_THE_TIME_THAT_IT_GOT_WHEN_IT_CAME(
            "classic: old",
            "classic: new",
            "quorum: old",
            "quorum: new",
            "ttl of the queue: old",
            "ttl of the queue: new") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.queueDeclare("mortal.began", true, false, false, null);
            declare(channel, "classic", Map.of());
            declare(channel, "quorum", Map.of("x-queue-type", "quorum"));
            declare(channel, "ttl of the queue", Map.of("x-message-ttl", LIFE_MS));
            publish(channel, "", "mortal classic", mortal(LIFE_MS), "old");
            publish(channel, "", "mortal quorum", mortal(LIFE_MS), "old");
            publish(channel, "", "mortal ttl of the queue", persistent(), "old");
            publish(channel, "", "mortal.began", persistent(), Long.toString(System.currentTimeMillis()));
        }

        /** One more that dies a little later, for each: it would be the first if the old one's time began anew. */
        @Override
        public void after(Observer observer) throws Exception {
            GetResponse began = Objects.requireNonNull(observer.get("mortal.began"));
            long deadline = Long.parseLong(new String(began.getBody(), StandardCharsets.UTF_8)) + LIFE_MS + LATER_MS;
            for (String kind : KINDS) {
                long lifeMs = Math.max(LATER_MS, deadline - System.currentTimeMillis());
                publish(observer.channel(), "", "mortal later " + kind, mortal(lifeMs), "new");
            }
            for (String kind : KINDS) {
                QueueState.awaitReady(observer.channel(), "mourned " + kind, 2);
                observer.drain("mourned " + kind, kind + ": ");
            }
        }
    };

    private static final List<String> KINDS = List.of("classic", "quorum", "ttl of the queue");

    /** Longer than it takes to stop; whoever waits for the rest of it waits no longer than {@link QueueState} does. */
    private static final long LIFE_MS = 4_000;

    /** Shorter than it takes to stop and to start. */
    private static final long LATER_MS = 800;

    private final List<String> expected;

    TimedRestart(String... expected) {
        this.expected = List.of(expected);
    }

    @Override
    public List<String> expected() {
        return expected;
    }

    private static void declare(Channel channel, String kind, Map<String, Object> arguments) throws IOException {
        Map<String, Object> letters =
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "mourned " + kind);
        Map<String, Object> all = new HashMap<>(arguments);
        all.putAll(letters);
        channel.queueDeclare("mourned " + kind, true, false, false, null);
        channel.queueDeclare("mortal " + kind, true, false, false, all);
        channel.queueDeclare("mortal later " + kind, true, false, false, letters);
    }

    private static BasicProperties mortal(long lifeMs) {
        return persistent().builder().expiration(Long.toString(lifeMs)).build();
    }
}
