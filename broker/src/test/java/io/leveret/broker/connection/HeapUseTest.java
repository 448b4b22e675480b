package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.declare;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelCloseOk;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxCommitOk;
import io.leveret.amqp.method.TxRollback;
import io.leveret.amqp.method.TxRollbackOk;
import io.leveret.amqp.method.TxSelect;
import io.leveret.amqp.method.TxSelectOk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What connections hold on the heap is counted for the memory alarm, for as long as they hold it. */
class HeapUseTest {

    private static final BasicPublish TO_QUEUE = new BasicPublish("", "q", false, false);
    private static final String KIB = "x".repeat(1024);

    private final TestServer server = new TestServer();
    private final TestClient client = server.open(2);

    @BeforeEach
    void declareQueue() {
        client.call(1, declare("q"), QueueDeclareOk.class);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void anOpenTransactionCountsUntilItIsCommittedOrRolledBack() {
        client.call(1, new TxSelect(), TxSelectOk.class);
        publish(10);
        assertThat(held()).isGreaterThan(10 * 1024);

        client.call(1, new TxRollback(), TxRollbackOk.class);
        assertThat(held()).isZero();

        publish(10);
        client.call(1, new TxCommit(), TxCommitOk.class);
        assertThat(held()).isZero();
    }

    @Test
    void anOpenTransactionGoesWithItsConnection() {
        client.call(1, new TxSelect(), TxSelectOk.class);
        publish(10);

        client.disconnect();
        server.run();

        assertThat(held()).isZero();
    }

    @Test
    void anOpenTransactionGoesWithItsChannel() {
        client.call(1, new TxSelect(), TxSelectOk.class);
        publish(10);

        client.call(1, new ChannelClose(200, "", 0, 0), ChannelCloseOk.class);

        assertThat(held()).isZero();
    }

    @Test
    void whatAClientDoesNotReadCountsUntilItDoes() {
        client.send(1, Calls.consumeNoAck("q", "c"));
        client.takeAll();
        client.stall();
        publishFromElsewhere(1_000);
        assertThat(held()).isGreaterThan(100 * 1024);

        client.readAgain();
        client.takeAll();

        assertThat(held()).isZero();
    }

    private void publish(int count) {
        client.write(messages(count));
    }

    private void publishFromElsewhere(int count) {
        server.open(1).write(messages(count));
    }

    private static ClientStream messages(int count) {
        ClientStream stream = new ClientStream();
        for (int i = 0; i < count; i++) {
            stream.publish(1, TO_QUEUE, BasicProperties.EMPTY, KIB);
        }
        return stream;
    }

    private long held() {
        return server.heapUse().bytes();
    }
}
