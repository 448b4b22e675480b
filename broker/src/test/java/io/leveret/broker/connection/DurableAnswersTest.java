package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.declare;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConfirmSelectOk;
import io.leveret.amqp.method.ConnectionBlocked;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.ConnectionUnblocked;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxCommitOk;
import io.leveret.amqp.method.TxSelect;
import io.leveret.amqp.method.TxSelectOk;
import io.leveret.broker.alarm.Alarm;
import io.leveret.broker.storage.FakeStore;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told of durable things only once they are durable, on a disk that waits for the test's word. */
class DurableAnswersTest {

    private static final BasicProperties PERSISTENT =
            BasicProperties.builder().deliveryMode(2).build();
    private static final BasicPublish TO_QUEUE = new BasicPublish("", "q", false, false);

    private final DurableServer durable = new DurableServer();
    private final FakeStore store = durable.store;
    private final TestServer server = durable.server;
    private final TestClient client = server.open(2);

    @BeforeEach
    void declareQueue() {
        client.call(1, declareDurable("q"), QueueDeclareOk.class);
    }

    @AfterEach
    void close() {
        durable.close();
    }

    @Test
    void confirmsWhatIsPersistentOnceItIsDurable() {
        client.call(1, new ConfirmSelect(false), ConfirmSelectOk.class);
        store.hold();
        client.write(new ClientStream().publish(1, TO_QUEUE, PERSISTENT, "a").publish(1, TO_QUEUE, PERSISTENT, "b"));
        assertThat(client.takeAll()).isEmpty();

        durable.becomeDurable();

        assertThat(client.expect(1, BasicAck.class)).isEqualTo(new BasicAck(2, true));
    }

    @Test
    void keepsEveryMessageOfAQuorumQueue() {
        FieldTable quorum = FieldTable.builder().put("x-queue-type", "quorum").build();
        client.call(1, new QueueDeclare("quorum", false, true, false, false, false, quorum), QueueDeclareOk.class);
        long before = store.batches();

        client.write(new ClientStream()
                .publish(1, new BasicPublish("", "quorum", false, false), BasicProperties.EMPTY, "a"));

        assertThat(store.batches()).isEqualTo(before + 1);
    }

    @Test
    void aLoopThatHasEndedDoesNotFailTheStore() {
        durable.journal
                .newWaits(task -> {
                    throw new RejectedExecutionException("ended");
                })
                .add(batch -> true);

        durable.journal.durableMoved();

        assertThat(server.connectionCount()).isOne();
    }

    @Test
    void confirmsAtOnceWhatIsTransient() {
        client.call(1, new ConfirmSelect(false), ConfirmSelectOk.class);
        store.hold();

        client.write(new ClientStream().publish(1, TO_QUEUE, BasicProperties.EMPTY, "a"));

        assertThat(client.expect(1, BasicAck.class)).isEqualTo(new BasicAck(1, false));
    }

    @Test
    void doesWhatFollowsADeclarationOnlyAfterItsAnswer() {
        store.hold();
        client.write(new ClientStream()
                .method(1, declareDurable("r"))
                .publish(1, new BasicPublish("", "r", false, false), BasicProperties.EMPTY, "a")
                .method(1, new BasicGet("r", true)));
        assertThat(client.takeAll()).isEmpty();

        durable.becomeDurable();

        client.expect(1, QueueDeclareOk.class);
        assertThat(client.next().method()).isInstanceOf(BasicGetOk.class);
    }

    @Test
    void otherChannelsGoOnWhileOneWaits() {
        store.hold();
        client.write(new ClientStream().method(1, declareDurable("r")).method(2, new BasicGet("q", true)));

        client.expect(2, BasicGetEmpty.class);
        assertThat(client.takeAll()).isEmpty();
        durable.becomeDurable();
        client.expect(1, QueueDeclareOk.class);
    }

    @Test
    void answersACommitOnceAllOfItIsDurable() {
        client.call(1, new TxSelect(), TxSelectOk.class);
        store.hold();
        long before = store.batches();
        client.write(new ClientStream()
                .publish(1, TO_QUEUE, PERSISTENT, "a")
                .publish(1, TO_QUEUE, PERSISTENT, "b")
                .method(1, new TxCommit()));
        assertThat(client.takeAll()).isEmpty();
        assertThat(store.batches()).isEqualTo(before + 1);

        durable.becomeDurable();

        client.expect(1, TxCommitOk.class);
    }

    @Test
    void answersACommitOfAcknowledgementsOnceTheyAreDurable() {
        client.write(new ClientStream().publish(2, TO_QUEUE, PERSISTENT, "a"));
        client.call(1, new TxSelect(), TxSelectOk.class);
        client.call(1, new BasicGet("q", false), BasicGetOk.class);
        store.hold();
        client.write(new ClientStream().method(1, new BasicAck(1, false)).method(1, new TxCommit()));
        assertThat(client.takeAll()).isEmpty();

        durable.becomeDurable();

        client.expect(1, TxCommitOk.class);
    }

    @Test
    void aCommitForWhichMemoryRunsOutIsAnErrorOfItsConnectionAlone() {
        TestClient other = server.open(1);
        client.call(1, new TxSelect(), TxSelectOk.class);
        store.exhaustAppend();

        client.write(new ClientStream().publish(1, TO_QUEUE, PERSISTENT, "a").method(1, new TxCommit()));

        assertThat(client.expect(0, ConnectionClose.class)).isEqualTo(new ConnectionClose(541, "INTERNAL_ERROR", 0, 0));
        other.call(1, new BasicGet("q", true), BasicGetEmpty.class);
    }

    /** What came with the fault, whole frames and the beginning of one, is not lost: the answer to the close stands behind it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 12})
    void afterAnErrorTheAnswerToItsCloseIsUnderstoodHoweverItIsCut(int cut) {
        byte[] closeOk = new ClientStream().method(0, new ConnectionCloseOk()).bytes();
        assertThat(closeOk).hasSize(12);
        client.call(1, new TxSelect(), TxSelectOk.class);
        store.exhaustAppend();

        client.write(new ClientStream()
                .publish(1, TO_QUEUE, PERSISTENT, "a")
                .method(1, new TxCommit())
                .heartbeat()
                .heartbeat()
                .raw(Arrays.copyOf(closeOk, cut)));
        client.expect(0, ConnectionClose.class);
        client.write(Arrays.copyOfRange(closeOk, cut, closeOk.length));

        assertThat(client.isDisconnected()).isTrue();
    }

    @Test
    void seesWhatBecameDurableBeforeItWaited() {
        client.call(1, new ConfirmSelect(false), ConfirmSelectOk.class);
        store.hold();
        client.write(new ClientStream().publish(1, TO_QUEUE, PERSISTENT, "a"));
        // Told before the channel waits for more, and never again.
        durable.becomeDurable();
        client.expect(1, BasicAck.class);

        store.hold();
        client.write(new ClientStream().publish(1, TO_QUEUE, PERSISTENT, "b"));
        durable.becomeDurable();

        assertThat(client.expect(1, BasicAck.class)).isEqualTo(new BasicAck(2, false));
    }

    @Test
    void confirmsNothingThatAFailedStoreRefused() {
        client.call(1, new ConfirmSelect(false), ConfirmSelectOk.class);
        store.fail();

        client.write(new ClientStream().publish(1, TO_QUEUE, PERSISTENT, "a"));

        assertThat(client.takeAll())
                .extracting(TestClient.Received::method)
                .hasOnlyElementsOfType(ConnectionClose.class);
        assertThat(client.isHeard()).isTrue();
    }

    @Test
    void blocksWhoPublishesDuringAnAlarmUntilItIsCleared() {
        server.alarms().set(Alarm.DISK, true);
        client.write(new ClientStream().publish(1, TO_QUEUE, BasicProperties.EMPTY, "a"));
        assertThat(client.expect(0, ConnectionBlocked.class)).isEqualTo(new ConnectionBlocked("low on disk"));

        server.alarms().set(Alarm.DISK, false);
        server.run();

        client.expect(0, ConnectionUnblocked.class);
    }

    @Test
    void leavesWhoDoesNotPublishAlone() {
        server.alarms().set(Alarm.MEMORY, true);

        client.call(1, new BasicGet("q", true), BasicGetEmpty.class);

        assertThat(client.takeAll()).isEmpty();
    }

    private static QueueDeclare declareDurable(String queue) {
        QueueDeclare plain = declare(queue);
        return new QueueDeclare(plain.queue(), false, true, false, false, false, FieldTable.EMPTY);
    }
}
