package io.leveret.persistence.log;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordedRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log on a disk in memory whose background runs when the test says so, with what its listener heard. */
final class LogUnderTest implements LogListener {

    static final LogSettings SMALL = new LogSettings(SyncMode.FSYNC, 4096, 1000, 0, 0);

    final MemoryDisk disk;
    final ManualBackground background = new ManualBackground();
    final RecordedRecords replayed = new RecordedRecords();
    final Batch batch = new Batch();
    final List<String> heard = new ArrayList<>();
    final MessageLog log;

    @Nullable
    Throwable failure;

    private LogUnderTest(MemoryDisk disk, LogSettings settings, LogPlace from, PendingTotal total) throws IOException {
        this.disk = disk;
        LogResources resources = new LogResources(background, background, new WriteBuffers(700), background, total);
        log = MessageLog.open(disk, settings, resources, this, from, replayed);
    }

    LogUnderTest(MemoryDisk disk, LogSettings settings, LogPlace from) throws IOException {
        this(disk, settings, from, new PendingTotal());
    }

    LogUnderTest(MemoryDisk disk, PendingTotal total) throws IOException {
        this(disk, SMALL, LogPlace.START, total);
    }

    LogUnderTest(MemoryDisk disk, LogSettings settings) throws IOException {
        this(disk, settings, LogPlace.START);
    }

    LogUnderTest(MemoryDisk disk) throws IOException {
        this(disk, SMALL);
    }

    /** Appends a batch with one message of so many bytes, whose first four tell its number. */
    long publish(int number, int length) {
        byte[] body = ByteBuffer.allocate(Math.max(4, length)).putInt(number).array();
        batch.publish(new byte[] {1}, new byte[0], body);
        batch.target(1);
        return log.append(batch);
    }

    long publishAndFlush(int number, int length) {
        long appended = publish(number, length);
        background.runAll();
        return appended;
    }

    /** The numbers of all messages that were replayed, as their bodies tell. */
    List<Integer> replayedNumbers() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < replayed.contents().size(); i++) {
            long segment = Position.segment(replayed.positions().get(i));
            Content content = replayed.contents().get(i);
            byte[] message = log.segments().read(new SegmentId(segment, 0), content);
            numbers.add(message == null ? -1 : ByteBuffer.wrap(message).getInt(1));
        }
        return numbers;
    }

    @Override
    public void durable(long number) {
        heard.add("durable " + number);
    }

    @Override
    public void blocked(boolean full) {
        heard.add("blocked " + full);
    }

    @Override
    public void failed(Throwable cause) {
        heard.add("failed");
        failure = cause;
    }
}
