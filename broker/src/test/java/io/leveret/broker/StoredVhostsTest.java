package io.leveret.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.auth.User;
import io.leveret.broker.event.Events;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.Storage;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.persistence.disk.FolderDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoredVhostsTest {

    private final BrokerSettings settings = BrokerSettings.defaults();
    private final MemoryBudget budget = MemoryBudget.unlimited();

    @TempDir
    private Path data = Path.of("");

    @Test
    void oneThatCannotBeDescribedLeavesNothingBehindAndCanBeOpenedAgain() throws IOException {
        try (Storage storage = new Storage(data, FolderDisk::open, settings.storage())) {
            declareQueue(storage);
            List<Journal> opened = new ArrayList<>();
            StoredVhosts failing = vhosts(storage, vhost -> {
                assertThat(budget.usedBytes()).as("of what is recovered").isPositive();
                opened.add(Objects.requireNonNull(vhost.journal()));
                throw new IllegalStateException("on purpose");
            });

            assertThatThrownBy(() -> failing.open("/", journal -> {})).hasMessage("on purpose");

            assertThat(budget.usedBytes()).isZero();
            // So that what goes on in the background ends.
            assertThat(opened).singleElement().matches(Journal::isOver);
            VirtualHost again = vhosts(storage, vhost -> {}).open("/", journal -> {});
            assertThat(again.summary()).startsWith("vhost=/ queues=1 ");
        }
    }

    /** One that is in the memory budget once it is recovered, even if it is empty. */
    private void declareQueue(Storage storage) throws IOException {
        FieldTable unique =
                FieldTable.builder().put("x-message-deduplication", true).build();
        VirtualHost vhost = vhosts(storage, each -> {}).open("/", journal -> {});
        vhost.queues().declare(new QueueDeclare("q", false, true, false, false, false, unique), this, access());
        vhost.discard();
        storage.close(Objects.requireNonNull(vhost.journal()));
        assertThat(budget.usedBytes()).isZero();
    }

    private StoredVhosts vhosts(Storage storage, Consumer<VirtualHost> described) {
        return new StoredVhosts(settings, storage, budget, task -> {}, Events.none(), described);
    }

    private static Access access() {
        User user = new User("guest", List.of("administrator"));
        return Objects.requireNonNull(new Authenticator(LoginSettings.defaults()).access(user, "/"));
    }
}
