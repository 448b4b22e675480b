package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Admitted;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueCounts;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a burst settles that can't be appended, for want of memory: the log never knows of it, and so it has not left. */
class DroppedBurstTest {

    private final DelayedVhost host = new DelayedVhost();
    private final Bursts bursts = host.vhost.newBursts(host.newWriter());

    @AfterEach
    void close() {
        host.close();
    }

    private Queue declare(String name, FieldTable.Builder arguments) {
        return host.vhost.queues().declare(durable(name, arguments.build()), this, ACCESS);
    }

    private static Message message(Queue to, int deliveryMode) {
        BasicProperties properties = BasicProperties.builder()
                .deliveryMode(deliveryMode)
                .headers(FieldTable.builder().put("x-deduplication-header", "k").build())
                .build();
        return new Message(new Address("", to.name()), properties, new byte[10]);
    }

    private Admitted ask(Queue queue) {
        Admitted answer = bursts.ask(bursts.of(queue), message(queue, 2));
        bursts.endKeys();
        bursts.of(queue).giveUp();
        return answer;
    }

    private void publish(Queue queue, int deliveryMode) {
        Message message = message(queue, deliveryMode);
        assertThat(bursts.ask(bursts.of(queue), message)).isEqualTo(Admitted.TAKEN);
        bursts.publish(message, new QueueBurst[] {bursts.of(queue)}, QueueSettings.NONE);
        bursts.flush();
    }

    private static QueueEntry get(Queue queue) {
        return Objects.requireNonNull(queue.get(false));
    }

    private void dropAll() {
        host.store.exhaustAppend();
        assertThatThrownBy(bursts::flush).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void whatItAcknowledgesIsBackInItsQueue() {
        Queue queue = host.queue("q");
        publish(queue, 2);
        QueueEntry entry = get(queue);
        entry.transmitted();
        bursts.settle(entry);
        dropAll();
        assertThat(queue.counts()).isEqualTo(new QueueCounts(1, 0, 0));
        assertThat(queue.bytes().unacked()).isZero();

        QueueEntry again = get(queue);
        assertThat(again).isSameAs(entry);
        assertThat(again.redelivered()).isTrue();
        bursts.settle(again);
        bursts.flush();

        assertThat(host.store.positions(queue.id(0))).isEmpty();
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 0));
    }

    /** Without a part in the log, but in a burst with something that has. */
    @Test
    void whatIsTransientIsBackAsWell() {
        Queue queue = host.queue("q");
        Queue other = host.queue("other");
        publish(queue, 1);
        publish(other, 2);
        bursts.settle(get(queue));
        bursts.settle(get(other));
        dropAll();

        assertThat(queue.counts()).isEqualTo(new QueueCounts(1, 0, 0));
        assertThat(other.counts()).isEqualTo(new QueueCounts(1, 0, 0));
    }

    @Test
    void whatItRejectsIsBackAndDeadLetteredWhenItIsRejectedAgain() {
        Queue dead = host.queue("dead");
        Queue queue = declare(
                "q", FieldTable.builder().put("x-dead-letter-exchange", "").put("x-dead-letter-routing-key", "dead"));
        publish(queue, 2);
        publish(dead, 2);
        bursts.reject(get(queue));
        bursts.settle(get(dead));
        dropAll();
        host.work();
        assertThat(queue.counts()).isEqualTo(new QueueCounts(1, 0, 0));
        assertThat(dead.counts().ready()).isOne();

        bursts.reject(get(queue));
        bursts.flush();
        host.work();

        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 0));
        assertThat(dead.counts().ready()).isEqualTo(2);
    }

    @Test
    void whatNeededNoAcknowledgementHasLeftUntilARestart() {
        Queue queue = declare("q", FieldTable.builder().put("x-message-deduplication", true));
        publish(queue, 2);
        bursts.settleUnasked(Objects.requireNonNull(queue.get(true)));
        assertThat(queue.bytes().unacked()).isPositive();
        dropAll();

        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 0));
        assertThat(queue.bytes().unacked()).isZero();
        assertThat(ask(queue)).as("its key").isEqualTo(Admitted.TAKEN);
        host.restart();
        assertThat(host.queue("other").counts().ready()).isZero();
        assertThat(host.vhost.queues().find("q", this).counts().ready()).isOne();
    }

    @Test
    void keyOfWhatIsBackIsTaken() {
        Queue queue = declare("q", FieldTable.builder().put("x-message-deduplication", true));
        publish(queue, 2);
        bursts.settle(get(queue));
        dropAll();
        assertThat(ask(queue)).isEqualTo(Admitted.DUPLICATE);

        bursts.settle(get(queue));
        bursts.flush();

        assertThat(ask(queue)).isEqualTo(Admitted.TAKEN);
    }

    @Test
    void groupOfWhatIsBackGoesOn() {
        Queue queue = declare("q", FieldTable.builder().put("x-group-by", "routing-key"));
        publish(queue, 2);
        publish(queue, 2);
        QueueEntry first = get(queue);
        assertThat(queue.get(false)).as("held up").isNull();
        bursts.settle(first);
        dropAll();

        assertThat(get(queue)).as("in its order").isSameAs(first);
        bursts.settle(first);
        bursts.flush();

        assertThat(get(queue).position()).isGreaterThan(first.position());
    }

    @Test
    void roomThatWasAskedForAndNothingCameIsFree() {
        Queue queue = declare("q", FieldTable.builder().put("x-max-length", 1).put("x-overflow", "reject-publish"));
        assertThat(bursts.ask(bursts.of(queue), message(queue, 2))).isEqualTo(Admitted.TAKEN);

        bursts.drop();
        bursts.endKeys();

        Bursts others = host.vhost.newBursts(host.newWriter());
        assertThat(others.ask(others.of(queue), message(queue, 2))).isEqualTo(Admitted.TAKEN);
    }

    /** As when memory runs out in the middle of a message. */
    @Test
    void placesInExchangesToWhichAMessageDidNotComeAreFree() {
        Message message = message(host.queue("q"), 2);
        FailingHold first = new FailingHold();
        FailingHold second = new FailingHold();

        assertThatThrownBy(() -> bursts.publish(message, new QueueBurst[0], QueueSettings.NONE, List.of(first, second)))
                .isInstanceOf(OutOfMemoryError.class);

        assertThat(first.givenUp).containsExactly(message);
        assertThat(second.givenUp).containsExactly(message);
    }

    /** Keeps places, and takes nothing. */
    private static final class FailingHold implements Hold {

        private final List<Message> givenUp = new ArrayList<>();

        @Override
        public String exchange() {
            return "failing";
        }

        @Override
        public boolean hasStore() {
            return false;
        }

        @Override
        public long queueId() {
            return 0;
        }

        @Override
        public void check(BasicProperties properties, byte[] body) {
            // All is well.
        }

        @Override
        public boolean holds(Message message) {
            return true;
        }

        @Override
        public boolean commands(Message message) {
            return false;
        }

        @Override
        public long dueMs(Message message) {
            throw new OutOfMemoryError("on purpose");
        }

        @Override
        public boolean stores(Message message, long dueMs) {
            return false;
        }

        @Override
        public long hash(Message message, long dueMs) {
            return 0;
        }

        @Override
        public void giveUp(Message message) {
            givenUp.add(message);
        }

        @Override
        public void delete() {
            givenUp.clear();
        }
    }
}
