package io.leveret.persistence.log;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordedRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log on a disk in memory whose background runs when the test says so, with what its listener heard. */
public final class LogUnderTest implements LogListener {

    static final LogSettings SMALL = new LogSettings(SyncMode.FSYNC, 4096, 1000, 0, 0);

    final MemoryDisk disk;
    final ManualBackground background = new ManualBackground();
    final RecordedRecords replayed = new RecordedRecords();
    final ToldBatch batch = new ToldBatch();
    final List<String> heard = new ArrayList<>();
    final MessageLog log;

    @Nullable
    Throwable failure;

    final @Nullable LogWitness witness;

    private LogUnderTest(
            MemoryDisk disk, LogSettings settings, LogPlace from, PendingTotal total, @Nullable LogWitness witness)
            throws IOException {
        this.disk = disk;
        this.witness = witness;
        LogResources resources = new LogResources(background, background, new WriteBuffers(700), background, total);
        log = MessageLog.open(disk, settings, resources, this, from, replayed);
        if (witness != null) {
            witness.opened(log);
        }
    }

    private LogUnderTest(MemoryDisk disk, LogSettings settings, LogPlace from, PendingTotal total) throws IOException {
        this(disk, settings, from, total, LogWitness.watch(disk, settings));
    }

    /** The power goes off at each of its operations, as far as {@link LogWitness} says. */
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

    /** For a test that sees to what goes wrong itself. */
    static LogUnderTest unwatched(MemoryDisk disk, LogSettings settings, LogPlace from) throws IOException {
        disk.faults().unwatch();
        return new LogUnderTest(disk, settings, from, new PendingTotal(), null);
    }

    static LogUnderTest unwatched(MemoryDisk disk, LogSettings settings) throws IOException {
        return unwatched(disk, settings, LogPlace.START);
    }

    static LogUnderTest unwatched(MemoryDisk disk) throws IOException {
        return unwatched(disk, SMALL);
    }

    /** How many bytes opening the log in a folder cuts and reports; the folder stays as it is. */
    public static long cutBytes(MemoryDisk folder, LogSettings settings, LogPlace from) throws IOException {
        return unwatched(folder.killed(), settings, from).log.cutBytes();
    }

    /** Appends a batch with one message of so many bytes, whose first four tell its number. */
    long publish(int number, int length) {
        byte[] body = ByteBuffer.allocate(Math.max(4, length)).putInt(number).array();
        batch.publish(new byte[] {1}, new byte[0], body);
        batch.target(1);
        return append();
    }

    /** Appends what was gathered. */
    long append() {
        long number = batch.appendTo(log);
        if (witness != null) {
            witness.appended(batch);
        }
        return number;
    }

    long publishAndFlush(int number, int length) {
        long appended = publish(number, length);
        background.runAll();
        return appended;
    }

    /** The numbers of all messages that were replayed, as their bodies tell; -1 for one whose segment is gone. */
    List<Integer> replayedNumbers() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (byte[] message : replayedMessages()) {
            numbers.add(message.length == 0 ? -1 : ByteBuffer.wrap(message).getInt(1));
        }
        return numbers;
    }

    /** All messages that were replayed, head and body; nothing of one whose segment is gone. */
    List<byte[]> replayedMessages() throws IOException {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < replayed.contents().size(); i++) {
            long segment = Position.segment(replayed.positions().get(i));
            Content content = replayed.contents().get(i);
            byte[] message = log.segments().read(new SegmentId(segment, 0), content);
            messages.add(message == null ? new byte[0] : message);
        }
        return messages;
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
