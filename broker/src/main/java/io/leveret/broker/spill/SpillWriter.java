package io.leveret.broker.spill;

import io.leveret.broker.message.Message;
import io.leveret.broker.message.MessageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes messages to the end of one file, many in one call: the length of address and properties, these, and the body. Belongs
 * to one thread.
 */
final class SpillWriter {

    static final int HEAD_LENGTH_BYTES = Integer.BYTES;

    private static final int BUFFER_BYTES = 128 * 1024;

    private final SpillFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private int flushedTo;

    SpillWriter(SpillFile file) {
        this.file = file;
        this.flushedTo = file.end();
    }

    /** Where the next message goes. */
    int position() {
        return flushedTo + buffer.position();
    }

    SpillFile.At write(Message message) throws IOException {
        int start = position();
        byte[] address = message.address().encoded();
        byte[] properties = MessageWriter.properties(message);
        if (buffer.remaining() < HEAD_LENGTH_BYTES) {
            flush();
        }
        buffer.putInt(address.length + properties.length);
        put(address);
        put(properties);
        put(message.body());
        return new SpillFile.At(file, start, position() - start);
    }

    private void put(byte[] bytes) throws IOException {
        int from = 0;
        while (from < bytes.length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int length = Math.min(buffer.remaining(), bytes.length - from);
            buffer.put(bytes, from, length);
            from += length;
        }
    }

    void flush() throws IOException {
        buffer.flip();
        int length = buffer.remaining();
        file.write(buffer, flushedTo);
        flushedTo += length;
        buffer.clear();
    }
}
