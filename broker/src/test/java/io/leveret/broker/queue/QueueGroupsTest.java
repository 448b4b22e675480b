package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A queue whose messages are grouped by their routing key: a message is named by its group's letter and its number in it. */
class QueueGroupsTest {

    private final ManualTimer timer = new ManualTimer();
    private final List<String> told = new ArrayList<>();

    /** Of all deliveries; who got what is told as it happens, since an entry that returns forgets it. */
    private final List<QueueEntry> log = new ArrayList<>() {

        @Override
        public boolean add(QueueEntry entry) {
            told.add(Objects.requireNonNull(entry.consumer()).tag() + " " + name(entry.message()));
            return super.add(entry);
        }
    };

    private final FakeTarget target = new FakeTarget(log);
    private final List<String> departed = new ArrayList<>();
    private final DeadLetters deadLetters = new DeadLetters() {

        @Override
        public void offer(Departure departure) {
            departed.add(name(Objects.requireNonNull(departure.message())) + " " + departure.reason());
        }

        @Override
        public void process() {
            // They are looked at here only.
        }
    };

    private Queue queue = queue(FieldTable.builder(), 100);

    private Queue queue(FieldTable.Builder arguments, int lookahead) {
        FieldTable all = arguments.put("x-group-by", "routing-key").build();
        QueueContext context = new QueueContext(MemoryBudget.unlimited(), null, deadLetters, timer, timer, lookahead);
        return new Queue(Queues.queue(all).declaration(), () -> {}, context, null);
    }

    private static Message message(String name) {
        return new Message(
                new Address("", name.substring(0, 1)), BasicProperties.EMPTY, name.getBytes(StandardCharsets.UTF_8));
    }

    private static String name(Message message) {
        return new String(message.body(), StandardCharsets.UTF_8);
    }

    private void publish(String... names) {
        publishWithTtl(0, names);
    }

    private void publishWithTtl(long ttlMs, String... names) {
        QueueBurst burst = new QueueBurst(queue);
        for (String name : names) {
            burst.publish(message(name));
            burst.expiresAt(ttlMs == 0 ? 0 : timer.millis() + ttlMs);
        }
        burst.flush();
    }

    private Consumer consume(String tag, int prefetch) {
        Consumer consumer = Queues.consumer(queue, target, tag, prefetch);
        queue.addConsumer(consumer);
        return consumer;
    }

    /** Who got what since the last time, in order. */
    private List<String> delivered() {
        List<String> since = List.copyOf(told);
        told.clear();
        return since;
    }

    /** The last delivery of a message. */
    private QueueEntry held(String name) {
        QueueEntry found = null;
        for (QueueEntry entry : log) {
            found = name(entry.message()).equals(name) ? entry : found;
        }
        return Objects.requireNonNull(found);
    }

    private void settle(String... names) {
        Queues.settle(queue, List.of(names).stream().map(this::held).toList());
    }

    private void requeue(String... names) {
        List<QueueEntry> entries = List.of(names).stream().map(this::held).toList();
        entries.forEach(entry -> entry.returns(true, timer));
        queue.requeue(entries);
    }

    private GroupsView groups() {
        return Objects.requireNonNull(queue.groups(null, GroupsView.MOST_LISTED));
    }

    @Test
    void givesAllOfAGroupToOneConsumerWhileAnyIsUnsettled() {
        consume("c1", 2);
        consume("c2", 2);
        publish("a1", "b1", "a2", "b2", "a3", "c1");

        assertThat(delivered()).containsExactly("c1 a1", "c2 b1", "c1 a2", "c2 b2");
        settle("a1", "a2", "b1");
        assertThat(delivered()).as("a is free, and c1 has credit again").containsExactly("c1 a3", "c2 c1");
    }

    @Test
    void looksPastAGroupWhoseConsumerHasNoCredit() {
        consume("c1", 1);
        consume("c2", 10);
        publish("a1", "a2", "b1", "a3", "b2");

        assertThat(delivered()).containsExactly("c1 a1", "c2 b1", "c2 b2");
        assertThat(queue.counts()).isEqualTo(new Queue.QueueCounts(2, 3, 2));
        assertThat(groups().setAside()).isEqualTo(2);
        settle("a1");
        assertThat(delivered()).as("free, and first in order").containsExactly("c2 a2", "c2 a3");
        assertThat(groups().setAside()).isZero();
    }

    @Test
    void looksPastNothingWhileNobodyHasCredit() {
        consume("c1", 1);
        publish("a1", "a2", "b1");

        assertThat(delivered()).containsExactly("c1 a1");
        assertThat(groups().setAside()).isZero();
    }

    @Test
    void aMessageThatReturnsHoldsItsGroupUpAloneAndGoesFirst() {
        consume("c1", 3);
        publish("a1", "a2", "a3", "a4", "b1");
        assertThat(delivered()).containsExactly("c1 a1", "c1 a2", "c1 a3");
        consume("c2", 10);
        assertThat(delivered()).containsExactly("c2 b1");

        requeue("a1");
        assertThat(delivered()).as("a2 and a3 are not settled").isEmpty();
        settle("a3");
        assertThat(delivered()).isEmpty();
        settle("a2");
        assertThat(delivered()).containsExactly("c2 a1", "c2 a4");
    }

    @Test
    void theGroupsOfAConsumerThatIsLostMoveOnInOrder() {
        Consumer lost = consume("c1", 3);
        publish("a1", "b1", "a2", "a3");
        assertThat(delivered()).containsExactly("c1 a1", "c1 b1", "c1 a2");
        consume("c2", 10);
        queue.removeConsumer(lost);
        publish("c1", "b2");
        assertThat(delivered()).as("c1's are unsettled").containsExactly("c2 c1");

        requeue("a2", "b1", "a1");
        assertThat(delivered()).containsExactly("c2 a1", "c2 b1", "c2 a2", "c2 a3", "c2 b2");
    }

    @Test
    void withoutAcknowledgementsNobodyHoldsAGroup() {
        queue.addConsumer(Queues.consumer(queue, target, "c1", Queues.options(true, false, 1, 0)));
        queue.addConsumer(Queues.consumer(queue, target, "c2", Queues.options(true, false, 1, 0)));
        publish("a1", "a2", "a3");

        assertThat(delivered()).containsExactly("c1 a1", "c2 a2", "c1 a3");
        assertThat(groups().groups()).isZero();
    }

    @Test
    void aGetTakesTheFirstMessageWhoseGroupIsFreeAndHoldsThatGroup() {
        consume("c1", 1);
        publish("a1", "a2", "b1", "b2", "c1");

        QueueEntry first = Objects.requireNonNull(queue.get(false));
        assertThat(name(first.message())).isEqualTo("b1");
        QueueEntry second = Objects.requireNonNull(queue.get(true));
        assertThat(name(second.message())).as("b is held by the get").isEqualTo("c1");
        assertThat(queue.get(false)).isNull();
        Queues.settle(queue, List.of(first));
        assertThat(name(Objects.requireNonNull(queue.get(false)).message())).isEqualTo("b2");
        assertThat(queue.counts().ready()).isEqualTo(1);
    }

    @Test
    void waitsOnceAsMuchIsSetAsideAsMayBe() {
        queue = queue(FieldTable.builder(), 2);
        consume("c1", 1);
        consume("c2", 10);
        publish("a1", "a2", "a3");
        assertThat(groups().waits()).isFalse();
        publish("a4", "b1");

        assertThat(delivered()).containsExactly("c1 a1");
        assertThat(groups().setAside()).isEqualTo(2);
        assertThat(groups().waits()).isTrue();
        assertThat(queue.get(true)).isNull();
        settle("a1");
        assertThat(delivered()).containsExactly("c2 a2", "c2 a3", "c2 a4", "c1 b1");
        assertThat(groups().waits()).isFalse();
    }

    @Test
    void aMessageThatWaitsForItsRetryHoldsItsGroupUp() {
        queue = queue(FieldTable.builder().put("x-delayed-retry-type", "all").put("x-delayed-retry-min", 1_000), 100);
        consume("c1", 10);
        publish("a1");
        requeue("a1");
        publish("a2", "b1");
        assertThat(delivered()).containsExactly("c1 a1", "c1 b1");

        timer.pass(1_000);
        assertThat(delivered()).containsExactly("c1 a1", "c1 a2");
    }

    @Test
    void whatIsSetAsideExpiresOnTime() {
        queue = queue(FieldTable.builder().put("x-dead-letter-exchange", "dlx"), 100);
        consume("c1", 1);
        consume("c2", 1);
        publish("a1");
        publishWithTtl(100, "a2");
        publish("a3", "b1");
        timer.pass(100);

        assertThat(departed).containsExactly("a2 EXPIRED");
        settle("a1");
        assertThat(delivered()).containsExactly("c1 a1", "c2 b1", "c1 a3");
    }

    @Test
    void whatIsSetAsideCountsForTheLimitAndIsTheFirstToBeDropped() {
        queue = queue(FieldTable.builder().put("x-dead-letter-exchange", "dlx").put("x-max-length", 2), 100);
        consume("c1", 1);
        consume("c2", 1);
        publish("a1", "a2", "b1", "a3", "b2");

        assertThat(departed).containsExactly("a2 MAXLEN");
        assertThat(queue.counts().ready()).isEqualTo(2);
        settle("a1", "b1");
        assertThat(delivered()).endsWith("c1 a3", "c2 b2");
    }

    @Test
    void whatIsDroppedMakesRoomToLookPastOthers() {
        queue = queue(FieldTable.builder().put("x-max-length", 2), 1);
        consume("c1", 1);
        consume("c2", 1);
        publish("a1", "a2", "a3", "b1");
        timer.pass(1);

        assertThat(delivered()).as("a2 was looked past, and dropped").containsExactly("c1 a1", "c2 b1");
    }

    @Test
    void aMessageThatFailedTooOftenLeavesAndItsGroupGoesOn() {
        queue = queue(
                FieldTable.builder()
                        .put("x-queue-type", "quorum")
                        .put("x-dead-letter-exchange", "dlx")
                        .put("x-delivery-limit", 1),
                100);
        consume("c1", 1);
        publish("a1", "a2");
        requeue("a1");
        requeue("a1");

        assertThat(departed).containsExactly("a1 DELIVERY_LIMIT");
        assertThat(delivered()).containsExactly("c1 a1", "c1 a1", "c1 a2");
    }

    @Test
    void aQuorumQueueKeepsTheOrderOfAGroupWhateverPrioritiesAndReturns() {
        queue = queue(FieldTable.builder().put("x-queue-type", "quorum"), 100);
        consume("c1", 2);
        publish("a1", "a2", "a3");
        requeue("a2");
        requeue("a1");

        assertThat(delivered()).containsExactly("c1 a1", "c1 a2", "c1 a1", "c1 a2");
    }

    @Test
    void aPurgeTakesWhatIsSetAsideAndLeavesWhatIsGivenOut() {
        consume("c1", 1);
        consume("c2", 1);
        publish("a1", "a2", "a3", "b1", "b2");
        delivered();
        assertThat(queue.purge()).isEqualTo(3);

        publish("a4", "c1");
        assertThat(delivered()).isEmpty();
        settle("b1");
        assertThat(delivered()).as("a is held").containsExactly("c2 c1");
        settle("a1");
        assertThat(delivered()).containsExactly("c1 a4");
        assertThat(groups().groups()).isEqualTo(2);
    }

    @Test
    void aDeletedQueueCountsWhatIsSetAside() {
        consume("c1", 1);
        consume("c2", 1);
        publish("a1", "a2", "a3", "b1", "b2");

        assertThatThrownBy(() -> queue.delete(false, true)).isInstanceOf(AmqpException.class);
        assertThat(queue.delete(false, false)).isEqualTo(3);
        queue.afterDelete();
        settle("a1");
    }

    @Test
    void messagesWithoutAGroupGoToAnybody() {
        FieldTable byHeader = FieldTable.builder().put("x-group-by", "user").build();
        queue = Queues.queue(byHeader);
        consume("c1", 2);
        consume("c2", 2);
        Queues.publish(queue, 0, 4);

        assertThat(delivered()).containsExactly("c1 0", "c2 1", "c1 2", "c2 3");
        assertThat(groups().groups()).isZero();
    }

    @Test
    void anExclusiveConsumerIsRefused() {
        Consumer exclusive = Queues.consumer(queue, target, "c", Queues.options(false, true, 1, 0));

        assertThatThrownBy(() -> queue.addConsumer(exclusive))
                .isInstanceOf(AmqpException.class)
                .hasMessage("PRECONDITION_FAILED - queue 'q' in vhost '/' with 'x-group-by' does not support"
                        + " exclusive consumers");
        assertThat(queue.counts().consumers()).isZero();
    }

    @Test
    void showsWhoHoldsWhichGroup() {
        consume("c1", 2);
        publish("a1", "a2", "a3");
        consume("c2", 1);
        publish("b1");

        assertThat(groups().groups()).isEqualTo(2);
        GroupsView.GroupView a = view("a");
        assertThat(a).isEqualTo(new GroupsView.GroupView("a", "c1", 2, 1, 0));
        assertThat(view("b").unsettled()).isEqualTo(1);
        assertThat(Queues.queue().groups(null, 1)).isNull();
    }

    private GroupsView.GroupView view(String key) {
        assertThat(queue.group(key)).hasSize(1);
        return queue.group(key).get(0);
    }

    @Test
    void listsGroupsPageByPageInTheOrderOfTheirKeys() {
        consume("c1", 10);
        publish("c1", "a1", "d1", "b1", "e1");

        assertThat(keys(null, 2)).containsExactly("a", "b");
        assertThat(keys("b", 2)).containsExactly("c", "d");
        assertThat(keys("d", 2)).containsExactly("e");
        assertThat(keys("e", 2)).isEmpty();
        assertThat(queue.group("x")).isEmpty();
        assertThatThrownBy(() -> queue.groups(null, 0)).hasMessage("limit: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> queue.groups(null, 1_001)).hasMessage("limit: 1001 (expected: 1 to 1000)");
    }

    private List<String> keys(@Nullable String after, int limit) {
        return Objects.requireNonNull(queue.groups(after, limit)).listed().stream()
                .map(GroupsView.GroupView::key)
                .toList();
    }

    @Test
    void aTextAndANumberThatReadTheSameAreOnOnePage() {
        queue = Queues.queue(FieldTable.builder().put("x-group-by", "user").build());
        consume("c1", 10);
        QueueBurst burst = new QueueBurst(queue);
        for (FieldValue user : List.of(FieldValue.of("7"), FieldValue.of(7), FieldValue.of("8"))) {
            FieldTable headers = FieldTable.builder().put("user", user).build();
            burst.publish(Queues.message(
                    "m", BasicProperties.builder().headers(headers).build()));
        }
        burst.flush();

        assertThat(keys(null, 1)).containsExactly("7", "7");
        assertThat(keys("7", 1)).containsExactly("8");
        assertThat(queue.group("7")).hasSize(2);
        assertThat(queue.group("8")).hasSize(1);
    }

    @Test
    void aMassThatIsLookedPastGoesInSlicesAndIsFoundAllTheSame() {
        queue = queue(FieldTable.builder(), 100_000);
        consume("c1", 1);
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < 3 * SetAside.SLICE; i++) {
            burst.publish(message("a" + i));
        }
        burst.publish(message("b1"));
        burst.flush();
        consume("c2", 10);
        timer.pass(1);

        assertThat(delivered()).containsExactly("c1 a0", "c2 b1");
        assertThat(groups().setAside()).isEqualTo(3 * SetAside.SLICE - 1);
    }
}
