package io.leveret.persistence.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.PlainMemoryDisk;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class GeneratedBacklogTest {

    /** 100 million messages in 10,000 queues; in each of 100,000 pairs of queue and segment one in eleven was settled out of order. */
    @Test
    void aCheckpointOfAHundredMillionMessagesStaysUnder50Megabytes() throws IOException {
        PlainMemoryDisk disk = new PlainMemoryDisk();
        Checkpoint written = GeneratedBacklog.checkpoint(100);
        written.write(disk);
        assertThat(disk.bytes(Checkpoint.fileName(100))).hasSizeLessThan(50_000_000);

        StoreState read = Checkpoint.read(disk, 100, (segment, queueId, ordinal) -> new int[0])
                .state();
        long live = 0;
        long pairs = 0;
        for (long queueId : read.queueIds()) {
            QueueState queue = read.queue(queueId);
            live += queue == null ? 0 : queue.live();
            pairs += queue == null
                    ? 0
                    : queue.backlogs().stream()
                            .filter(backlog -> backlog.settled() != null)
                            .count();
        }
        assertThat(live).isEqualTo(100_000_000);
        assertThat(pairs).isEqualTo(100_000);
        assertThat(read.segments()).isEqualTo(written.state().segments());
    }
}
