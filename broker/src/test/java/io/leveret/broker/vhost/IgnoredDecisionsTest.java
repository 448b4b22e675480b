package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leveret.broker.transaction.Transactions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log file tells of decisions that come to nothing. */
class IgnoredDecisionsTest {

    private static final Logger IGNORED =
            (Logger) LoggerFactory.getLogger(Transactions.class.getPackageName() + ".Ignored");

    private final TransactionalVhost host = new TransactionalVhost();
    private final ListAppender<ILoggingEvent> told = new ListAppender<>();

    @BeforeEach
    void listen() {
        told.start();
        IGNORED.setLevel(Level.WARN);
        IGNORED.addAppender(told);
    }

    @AfterEach
    void close() {
        IGNORED.detachAppender(told);
        IGNORED.setLevel(null);
        host.close();
    }

    private List<String> told() {
        return told.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static String first(String exchange, String transaction, String decision) {
        return "A decision of an unknown or decided transaction is ignored; further ones are only counted exchange="
                + exchange + " transaction=" + transaction + " decision=" + decision;
    }

    @Test
    void theFirstOneOfEachExchangeIsTold() {
        host.declare("other", true, TransactionalVhost.arguments());
        host.prepare("known", "one");
        host.commit("known");
        assertThat(told()).isEmpty();

        host.rollBack("known");
        host.commit("unknown");
        host.commit("known");
        assertThat(told()).containsExactly(first("tx", "known", "rollback"));

        for (int i = 0; i < 2; i++) {
            host.gather("other", TransactionalVhost.decision("t" + i, "commit"), "");
            host.flush();
            host.work();
        }
        assertThat(told()).containsExactly(first("tx", "known", "rollback"), first("other", "t0", "commit"));
        assertThat(host.vhost.transactionCounts().ignored()).isEqualTo(5);
    }
}
