package io.leveret.persistence.log;

import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordSink;
import io.leveret.persistence.record.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** A batch that remembers as what it is to be read. */
final class ToldBatch {

    private final Batch batch = new Batch();
    private final List<Told> gathered = new ArrayList<>();
    private List<Target> targets = new ArrayList<>();

    /** Where its messages stand is known once it is appended. */
    private interface Told {
        void tell(RecordSink sink, long firstPosition);
    }

    void publish(byte[] headA, byte[] headB, byte[] body) {
        int index = batch.publish(headA, headB, body);
        CRC32C crc = new CRC32C();
        crc.update(headA);
        crc.update(headB);
        crc.update(body);
        Content content = new Content(0, headA.length + headB.length, body.length, (int) crc.getValue());
        List<Target> taking = new ArrayList<>();
        targets = taking;
        gathered.add((sink, first) -> sink.publish(first + index, content, taking));
    }

    void target(long queueId) {
        batch.target(queueId);
        targets.add(Target.of(queueId));
    }

    /** Not twice in a row for one queue: these would become one record. */
    void settle(long queueId, long position) {
        batch.settle(queueId, position);
        gathered.add((sink, first) -> sink.settle(queueId, new long[] {position}));
    }

    void addQueue(long queueId) {
        batch.addQueue(queueId);
        gathered.add((sink, first) -> sink.addQueue(queueId));
    }

    /** Appends it; returns its number. {@link #tell} follows, if anybody is to be told. */
    long appendTo(MessageLog log) {
        return log.append(batch);
    }

    /** Tells all that was gathered since it told last, as a log is to tell it once it is replayed. */
    void tell(RecordSink sink) {
        gathered.forEach(told -> told.tell(sink, batch.firstPosition()));
        gathered.clear();
    }

    /** Of the batch that was appended last. */
    long firstPosition() {
        return batch.firstPosition();
    }
}
