package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.DiskFullException;
import io.leveret.persistence.disk.Faults;
import io.leveret.persistence.disk.MemoryDisk;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(CrashVerdict.class)
class PendingTotalTest {

    private final PendingTotal total = new PendingTotal();
    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void countsWhatAllLogsWaitForUntilItIsDurable() throws IOException {
        LogUnderTest one = new LogUnderTest(disk, total);
        LogUnderTest other = new LogUnderTest(new MemoryDisk(), total);
        one.publish(1, 1000);
        other.publish(1, 2000);
        assertThat(total.bytes()).isEqualTo(one.log.pendingBytes() + other.log.pendingBytes());
        assertThat(total.bytes()).isBetween(3000L, 3500L);

        one.background.runAll();
        assertThat(total.bytes()).isEqualTo(other.log.pendingBytes());

        other.background.runAll();
        assertThat(total.bytes()).isZero();
    }

    @Test
    void forgetsWhatAFailedLogHad() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, total);
        log.publish(1, 1000);
        disk.faults().next(Faults.Kind.FAIL);

        log.background.runAll();

        assertThat(log.heard).containsExactly("failed");
        assertThat(total.bytes()).isZero();
    }

    /** Its virtual host may be deleted because of that. */
    @Test
    void forgetsWhatAFullDiskDidNotTakeWhenTheLogIsClosed() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, total);
        disk.capacity(disk.usedBytes() + 100);
        log.publishAndFlush(1, 1000);
        assertThat(total.bytes()).isPositive();

        assertThatThrownBy(log.log::close).isInstanceOf(DiskFullException.class);

        assertThat(total.bytes()).isZero();
    }
}
