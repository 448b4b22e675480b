package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A batch of dead letters that their queue keeps can't be appended, for want of memory: no target has got one with it. */
class LostDeadLettersTest {

    private static final int USUAL_PRIORITY = 4;

    private final DelayedVhost host = new DelayedVhost();
    private final Bursts bursts = host.vhost.newBursts(host.newWriter());
    private final Queue first = narrow("first");
    private final Queue second = narrow("second");

    @AfterEach
    void close() {
        host.close();
    }

    /** A target with room for one. */
    private Queue narrow(String name) {
        Queue queue = declare(name, FieldTable.builder().put("x-max-length", 1).put("x-overflow", "reject-publish"));
        host.bind("amq.fanout", name);
        return queue;
    }

    private Queue declare(String name, FieldTable.Builder arguments) {
        return host.vhost.queues().declare(durable(name, arguments.build()), this, ACCESS);
    }

    private Queue keeping(FieldTable.Builder arguments) {
        return declare(
                "q",
                arguments
                        .put("x-queue-type", "quorum")
                        .put("x-overflow", "reject-publish")
                        .put("x-dead-letter-strategy", "at-least-once")
                        .put("x-dead-letter-exchange", "amq.fanout"));
    }

    private void publish(Queue queue, String body) {
        BasicProperties properties = BasicProperties.builder().deliveryMode(2).build();
        Message message = new Message(new Address("", queue.name()), properties, body.getBytes(StandardCharsets.UTF_8));
        QueueBurst burst = bursts.of(queue);
        assertThat(burst.admit(message)).isTrue();
        bursts.publish(message, new QueueBurst[] {burst}, QueueSettings.NONE);
        bursts.flush();
    }

    private void reject(Queue queue) {
        bursts.reject(Objects.requireNonNull(queue.get(false)));
        bursts.flush();
    }

    private List<String> take(Queue from) {
        List<String> bodies = new ArrayList<>();
        for (QueueEntry entry = get(from); entry != null; entry = get(from)) {
            bodies.add(new String(entry.message().body(), StandardCharsets.UTF_8));
            bursts.settle(entry);
            bursts.flush();
        }
        return bodies;
    }

    private @Nullable QueueEntry get(Queue from) {
        QueueEntry entry = from.get(false);
        // What the queue has to read first is read.
        host.work();
        return entry == null ? from.get(false) : entry;
    }

    private void assertBothGet(String body, Queue of) {
        host.pass(70_000);
        assertThat(take(first)).containsExactly(body);
        assertThat(take(second)).containsExactly(body);
        host.pass(70_000);
        assertThat(take(first)).isEmpty();
        assertThat(take(second)).isEmpty();
        assertThat(host.store.positions(of.id(USUAL_PRIORITY))).isEmpty();
    }

    @Test
    void letterThatOneTargetRefusesComesToTheOther() {
        publish(second, "before");
        Queue queue = keeping(FieldTable.builder());
        publish(queue, "letter");
        reject(queue);
        host.store.exhaustAppend();
        assertThatThrownBy(host::work).isInstanceOf(OutOfMemoryError.class);
        assertThat(first.counts().ready()).isZero();

        assertThat(take(second)).containsExactly("before");

        assertBothGet("letter", queue);
    }

    @Test
    void letterThatIsTriedAgainComesToTheTargetThatTakesIt() {
        publish(first, "before");
        publish(second, "before");
        Queue queue = keeping(FieldTable.builder());
        publish(queue, "letter");
        reject(queue);
        host.work();
        assertThat(take(first)).containsExactly("before");
        host.store.exhaustAppend();
        assertThatThrownBy(() -> host.pass(1_000)).isInstanceOf(OutOfMemoryError.class);
        assertThat(first.counts().ready()).isZero();

        assertThat(take(second)).containsExactly("before");

        assertBothGet("letter", queue);
    }

    /** It was not ready, and nobody else has it. */
    @Test
    void letterThatIsOnlyInTheLogOutlivesAPurge() {
        Queue queue = declare("q", FieldTable.builder().put("x-dead-letter-exchange", "amq.fanout"));
        publish(queue, "letter");
        reject(queue);
        host.store.exhaustAppend();
        assertThatThrownBy(host::work).isInstanceOf(OutOfMemoryError.class);
        publish(queue, "next");

        assertThat(host.vhost.purges().purge(queue).count()).isEqualTo(1);

        host.restart();
        assertThat(host.vhost.queues().find("q", this).counts().ready()).isEqualTo(1);
    }

    /** It is nowhere but in the log until a restart. */
    @Test
    void letterThatAllTargetsTookTakesNoRoomInItsQueue() {
        Queue queue = keeping(FieldTable.builder().put("x-max-length", 1));
        publish(queue, "letter");
        reject(queue);
        host.store.exhaustAppend();
        assertThatThrownBy(host::work).isInstanceOf(OutOfMemoryError.class);

        publish(queue, "next");

        host.restart();
        assertThat(host.vhost.queues().find("q", this).counts().ready())
                .as("after a restart")
                .isEqualTo(2);
    }
}
