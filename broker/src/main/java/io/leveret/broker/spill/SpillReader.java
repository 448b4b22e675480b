package io.leveret.broker.spill;

import io.leveret.broker.message.Message;
import io.leveret.broker.message.MessageReader;
import io.leveret.broker.spill.SpillFile.At;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads spilled messages back, those that stand one behind the other in one call. Belongs to one thread. */
final class SpillReader {

    private static final int MAX_BYTES = 1024 * 1024;

    private final MessageReader messages = new MessageReader();
    private final List<@Nullable Message> read = new ArrayList<>();

    /** Null for each message whose file is gone. */
    List<@Nullable Message> read(List<At> slots) throws IOException {
        int from = 0;
        while (from < slots.size()) {
            int end = endOfRun(slots, from);
            readRun(slots.subList(from, end));
            from = end;
        }
        return read;
    }

    private static int endOfRun(List<At> slots, int from) {
        long bytes = slots.get(from).length();
        int end = from + 1;
        while (end < slots.size() && slots.get(end).isRightBehind(slots.get(end - 1))) {
            bytes += slots.get(end).length();
            if (bytes > MAX_BYTES) {
                break;
            }
            end++;
        }
        return end;
    }

    private void readRun(List<At> run) throws IOException {
        At first = run.get(0);
        At last = run.get(run.size() - 1);
        ByteBuffer bytes = ByteBuffer.allocate(last.offset() + last.length() - first.offset());
        boolean there = first.file().read(bytes, first.offset());
        bytes.flip();
        for (At slot : run) {
            read.add(there ? message(bytes, slot.length()) : null);
        }
    }

    private Message message(ByteBuffer bytes, int length) {
        byte[] head = new byte[bytes.getInt()];
        bytes.get(head);
        byte[] body = new byte[length - SpillWriter.HEAD_LENGTH_BYTES - head.length];
        bytes.get(body);
        return messages.read(head, body);
    }
}
