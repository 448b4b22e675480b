package io.leveret.broker.storage;

import io.leveret.broker.message.Message;
import io.leveret.broker.message.MessageWriter;
import io.leveret.persistence.record.Batch;

/** How a message stands in the store: its address as on the wire and its encoded properties are the head. */
public final class StoredMessages {

    private StoredMessages() {}

    /** Adds a message to a batch, its bytes uncopied; its queues are to be named next. */
    public static int write(Message message, Batch batch) {
        return batch.publish(message.address().encoded(), MessageWriter.properties(message), message.body());
    }
}
